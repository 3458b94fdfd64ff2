import pytest

from tenprint.importers.archive_members import member_parts, parse_records


@pytest.mark.parametrize(
    ("name", "parts"),
    [
        ("a", ("a",)),
        ("a/b.yml", ("a", "b.yml")),
        ("./a//b/", ("a", "b")),
        ("./", ()),
        ("...", ("...",)),
        ("\u00fcber/a b", ("\u00fcber", "a b")),
    ],
)
def test_a_name_is_split_into_its_parts(name: str, parts: tuple[str, ...]) -> None:
    assert member_parts(name) == parts


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("", "empty"),
        ("a\\b", "backslash"),
        ("/a", "absolute"),
        ("c:a", "drive letter"),
        ("a/\udcff", "not UTF-8"),
        ("a\0b", "control character"),
        ("a\x1b[2J", "control character"),
        ("a\x85", "control character"),
        ("a/../b", "may lead out"),
        ("..", "may lead out"),
    ],
)
def test_a_name_that_means_something_else_elsewhere_is_refused(name: str, reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        member_parts(name)


def test_records_are_read_and_the_last_of_a_key_counts() -> None:
    assert parse_records(b"") == {}
    assert parse_records(b"10 path=a\n10 size=3\n10 path=b\n") == {b"path": b"b", b"size": b"3"}
    assert parse_records(b"12 path=a\nb\n") == {b"path": b"a\nb"}


@pytest.mark.parametrize(
    "extension",
    [
        b"path=a\n",
        b" 7 a=b\n",
        b"x a=b\n",
        b"99 path=a\n",
        b"10 path=a ",
        b"5 =b\n",
        b"7 pathb\n",
        b"0 a=b\n",
        b"9" * 21 + b" a=b\n",
        b"10 path=a\n\0",
    ],
)
def test_records_that_do_not_fill_their_header_are_refused(extension: bytes) -> None:
    with pytest.raises(ValueError, match="extended header"):
        parse_records(extension)
