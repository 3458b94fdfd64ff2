"""Baselines as bytes: what a run that found nothing to do leaves for runs that find a few edited examples.

    <the front: JSON, ASCII> <the digests of all editable items, sorted: a block for each first byte>

The front says where each block begins, and its digest: who asks for a few items reads and checks their blocks alone.
Only the caller knows whether the front is the one that was written; nothing in it can be executed. Pure.
"""

import json
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from tenprint.fingerprinting.example_edits import DIGEST_SIZE, Baseline, Block
from tenprint.fingerprinting.sections import Section
from tenprint.importers import digest_of

_FIRST_BYTES = range(256)


def written_baseline(
    sections: Iterable[Section], warned: Iterable[tuple[str, str]], digests: bytes, beside: Mapping[str, Any]
) -> tuple[bytes, bytes]:
    """Write a baseline down; return its front, and the blocks that stand behind it.

    Args:
        sections: The sections of a plan.
        warned: Documents that warnings are about, by source and path.
        digests: Those of all editable items, sorted.
        beside: What the caller wants to know beside it.
    """
    front = {
        "sections": [[section.name, section.relevant_keys] for section in sections],
        "warned": sorted(warned),
        "blocks": [(len(block), digest_of(block).hex()) for block in _blocks(digests)],
        "beside": beside,
    }
    return json.dumps(front, separators=(",", ":")).encode(), digests


def read_baseline(front: bytes) -> tuple[Baseline, Any]:
    """Read the front of a baseline, with what stands beside it.

    Raises:
        ValueError: These bytes are none; as KeyError or TypeError for whatever is missing in them.
    """
    written = json.loads(front)
    blocks = []
    start = len(front)
    for size, digest in written["blocks"]:
        blocks.append(Block(start, size, digest))
        start += size
    sections = tuple(Section(name, tuple(keys)) for name, keys in written["sections"])
    warned = frozenset((source, path) for source, path in written["warned"])
    return Baseline(sections, warned, tuple(blocks)), written["beside"]


def _blocks(digests: bytes) -> Iterator[bytes]:
    places = range(len(digests) // DIGEST_SIZE)
    starts = [bisect_left(places, first, key=lambda place: digests[place * DIGEST_SIZE]) for first in _FIRST_BYTES]
    for start, end in zip(starts, [*starts[1:], len(places)], strict=True):
        yield digests[start * DIGEST_SIZE : end * DIGEST_SIZE]
