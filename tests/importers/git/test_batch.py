import pytest
from hypothesis import given
from hypothesis import strategies as st

from tenprint.importers.git.batch import BatchReader, GitObject
from tenprint.importers.git.commit import commit_details

A = "a" * 40


def printed(objects: list[bytes | None]) -> bytes:
    return b"".join(
        A.encode() + (b" missing\n" if content is None else b" blob %d\n%s\n" % (len(content), content))
        for content in objects
    )


@given(st.lists(st.none() | st.binary(max_size=40), max_size=8), st.integers(1, 7), st.integers(0, 30))
def test_objects_are_the_same_however_the_output_is_cut(objects: list[bytes | None], step: int, limit: int) -> None:
    output, reader = printed(objects), BatchReader(limit)
    read = [found for start in range(0, len(output), step) for found in reader.feed(output[start : start + step])]
    assert read == [
        GitObject(A, None, None)
        if content is None
        else GitObject(A, len(content), content if len(content) <= limit else None)
        for content in objects
    ]


@pytest.mark.parametrize("output", [b"hello\n", b"x" * 500, b"\n"])
def test_other_output_is_refused(output: bytes) -> None:
    with pytest.raises(ValueError, match="unknown line"):
        list(BatchReader(10).feed(output))


def test_a_commit_is_read_for_people() -> None:
    text = (
        b"tree 1\nparent 2\nauthor Ada L\xc3\xb6we <a@b> 1772362800 +0100\ncommitter CI <c@d> 1772362860 -0330\n"
        b"gpgsig x\n author nobody\n\nA \x1b[31msubject\nmore\n"
    )
    assert commit_details(text) == {
        "author": "Ada L\u00f6we",
        "date": "2026-03-01T07:31:00-03:30",
        "subject": "A  [31msubject",
    }


@pytest.mark.parametrize("text", [b"", b"nonsense", b"committer x <y> then +0000\n\n"])
def test_what_is_no_commit_says_nothing(text: bytes) -> None:
    assert commit_details(text) == {}
