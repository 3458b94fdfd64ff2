"""The lock file: written for a diff, read strictly."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tenprint.importers.errors import ProblemsError
from tenprint.importers.lock import LockedSource, SourceLock, lock_text, read_lock

BASE = LockedSource(
    "git",
    {"url": "https://example.org/base.git", "ref": "main"},
    "3f2a" * 10,
    "sha256:" + "0" * 64,
    12,
    34567,
    "2026-11-22T06:00:00Z",
)

TEXT = f"""\
# Written by `tenprint lock`: commit it, and look at its changes.
version: 1
sources:
  "base":
    importer: "git"
    from: {{"ref": "main", "url": "https://example.org/base.git"}}
    revision: "{BASE.revision}"
    digest: "{BASE.digest}"
    files: 12
    size: 34567
    locked: "2026-11-22T06:00:00Z"
"""

sources = st.builds(
    LockedSource,
    st.text(),
    st.dictionaries(st.text(), st.text() | st.integers(-9, 9) | st.booleans() | st.none() | st.lists(st.text())),
    st.text(),
    st.text(),
    st.integers(0, 9**9),
    st.integers(0, 9**9),
    st.text(),
)


def test_a_lock_reads_like_the_list_it_is() -> None:
    assert lock_text(SourceLock({"base": BASE})) == TEXT


def test_no_sources() -> None:
    assert read_lock(lock_text(SourceLock()).encode()) == SourceLock()


def _plain(text: str) -> bool:
    return text.isprintable() and bool(text.strip())


@given(st.dictionaries(st.text().filter(_plain), sources))
def test_what_was_written_is_read_back(found: dict[str, LockedSource]) -> None:
    text = lock_text(SourceLock(found))
    try:
        text.encode()
    except UnicodeEncodeError:
        return

    assert read_lock(text.encode()) == SourceLock(found)


def test_what_did_not_change_keeps_its_time() -> None:
    later = LockedSource(*[*[getattr(BASE, name) for name in BASE.__slots__][:-1], "2027-01-01T00:00:00Z"])
    moved = LockedSource("git", BASE.origin, "9" * 40, BASE.digest, 12, 1, "2027-01-01T00:00:00Z")
    lock = SourceLock({"base": BASE, "gone": BASE, "moved": BASE})

    assert lock.updated({"base": later, "moved": moved}) == SourceLock({"base": BASE, "moved": moved})


@pytest.mark.parametrize(
    ("text", "code", "place"),
    [
        ("- a", "not-a-mapping", "1:1"),
        ("version: 2", "lock-version", "1:10"),
        ("sources: {}", "lock-version", "1:1"),
        ("version: 1\nsorces: {}", "unknown-key", "2:1"),
        ("version: 1\nsources: []", "wrong-type", "2:10"),
        ("version: 1\nsources:\n  a: text", "wrong-type", "3:6"),
        (TEXT.replace("files: 12", "files: twelve"), "wrong-type", "9:12"),
        (TEXT.replace("files: 12", "files: true"), "wrong-type", "9:12"),
        (TEXT.replace("    files: 12\n", ""), "missing-key", "5:5"),
        (TEXT.replace("files", "flies"), "unknown-key", "9:5"),
        ("version: 1\nsources: {a: {}}", "missing-key", "2:14"),
    ],
)
def test_a_wrong_lock_is_told_with_its_place(text: str, code: str, place: str) -> None:
    with pytest.raises(ProblemsError) as caught:
        read_lock(text.encode())

    first = caught.value.problems[0]
    assert (first.code, str(first.location)) == (code, f"tenprint.lock:{place}")
    # `tenprint lock` keeps what is locked already, so it refuses a damaged lock as well.
    told = "did you mean" if code == "unknown-key" else "remove it and write it again with `tenprint lock`"
    assert told in str(first.hint)
