import pytest
from hypothesis import given
from hypothesis import strategies as st

from tenprint.importers.digest import digest_of, digest_text, parse_digest

EMPTY = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"


def test_digests_are_sha256() -> None:
    assert digest_of(b"").hex() == EMPTY
    assert digest_text(digest_of(b"")) == f"sha256:{EMPTY}"


@given(st.binary(min_size=32, max_size=32))
def test_what_is_printed_can_be_read(digest: bytes) -> None:
    assert parse_digest(digest_text(digest)) == digest


@pytest.mark.parametrize(
    "text",
    [
        "",
        EMPTY,
        f"md5:{EMPTY}",
        f"SHA256:{EMPTY}",
        "sha256:",
        f"sha256:{EMPTY}00",
        f"sha256:{EMPTY[:-2]}",
        f"sha256:{EMPTY[:-1]}g",
        f"sha256: {EMPTY}",
        "sha256:" + " ".join(EMPTY),
        f"sha256:{EMPTY[:32]} {EMPTY[32:]}",
        f"sha256:{EMPTY}\n",
    ],
)
def test_everything_else_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"digest|hexadecimal"):
        parse_digest(text)
