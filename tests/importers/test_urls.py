"""URLs of sources: what they mean, what they are called, and that no password in one is ever repeated."""

from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tenprint.importers.source_urls import SCHEMES, source_for_url
from tenprint.importers.urls import WrongUrl, check_url, is_url, name_in_url, scheme_of

HEX = "a" * 64


@pytest.mark.parametrize(
    ("url", "importer", "options"),
    [
        ("git+https://h/a/x.git", "git", {"url": "https://h/a/x.git"}),
        ("git+https://h/x.git@v1", "git", {"url": "https://h/x.git", "ref": "v1"}),
        ("git+https://h/x@feature/y", "git", {"url": "https://h/x", "ref": "feature/y"}),
        (
            "git+https://h/x.git@v1#subdirectory=bots/pirate",
            "git",
            {"url": "https://h/x.git", "ref": "v1", "subdirectory": "bots/pirate"},
        ),
        ("git+https://h/x.git#subdirectory=a%20b", "git", {"url": "https://h/x.git", "subdirectory": "a b"}),
        ("git+https://h/@team/x.git@v1", "git", {"url": "https://h/@team/x.git", "ref": "v1"}),
        ("git+https://h/x%40y.git@v%251", "git", {"url": "https://h/x%40y.git", "ref": "v%1"}),
        ("git+ssh://git@h:22/x.git@v1", "git", {"url": "ssh://git@h:22/x.git", "ref": "v1"}),
        ("git+file:///a/x.git@v1", "git", {"url": "file:///a/x.git", "ref": "v1"}),
        ("git+http://localhost/x.git", "git", {"url": "http://localhost/x.git"}),
        ("GIT+HTTPS://h/x.git", "git", {"url": "HTTPS://h/x.git"}),
        ("ssh://git@h/x", "git", {"url": "ssh://git@h/x"}),
        ("https://h/x.git", "git", {"url": "https://h/x.git"}),
        ("https://h/x.git/", "git", {"url": "https://h/x.git/"}),
        ("https://h/x.git@v1", "git", {"url": "https://h/x.git", "ref": "v1"}),
        ("file:///a/x.git", "git", {"url": "file:///a/x.git"}),
        ("https://h/x.yml", "http", {"url": "https://h/x.yml"}),
        ("http://h/x.yml?kind=nlu", "http", {"url": "http://h/x.yml?kind=nlu"}),
        (f"https://h/x.zip#sha256={HEX}", "http", {"url": "https://h/x.zip", "sha256": HEX}),
        (
            f"https://h/x.zip#subdirectory=a&sha256={HEX}",
            "http",
            {"url": "https://h/x.zip", "subdirectory": "a", "sha256": HEX},
        ),
        ("https://h/x.yml?from=a.git", "http", {"url": "https://h/x.yml?from=a.git"}),
    ],
)
def test_a_url_is_an_importer_and_options(url: str, importer: str, options: dict[str, Any]) -> None:
    assert is_url(url)
    assert source_for_url(url) == (importer, options)


@pytest.mark.parametrize("url", ["ftp://h/x", "s3://bucket/x", "hg+https://h/x", "git://h/x.git"])
def test_urls_of_others_are_left_to_them(url: str) -> None:
    assert source_for_url(url) is None
    assert scheme_of(url) not in SCHEMES


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("git+https://h/x.git@", "nothing stands behind the @"),
        ("git+https://h/x.git#egg=x", "an unknown part 'egg'"),
        ("git+https://h/x.git#sha256=" + HEX, "an unknown part 'sha256'"),
        ("https://h/x.yml#md5=1", "an unknown part 'md5'"),
        ("https://h/x.yml#the secret", "white space"),
        ("https://h/x.yml#sec/ret", "an unknown part behind"),
        ("https://h/x.yml#sha256=", "does not say what sha256 is"),
        ("https://h/x.yml#sha256", "does not say what sha256 is"),
        ("https://h/x.yml#sha256=1&sha256=2", "says twice what sha256 is"),
        ("git+https://h/x.git#subdirectory=a%0ab", "hides control characters"),
        ("git+https://h/x.git@v1%00", "hides control characters"),
        ("git+https://h/x.git@v%zz", "a percent sign that stands for nothing"),
        ("git+https://h/x.git@v%ff", "percent signs that stand for no text"),
        ("git+git@h:x", "has no `://`"),
        ("git+x", "has no `://`"),
        ("https://h/x\ny.yml", "white space or control characters"),
        ("https://h/x\u202ey.yml", "white space or control characters"),
        ("https://h\\x.yml", "a backslash"),
        ("file:///a/b", "not what it is"),
    ],
)
def test_a_url_that_cannot_be_understood_is_told(url: str, words: str) -> None:
    with pytest.raises(WrongUrl, match=words) as caught:
        source_for_url(url)

    assert (caught.value.option, caught.value.reference) == ("url", "source-url")
    assert caught.value.hint


@pytest.mark.parametrize(
    "url",
    [
        "https://alice:hunter2@h/x.yml",
        "https://hunter2@h/x.yml",
        "https://:hunter2@h/x.yml",
        "https://hun:hunter2@ter@h/x.yml",
        "git+https://alice:hunter2@h/x.git@v1",
        "git+https://hunter2@h/x.git",
        "git+ssh://git:hunter2@h/x.git",
        "ssh://git:hunter2@h/x.git",
        "git+https://alice:hunter2/@h/x.git",
        "git+https://alice:hunter2#@h/x.git",
        "git+https://alice:hunter2?@h/x.git",
        "s3://alice:hunter2@bucket/x",
        "https://alice:hun%0Ahunter2@h/x",
    ],
)
def test_a_credential_is_refused_and_never_repeated(url: str) -> None:
    with pytest.raises(WrongUrl) as caught:
        check_url(url)

    assert "hunter2" not in f"{caught.value} {caught.value.hint} {name_in_url(url)} {scheme_of(url)}"


@pytest.mark.parametrize(
    ("url", "name"),
    [
        ("git+https://h/team/phrases.git@v1#subdirectory=x", "phrases"),
        ("git+https://h/team/phrases/", "phrases"),
        ("git+https://h/phrases@feature/new.git", "phrases"),
        ("ssh://git@h/phrases", "phrases"),
        ("https://h/a/pirate.tar.gz#sha256=1", "pirate"),
        ("https://h/nlu.v2.yml?x=/y.yml", "nlu.v2"),
        ("https://h/two%20words%2fx.yml", "two-words-x"),
        ("https://h/.git", "source"),
        ("https://h/", "source"),
        ("https://h", "source"),
        ("git+x", "source"),
    ],
)
def test_a_source_is_called_like_the_last_part_of_its_path(url: str, name: str) -> None:
    assert name_in_url(url) == name


@pytest.mark.parametrize("value", ["file", "a/b", "../x", "C:\\x", "", "-https://h", "//h/x", "1://x", None, 3, [], {}])
def test_names_and_paths_are_no_urls(value: Any) -> None:
    assert not is_url(value)


parts = st.text("aZ0.-_~@:/?#&=%+[]\\ \n\x00\u202e\u00e4", max_size=12)
urls = st.builds(
    "{}{}{}".format, st.sampled_from([f"{scheme}://" for scheme in (*SCHEMES, "ftp")] + ["git+", ""]), parts, parts
) | st.text(max_size=30)


@given(urls)
def test_any_text_is_understood_or_refused(url: str) -> None:
    name = name_in_url(url)
    assert name
    assert "/" not in name
    with suppress(WrongUrl):
        found = source_for_url(url)
        assert found is None or (found[0] in ("git", "http") and isinstance(found[1]["url"], str))


secrets = st.text("abc019.-_~@:%+!", min_size=1, max_size=10)


@given(st.sampled_from([*SCHEMES, "s3"]), secrets, parts)
def test_no_password_comes_out(scheme: str, secret: str, rest: str) -> None:
    marked = f"Q{secret}Q"
    url = f"{scheme}://alice:{marked}@h/{rest}"
    with pytest.raises(WrongUrl) as caught:
        check_url(url)

    assert marked not in f"{caught.value} {caught.value.hint} {name_in_url(url)}"
