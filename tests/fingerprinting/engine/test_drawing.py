"""Pictures of graphs: what stands in them, where, and that names may be anything."""

import re
from dataclasses import dataclass
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tenprint.fingerprinting.engine import graph_dot, graph_mermaid, graph_svg
from tenprint.fingerprinting.engine.graph_layout import MOST_BENDS, laid_out

VERDICTS = ("run", "depends", "restored", "hit", "skipped")
SVG = "{http://www.w3.org/2000/svg}"


@dataclass(frozen=True)
class Drawn:
    """What a picture tells of a node."""

    name: str
    verdict: str
    needs: tuple[str, ...] = ()


CHAIN = (
    Drawn("read", "hit", ("text",)),
    Drawn("learn", "run", ("read", "read")),
    Drawn("model", "depends", ("read", "learn")),
)

odd_names = st.text(st.characters(exclude_categories=()), min_size=1, max_size=8) | st.sampled_from(
    [
        "end",
        "graph",
        'a"b',
        "a\\",
        "a\nb",
        "<b>",
        "&amp;",
        "#35;",
        "`x`",
        "x" * 99,
        "\u202eabc",
        "\u4e2d\u6587",
        "\ud800",
    ]
)


@st.composite
def graphs(draw: st.DrawFn) -> tuple[Drawn, ...]:
    names = draw(st.lists(odd_names, unique=True, max_size=7))
    given_names = [f"given {number}" for number in range(2)]
    return tuple(
        Drawn(
            name,
            draw(st.sampled_from(VERDICTS)),
            tuple(draw(st.lists(st.sampled_from([*names[:position], *given_names]), max_size=3))),
        )
        for position, name in enumerate(names)
    )


def edges_of(nodes: tuple[Drawn, ...]) -> int:
    return sum(len(set(node.needs)) for node in nodes)


def all_of(nodes: tuple[Drawn, ...]) -> int:
    return len({node.name for node in nodes} | {each for node in nodes for each in node.needs})


def test_a_graph_in_the_language_of_graphviz() -> None:
    assert graph_dot(CHAIN) == (
        "digraph plan {\n"
        "  rankdir=LR;\n"
        '  node [shape=box, style=rounded, fontname="monospace"];\n'
        '  "text" [label="text", color="#6b7280", style=dotted];\n'
        '  "read" [label="read\\nhit", color="#16a34a"];\n'
        '  "learn" [label="learn\\nrun", color="#d97706"];\n'
        '  "model" [label="model\\ndepends", color="#7c3aed", style="rounded,dashed"];\n'
        '  "text" -> "read";\n'
        '  "read" -> "learn";\n'
        '  "read" -> "model";\n'
        '  "learn" -> "model";\n'
        "}\n"
    )


def test_a_graph_in_the_language_of_mermaid() -> None:
    assert graph_mermaid(CHAIN) == (
        "flowchart LR\n"
        '  n0(["text"])\n'
        '  n1["read<br/>hit"]:::verdict_hit\n'
        '  n2["learn<br/>run"]:::verdict_run\n'
        '  n3["model<br/>depends"]:::verdict_depends\n'
        "  n0 --> n1\n"
        "  n1 --> n2\n"
        "  n1 --> n3\n"
        "  n2 --> n3\n"
        "  classDef verdict_hit stroke:#16a34a,stroke-width:2px\n"
        "  classDef verdict_run stroke:#d97706,stroke-width:2px\n"
        "  classDef verdict_depends stroke:#7c3aed,stroke-width:2px\n"
    )


def test_a_graph_as_svg_tells_each_verdict_by_a_word() -> None:
    picture = ET.fromstring(graph_svg(CHAIN, title="Plan & more"))  # noqa: S314 - made here
    assert [each.text for each in picture.iter(f"{SVG}text")] == [
        "text",
        "read",
        "hit",
        "learn",
        "run",
        "model",
        "depends",
    ]
    assert picture.findtext(f"{SVG}title") == "Plan & more"
    assert len(list(picture.iter(f"{SVG}path"))) == 4


def test_svg_brings_no_styles_scripts_or_links() -> None:
    picture = ET.fromstring(graph_svg(CHAIN))  # noqa: S314 - made here
    assert {each.tag.removeprefix(SVG) for each in picture.iter()} == {"svg", "title", "g", "rect", "text", "path"}
    assert not {name for each in picture.iter() for name in each.attrib} & {"style", "class", "id", "href", "onload"}


def test_nothing_can_be_drawn_too() -> None:
    assert graph_dot([]).endswith("}\n")
    assert graph_mermaid([]) == "flowchart LR\n"
    assert ET.fromstring(graph_svg([])).tag == f"{SVG}svg"  # noqa: S314 - made here


@given(graphs())
def test_dot_has_a_line_for_each_node_and_edge_whatever_they_are_called(nodes: tuple[Drawn, ...]) -> None:
    text = r'"(?:[^"\\]|\\.)*"'
    lines = graph_dot(nodes).splitlines()[3:-1]
    boxes = [line for line in lines if re.fullmatch(rf'  {text} \[label={text}, color="#\w+"(, style=.*)?\];', line)]
    arrows = [line for line in lines if re.fullmatch(rf"  {text} -> {text};", line)]
    assert (len(boxes), len(arrows)) == (all_of(nodes), edges_of(nodes))
    assert len(lines) == len(boxes) + len(arrows)


@given(graphs())
def test_mermaid_has_a_line_for_each_node_and_edge_whatever_they_are_called(nodes: tuple[Drawn, ...]) -> None:
    lines = graph_mermaid(nodes).splitlines()[1:]
    label = r"(?:[\w/:-]|#\d+;)*"
    boxes = [
        line for line in lines if re.fullmatch(rf'  n\d+(\["{label}<br/>\w+"\]:::verdict_\w+|\(\["{label}"\]\))', line)
    ]
    arrows = [line for line in lines if re.fullmatch(r"  n\d+ --> n\d+", line)]
    classes = [line for line in lines if line.startswith("  classDef verdict_")]
    assert (len(boxes), len(arrows)) == (all_of(nodes), edges_of(nodes))
    assert len(lines) == len(boxes) + len(arrows) + len(classes)


@given(graphs())
def test_boxes_of_svg_lie_apart_and_within_the_picture(nodes: tuple[Drawn, ...]) -> None:
    picture = ET.fromstring(graph_svg(nodes))  # noqa: S314 - made here
    boxes = [
        tuple(float(each.attrib[name]) for name in ("x", "y", "width", "height")) for each in picture.iter(f"{SVG}rect")
    ]
    assert len(boxes) == all_of(nodes)
    for position, (x, y, width, height) in enumerate(boxes):
        assert x >= 0
        assert y >= 0
        assert x + width <= float(picture.attrib["width"])
        assert y + height <= float(picture.attrib["height"])
        for other_x, other_y, other_width, other_height in boxes[:position]:
            beside = x + width < other_x or other_x + other_width < x
            assert beside or y + height < other_y or other_y + other_height < y


@given(graphs())
def test_edges_of_svg_lead_from_box_to_box_to_the_right(nodes: tuple[Drawn, ...]) -> None:
    picture = ET.fromstring(graph_svg(nodes))  # noqa: S314 - made here
    boxes = [
        tuple(float(each.attrib[name]) for name in ("x", "y", "width", "height")) for each in picture.iter(f"{SVG}rect")
    ]
    starts = {(x + width, round(y + height / 2, 1)) for x, y, width, height in boxes}
    ends = {(x, round(y + height / 2, 1)) for x, y, width, height in boxes}
    paths = [each.attrib["d"] for each in picture.iter(f"{SVG}path")]
    assert len(paths) == edges_of(nodes)
    for path in paths:
        numbers = [float(number) for number in re.findall(r"-?[\d.]+", path)]
        assert any(abs(x - numbers[0]) < 1 and abs(y - numbers[1]) < 1 for x, y in starts)
        assert any(abs(x - numbers[-2]) < 1 and abs(y - numbers[-1]) < 1 for x, y in ends)
        assert numbers[-2] > numbers[0]


@given(graphs())
def test_a_picture_is_the_same_each_time(nodes: tuple[Drawn, ...]) -> None:
    assert graph_svg(nodes) == graph_svg(nodes)


@pytest.mark.parametrize("length", [500, 3_000])
def test_large_graphs_are_drawn(length: int) -> None:
    nodes = tuple(Drawn(f"n{n}", "run", (f"n{n - 1}", "n0") if n else ()) for n in range(length))
    assert graph_svg(nodes).count("<rect") == length


def test_edges_of_graphs_with_very_many_do_not_go_round_nodes() -> None:
    parents = {f"n{n}": [f"n{m}" for m in range(n)] for n in range(60)}
    layout = laid_out(parents)
    assert sum(len(path) for path in layout.edges.values()) == 0
    small = laid_out({name: parents[name] for name in list(parents)[:10]})
    assert 0 < sum(len(path) for path in small.edges.values()) <= MOST_BENDS
