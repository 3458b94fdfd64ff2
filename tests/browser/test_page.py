"""The page of HTML in a browser: accessible, silent, filterable, and only text where data are hostile."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from tests.plugins.reports.findings import ORDINARY, hostile, huge
from tests.plugins.reports.test_formats import report

from tenprint.plugins import Findings

pytestmark = pytest.mark.browser

Open = Callable[..., Any]
"""Opens a file; `dark` and `script` say how."""

PAGES = {"ordinary": ORDINARY, "hostile": hostile(), "huge": huge(300), "locks": Findings(None, "a.lock", "b.lock")}


@pytest.fixture(params=PAGES)
def path(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    return written(PAGES[request.param], tmp_path)


@pytest.fixture
def ordinary(tmp_path: Path) -> Path:
    return written(ORDINARY, tmp_path)


def written(findings: Findings, folder: Path) -> Path:
    page = folder / "report.html"
    made = report("html").render(findings)
    page.write_bytes(made if isinstance(made, bytes) else made.encode())
    return page


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_axe_finds_nothing_wrong(open_page: Open, path: Path, dark: bool) -> None:  # noqa: FBT001 - a parameter
    assert open_page(path, dark=dark).violations() == []


@pytest.mark.parametrize("script", [True, False], ids=["with script", "without"])
def test_nobody_is_asked_for_anything_and_nothing_is_complained_about(
    open_page: Open,
    path: Path,
    script: bool,  # noqa: FBT001 - a parameter
) -> None:
    opened = open_page(path, script=script)
    assert opened.requests == [path.as_uri()]
    assert opened.complaints == []


def shown(page: Any) -> list[str]:
    return [row.inner_text() for row in page.locator("tr.change").all() if row.is_visible()]


def test_changes_can_be_filtered_by_kind_by_what_is_due_and_by_text(open_page: Open, ordinary: Path) -> None:
    page = open_page(ordinary).page
    assert (len(shown(page)), page.get_by_role("status").inner_text()) == (4, "4 shown")
    page.get_by_role("combobox", name="Kind").select_option("story")
    (row,) = shown(page)
    assert "welcome" in row
    assert page.get_by_role("heading", name="NLU (1)").is_hidden()
    page.get_by_role("combobox", name="Kind").select_option("")
    page.get_by_role("combobox", name="Due").select_option("NLU")
    assert len(shown(page)) == 1
    page.get_by_role("combobox", name="Due").select_option("")
    page.get_by_label("Text").fill("DOMAIN.yml")
    assert (len(shown(page)), page.get_by_role("status").inner_text()) == (2, "2 shown")
    page.get_by_label("Text").press("Enter")
    assert page.url == ordinary.as_uri()
    page.get_by_label("Text").fill("")
    assert len(shown(page)) == 4


def test_without_script_everything_is_shown_and_no_filter(open_page: Open, ordinary: Path) -> None:
    page = open_page(ordinary, script=False).page
    assert len(shown(page)) == 4
    assert page.locator("form").is_hidden()


def test_the_page_is_dark_where_the_reader_wants_it_dark(open_page: Open, ordinary: Path) -> None:
    backgrounds = [
        open_page(ordinary, dark=dark).page.evaluate("getComputedStyle(document.body).backgroundColor")
        for dark in (False, True)
    ]
    assert backgrounds == ["rgb(255, 255, 255)", "rgb(17, 21, 26)"]


def test_all_of_it_can_be_reached_with_the_keyboard(open_page: Open, ordinary: Path) -> None:
    page = open_page(ordinary).page
    reached = []
    for _ in range(10):
        page.keyboard.press("Tab")
        reached.append(page.evaluate("document.activeElement.name || document.activeElement.className"))
    nodes = ["wide graph", "wide"]
    assert reached == ["wide", *nodes, "kind", "group", "text", "wide", "wide", "wide", "wide"]


def test_a_narrow_window_scrolls_the_tables_and_not_the_page(open_page: Open, tmp_path: Path) -> None:
    page = open_page(written(hostile(), tmp_path)).page
    page.set_viewport_size({"width": 360, "height": 640})
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
