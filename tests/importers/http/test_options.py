"""Options of the importer `http`: all that is wrong at once, each where it is written, nothing secret repeated."""

import re
import subprocess
import sys
from dataclasses import asdict, fields
from pathlib import Path
from typing import Any

import pytest

from tenprint.importers import ImporterContext, ProblemsError
from tenprint.importers.http.importer import HttpImporter
from tenprint.importers.http.limits import DEFAULT_LIMITS
from tenprint.importers.http.options import HttpOptions
from tenprint.importers.location import DocumentId

CANARY = "canary-7c1f0e55aa"
URL = "https://example.org/nlu.yml"
PLACES = {"": DocumentId("config", "config.yml").at(2, 5), "url": DocumentId("config", "config.yml").at(3, 5)}


def problems(**options: Any) -> list[str]:
    with pytest.raises(ProblemsError) as refused:
        HttpImporter(options, ImporterContext(Path(), places=PLACES))
    assert CANARY not in str(refused.value)
    assert {problem.code for problem in refused.value.problems} == {"option"}
    assert all(problem.location for problem in refused.value.problems)
    return [problem.message for problem in refused.value.problems]


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({}, "needs the option 'url'"),
        ({"url": []}, "names nothing"),
        ({"url": 3}, "is a text or a list"),
        ({"url": "http://example.org/"}, "allow_http"),
        ({"url": f"https://me:{CANARY}@example.org/"}, "user name"),
        ({"url": f"https://example.org/?private_token={CANARY}"}, "a credential in its query, under private_token"),
        ({"url": [URL, URL]}, "twice"),
        ({"url": [URL, "file:///etc/passwd"]}, "entry 2"),
        ({"url": URL, "urls": URL}, "no option 'urls'"),
        ({"url": URL, "path": ["a.yml", "b.yml"]}, "a list of 2, and `url` one of 1"),
        ({"url": URL, "path": "../a.yml"}, "may lead out"),
        ({"url": URL, "path": "/a.yml"}, "absolute"),
        ({"url": URL, "path": "."}, "no path within"),
        ({"url": URL, "path": "a.png", "kind": "file"}, "no training data"),
        ({"url": URL, "kind": "folder"}, "auto or file or archive"),
        ({"url": URL, "kind": "file", "include": "*.yml"}, "chooses within an archive"),
        ({"url": URL, "subdirectory": "../x"}, "no folder within"),
        ({"url": URL, "include": [""]}, "is empty"),
        ({"url": URL, "include": "# a"}, "chooses nothing"),
        ({"url": URL, "sha256": "abc"}, "64 hexadecimal digits"),
        ({"url": URL, "sha256": "md5:abc"}, "hexadecimal"),
        ({"url": URL, "token": CANARY}, "is a secret"),
        ({"url": URL, "token": {"env": "A"}, "password": {"env": "B"}}, "one of two ways"),
        ({"url": URL, "username": {"env": "A"}}, "no `password`"),
        ({"url": URL, "headers": {"Authorization": {"env": "A"}}, "token": {"env": "A"}}, "one of two ways"),
        ({"url": URL, "headers": [CANARY]}, "must be a mapping"),
        ({"url": URL, "headers": {"Authorization": CANARY}}, "write where it is"),
        ({"url": URL, "headers": {"X-Api-Key": CANARY}}, "write where it is"),
        ({"url": URL, "headers": {"Cookie": CANARY}}, "write where it is"),
        ({"url": URL, "headers": {"X-A": f"a\r\nX-B: {CANARY}"}}, "not one line"),
        ({"url": URL, "headers": {"X-A": "\u00fc"}}, "not one line"),
        ({"url": URL, "headers": {"X-A": 3}}, "not one line"),
        ({"url": URL, "headers": {"X-A": {"value": CANARY}}}, "a secret for X-A"),
        ({"url": URL, "headers": {"X A": "a"}}, "no name of a header"),
        ({"url": URL, "headers": {"X-A\r\nX-B": "a"}}, "no name of a header"),
        ({"url": URL, "headers": {"Host": "a"}}, "cannot set Host"),
        ({"url": URL, "headers": {"If-None-Match": "a"}}, "cannot set If-None-Match"),
        ({"url": URL, "headers": {"X-A": "a", "x-a": "b"}}, "sets x-a twice"),
        ({"url": URL, "timeout": 0}, "seconds"),
        ({"url": URL, "timeout": "1"}, "is a number"),
        ({"url": URL, "proxy": f"http://me:{CANARY}@proxy"}, "user name"),
        ({"url": URL, "allow_private": "yes"}, "true or false"),
    ],
)
def test_a_wrong_option_is_told(options: dict[str, Any], message: str) -> None:
    assert any(message in told for told in problems(**options)), problems(**options)


def test_all_that_is_wrong_is_told_at_once() -> None:
    told = problems(url=URL, kind="folder", timeout=0, headers={"Host": "a"})
    assert len(told) == 3
    assert len(problems(url=["ftp://a/", "https://a b/"], sha256="0" * 64, username={"env": "A"})) == 4


def test_a_problem_stands_where_its_option_is_written() -> None:
    with pytest.raises(ProblemsError) as refused:
        HttpImporter({"url": "ftp://example.org/"}, ImporterContext(Path(), places=PLACES))
    assert refused.value.problems[0].location == PLACES["url"]


def test_the_identity_says_what_is_fetched_and_nothing_else() -> None:
    options: dict[str, Any] = {
        "url": "https://Example.org/bot.zip",
        "subdirectory": "./bot/",
        "include": ["*.yml"],
        "token": {"env": "TOKEN"},
        "headers": {"X-A": "a"},
        "sha256": "0" * 64,
        "timeout": 3,
        "allow_private": True,
    }
    assert HttpImporter(options, ImporterContext(Path())).identity() == {
        "url": "https://example.org/bot.zip",
        "subdirectory": "bot",
        "include": "*.yml",
        "sha256": f"sha256:{'0' * 64}",
    }
    assert HttpImporter({"url": [URL, URL + "x"]}, ImporterContext(Path())).identity() == {"url": [URL, URL + "x"]}


def rows(heading: str) -> dict[str, str]:
    """First two cells of the first table below a heading of the reference."""
    page = (Path(__file__).parents[3] / "docs/reference/importers.md").read_text(encoding="utf-8")
    part = re.split(r"^#+ ", page.partition(f"# {heading}\n")[2], maxsplit=1, flags=re.MULTILINE)[0]
    table = re.search(r"(?:^\|.*\n)+", part, re.MULTILINE)
    assert table is not None
    cells = [line.split("|") for line in table[0].splitlines()[2:]]
    return {name: row[2].strip() for row in cells for name in re.findall(r"`(\w+)`", row[1])}


def test_all_options_and_limits_are_described() -> None:
    assert set(rows("http")) == {*(option.name for option in fields(HttpOptions)), "headers"}
    written = {name: float(value.replace(",", "")) for name, value in rows("Limits of downloads").items()}
    assert written == asdict(DEFAULT_LIMITS)


def test_making_it_imports_no_http_and_opens_nothing(tmp_path: Path) -> None:
    program = (
        "import sys; from pathlib import Path; from tenprint.importers import ImporterContext\n"
        "from tenprint.importers.http.importer import HttpImporter\n"
        f"HttpImporter({{'url': {URL!r}}}, ImporterContext(Path(), cache=Path('cache')))\n"
        "print([name for name in ('httpx2', 'httpcore2', 'stamina', 'ssl', 'tarfile') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", program], cwd=tmp_path, capture_output=True, text=True, check=True)
    assert (done.stdout.strip(), list(tmp_path.iterdir())) == ("[]", [])
