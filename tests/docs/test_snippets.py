"""Every page of the documentation: what it says to do works, and what it points to exists."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
PAGES = sorted(
    path for path in (ROOT / "docs").rglob("*.md") if "assistant" not in path.parts and path.name != "CHANGELOG.md"
)
EXECUTABLE = re.compile(r"^```(?:console|python|\w+ file=)", re.MULTILINE)
NEEDS_RASA = {ROOT / "docs/how-to/port-a-rasa-importer.md"}
FOLLOWED = [page for page in PAGES if EXECUTABLE.search(page.read_text(encoding="utf-8"))]

_CODE = re.compile(r"^```.*?^```$|`[^`\n]*`", re.MULTILINE | re.DOTALL)
_LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")
_HEADING = re.compile(r"^#+ (.+)$", re.MULTILINE)

Follow = Callable[[Path], None]
BlocksOf = Callable[[Path], list[Any]]


def name_of(page: Path) -> str:
    return page.relative_to(ROOT).as_posix()


def links_of(page: Path) -> Iterator[str]:
    text = _CODE.sub("", page.read_text(encoding="utf-8"))
    return (link for link in _LINK.findall(text) if not link.startswith(("http://", "https://")))


def anchors_of(page: Path) -> set[str]:
    """Anchors as GitHub makes them: lower case, blanks to hyphens, other marks dropped."""
    text = re.sub(r"^```.*?^```$", "", page.read_text(encoding="utf-8"), flags=re.MULTILINE | re.DOTALL)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in _HEADING.findall(text)}


@pytest.mark.parametrize(
    "page", [pytest.param(page, marks=pytest.mark.rasa if page in NEEDS_RASA else ()) for page in FOLLOWED], ids=name_of
)
def test_what_a_page_says_to_do_works(follow: Follow, page: Path) -> None:
    follow(page)


def test_readers_of_how_to_and_tutorial_can_follow_every_page() -> None:
    guides = [page for page in PAGES if page.parent.name in ("how-to", "tutorial")]
    assert set(guides) <= set(FOLLOWED)


@pytest.mark.parametrize("page", [ROOT / "README.md", *PAGES], ids=name_of)
def test_links_lead_somewhere(page: Path) -> None:
    dead = []
    for link in links_of(page):
        path, _, anchor = link.partition("#")
        target = (page.parent / path).resolve() if path else page
        if not target.exists() or (anchor and anchor not in anchors_of(target)):
            dead.append(link)
    assert dead == []


def test_every_page_can_be_reached_from_the_index() -> None:
    waiting, reached = [ROOT / "docs/index.md"], set()
    while waiting:
        page = waiting.pop()
        if page not in reached and page.suffix == ".md":
            reached.add(page)
            waiting += [(page.parent / link.partition("#")[0]).resolve() for link in links_of(page) if link[0] != "#"]
    fragments = {page for page in PAGES if re.fullmatch(r"(\d+|\+.*)\.[a-z]+\.md", page.name)}
    assert set(PAGES) - fragments <= reached


def test_a_decision_says_its_context_its_choice_and_its_price() -> None:
    decisions = [page for page in PAGES if page.parent.name == "decisions" and page.name != "README.md"]
    assert len(decisions) > 1
    for page in decisions:
        headings = re.findall(r"^## (.+)$", page.read_text(encoding="utf-8"), re.MULTILINE)
        assert headings == ["Context", "Choice", "Price"], name_of(page)
    numbers = sorted(page.name[:4] for page in decisions)
    assert numbers == [f"{number:04}" for number in range(1, len(decisions) + 1)]
