"""Reports in each format: as they were reviewed (the golden files), with hostile data, and of huge differences."""

import json
import re
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import pytest
from tests.plugins.reports.findings import HOSTILE_TEXTS, ORDINARY, hostile, huge

from tenprint.importers import ConfigurationError
from tenprint.plugins import Findings, create_plugin_manager, registry_of
from tenprint.plugins.report import Report
from tenprint.plugins.reports.markdown import LONGEST_COMMENT, code, prose
from tenprint.plugins.reports.wording import visible

GOLDENS = Path(__file__).parents[2] / "goldens" / "reports"
NAMES = {"text": "txt", "json": "json", "markdown": "md", "html": "html"}


def report(name: str) -> Report:
    made: Report = registry_of(create_plugin_manager()).reports[name].provided()
    return made


def rendered(name: str, findings: Findings) -> str:
    found = report(name).render(findings)
    return found if isinstance(found, str) else found.decode()


def units(text: str) -> int:
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def without_code(text: str) -> str:
    """Leave out the code spans of Markdown: a run of backticks ends at the next run of that length."""
    return re.sub(r"(?<!`)(`+)(?!`).*?(?<!`)\1(?!`)", "", text)


@pytest.mark.parametrize("name", NAMES)
def test_a_report_is_as_it_was_reviewed(name: str) -> None:
    """After a change that is meant: write the new ones with `python -m tests.plugins.reports.test_formats`."""
    golden = (GOLDENS / f"comparison.{NAMES[name]}").read_text(encoding="utf-8")
    assert f"{rendered(name, ORDINARY)}\n".rstrip("\n") == golden.rstrip("\n")


def test_our_formats_come_through_the_hook() -> None:
    assert list(registry_of(create_plugin_manager()).reports) == list(NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_findings_without_a_difference_can_be_reported(name: str) -> None:
    assert rendered(name, Findings(None, "a.lock", "b.lock"))
    assert ORDINARY.plan is not None
    assert rendered(name, Findings(ORDINARY.plan))


def test_a_comment_tells_of_nodes_where_they_are_asked_for() -> None:
    plan = ORDINARY.plan
    assert plan is not None
    rows = [f"- {node.verdict} `{node.name}`: " for node in plan.nodes]
    assert rows
    asked, other = (rendered("markdown", Findings(plan, nodes=nodes)) for nodes in (True, False))
    assert [row for row in rows if row in asked] == rows
    assert [row for row in rows if row in other] == []


def test_changes_are_grouped_by_what_they_make_due() -> None:
    lines = rendered("text", ORDINARY).splitlines()
    titles = ["Core and responses:", "NLU:", "responses:", "nothing is trained for it:"]
    assert [line for line in lines if line in titles] == titles


@pytest.mark.parametrize("name", ["markdown", "html"])
def test_whatever_data_hold_stays_text(name: str) -> None:
    text = rendered(name, hostile())
    assert re.search(r"[\u202a-\u202e\u2066-\u2069\x00\x1b\x7f\u2028]", text) is None
    outside = without_code(text) if name == "markdown" else text
    for wrong in ("<script>alert", "<img", "</script><script>alert"):
        assert wrong not in outside


def test_hostile_text_gives_markdown_no_markup() -> None:
    text = rendered("markdown", hostile())
    outside = without_code(text)
    assert outside.count("<details>") == outside.count("</details>") == 1
    assert outside.count("<summary>") == outside.count("</summary>") == 1
    assert not re.search(r"@(?!\w*>)|\]\(|!\[|https?://|^#+ not", outside, re.MULTILINE)
    rows = [line for line in text.splitlines() if line.startswith("|")]
    assert [row.count("|") for row in rows] == [4] * 5
    assert max(len(line) for line in text.splitlines()) < 10_000


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("greet", "`greet`"),
        ("a `b` c", "``a `b` c``"),
        ("`", "`` ` ``"),
        ("```", "```` ``` ````"),
        (" a ", "`  a  `"),
        ("", "` `"),
        ("   ", "` `"),
        ("a\nb", "`a\\nb`"),
        ("\u202ea", "`\\u202ea`"),
        ("\u0645\u0631", "`\u0645\u0631`"),
    ],
)
def test_a_code_span_holds_whatever_there_is(text: str, expected: str) -> None:
    assert code(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("NLU training data differs", "NLU training data differs"),
        ("<b>", "&#60;b&#62;"),
        ("a | b", "a &#124; b"),
        ("*a*", "&#42;a&#42;"),
        ("@ada", "&#64;&#8203;ada"),
        ("- a", "&#45; a"),
        ("1. a", "1&#46; a"),
        ("http://a", "http&#58;//a"),
        ("&lt;", "&#38;lt;"),
    ],
)
def test_prose_is_escaped_only_where_it_would_mean_something(text: str, expected: str) -> None:
    assert prose(text) == expected


def test_what_nobody_can_see_is_shown_and_what_is_long_is_cut() -> None:
    assert visible("a\u200bb\x07") == "a\\u200bb\\x07"
    assert len(visible("x" * 500)) == 400
    assert visible("caf\u00e9 \U0001f600") == "caf\u00e9 \U0001f600"


@pytest.mark.parametrize("nodes", [False, True], ids=["", "nodes"])
@pytest.mark.parametrize("findings", [huge(30_000), hostile()], ids=["huge", "hostile"])
def test_a_comment_is_never_longer_than_github_takes(findings: Findings, *, nodes: bool) -> None:
    text = rendered("markdown", replace(findings, nodes=nodes))
    assert units(text) <= LONGEST_COMMENT
    assert without_code(text).count("<details>") == without_code(text).count("</details>") == 1


def test_what_a_comment_leaves_out_is_counted() -> None:
    text = rendered("markdown", huge(30_000))
    listed = sum(line.startswith("- added") for line in text.splitlines())
    assert listed > 100
    assert f"... and {30_000 - listed:,} more; `--format json` lists them all" in text
    assert "30,000 changes" in text
    assert len(re.findall(r"^- \.\.\. and [\d,]+ more$", text, re.MULTILINE)) == 2


def test_a_page_of_a_huge_difference_says_what_it_leaves_out() -> None:
    text = rendered("html", huge(10_500))
    assert text.count('<tr class="change"') == 10_000
    assert "500 more changes are left out of this page" in text


def test_the_text_of_a_comparison_and_its_json_have_all_changes() -> None:
    assert sum(line.startswith("  + ") for line in rendered("text", huge(3_000)).splitlines()) == 3_000
    assert len(json.loads(rendered("json", huge(3_000)))["changes"]) == 3_000


class _Page(HTMLParser):
    """What a page is made of: elements with their attributes, in order, and the texts of cells."""

    def __init__(self) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.unbalanced: list[str] = []
        self.text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        if tag not in ("meta", "link", "input"):
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if not self.open or self.open.pop() != tag:
            self.unbalanced.append(tag)

    def handle_data(self, data: str) -> None:
        self.text += data


@pytest.mark.parametrize("findings", [ORDINARY, hostile()], ids=["ordinary", "hostile"])
def test_a_page_is_well_formed_and_asks_nobody_for_anything(findings: Findings) -> None:
    page = _Page()
    page.feed(rendered("html", findings))
    assert (page.open, page.unbalanced) == ([], [])
    tags = [tag for tag, _ in page.elements]
    assert (tags.count("script"), tags.count("style"), tags.count("h1"), tags.count("main")) == (1, 1, 1, 1)
    assert not {"img", "iframe", "object", "embed", "base", "a"} & set(tags)
    assert {value for _, attributes in page.elements for name, value in attributes.items() if name == "src"} == set()
    assert [attributes["href"] for tag, attributes in page.elements if tag == "link"] == ["data:,"]
    assert not any(name.startswith("on") for _, attributes in page.elements for name in attributes)
    policy = next(attributes["content"] or "" for tag, attributes in page.elements if "http-equiv" in attributes)
    assert policy.startswith("default-src 'none'; style-src 'sha256-")
    assert "unsafe" not in policy


def test_hostile_texts_stand_in_the_page_as_they_are() -> None:
    page = _Page()
    page.feed(rendered("html", hostile()))
    for text in HOSTILE_TEXTS[:-1]:
        assert visible(text) in page.text


def test_without_jinja_the_page_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "jinja2", None)
    with pytest.raises(ConfigurationError) as raised:
        report("html")
    assert raised.value.hint == "pip install 'tenprint[html]'"


if __name__ == "__main__":
    for format_name, suffix in NAMES.items():
        (GOLDENS / f"comparison.{suffix}").write_text(rendered(format_name, ORDINARY), encoding="utf-8")
