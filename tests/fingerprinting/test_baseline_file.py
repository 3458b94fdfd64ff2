"""Baselines as bytes: what was written is read back, and any block can be read alone."""

import random
from hashlib import sha256

import pytest

from tenprint.fingerprinting import Block, Section, read_baseline, written_baseline
from tenprint.fingerprinting.sections import SECTIONS

WARNED = [("file", "data/odd.yml"), ("file", "domain.yml")]


def some_digests(count: int) -> bytes:
    chance = random.Random(1)  # noqa: S311 - a seed for the test
    return b"".join(sorted(chance.randbytes(32) for _ in range(count)))


@pytest.mark.parametrize("count", [0, 1, 700])
def test_a_baseline_is_read_back_with_what_stands_beside_it(count: int) -> None:
    digests = some_digests(count)
    front, blocks = written_baseline(SECTIONS, WARNED, digests, {"a": [1]})
    baseline, beside = read_baseline(front)

    assert (baseline.sections, baseline.warned, beside) == (SECTIONS, frozenset(WARNED), {"a": [1]})
    assert baseline.editable == count
    assert all(type(section) is Section for section in baseline.sections)
    assert blocks == digests


def test_each_block_holds_the_digests_with_one_first_byte() -> None:
    digests = some_digests(700)
    front, blocks = written_baseline(SECTIONS, (), digests, {})
    content = front + blocks
    baseline, _ = read_baseline(front)
    found = {byte: content[block.start : block.start + block.size] for byte, block in enumerate(baseline.blocks)}

    assert len(found) == 256
    assert b"".join(found.values()) == digests
    assert all({part[0]} == {byte} for byte, part in found.items() for part in _parted(part) if part)
    assert all(Block(*block).digest == sha256(found[byte]).hexdigest() for byte, block in enumerate(baseline.blocks))


def _parted(block: bytes) -> list[bytes]:
    return [block[place : place + 32] for place in range(0, len(block), 32)]


@pytest.mark.parametrize("front", [b"", b"{}", b"[]", b"no", b'{"blocks": [[1]], "sections": [], "warned": []}'])
def test_other_bytes_are_no_baseline(front: bytes) -> None:
    with pytest.raises((ValueError, KeyError, TypeError)):
        read_baseline(front)
