r"""A graph as a picture: DOT for Graphviz, Mermaid for Markdown, and SVG that needs no program. Pure.

Rules:
- A verdict is told by a word, and by a colour as well; what a node needs that is no node itself stands there plainly.
- Names may hold anything: they are escaped as the format wants it, and what cannot be seen is written as `\x07`.
- SVG has no styles and no scripts, so any policy for web pages lets it pass; text takes the colour of the page.
"""

import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from html import escape
from itertools import accumulate
from typing import Protocol

from tenprint.fingerprinting.engine.graph_layout import GraphLayout, Spot, laid_out

COLOURS: Mapping[str, str] = {
    "run": "#d97706",
    "depends": "#7c3aed",
    "restored": "#2563eb",
    "hit": "#16a34a",
    "skipped": "#6b7280",
}
"""Colours of borders by verdict; they can be told apart on white and on black, also by the colour-blind."""

_GIVEN = "#6b7280"
_MOST_LETTERS = 48
_LETTER, _PAD, _GAP = 7.3, 12, 56
_BOX, _PITCH = 40, 56


class DrawnNode(Protocol):
    """What a picture tells of a node; nodes of plans are such."""

    @property
    def name(self) -> str: ...

    @property
    def verdict(self) -> str: ...

    @property
    def needs(self) -> Sequence[str]:
        """Names of nodes, or of what is given from outside."""


def graph_dot(nodes: Iterable[DrawnNode]) -> str:
    """Write a graph in the language of Graphviz."""
    drawn = {node.name: node for node in nodes}
    lines = ["digraph plan {", "  rankdir=LR;", '  node [shape=box, style=rounded, fontname="monospace"];']
    for name in _parents(drawn):
        verdict = drawn[name].verdict if name in drawn else None
        colour = COLOURS.get(verdict or "", _GIVEN)
        label = f'"{_dot(name)}"' if verdict is None else f'"{_dot(name)}\\n{_dot(verdict)}"'
        look = ", style=dotted" if verdict is None else ', style="rounded,dashed"' if verdict == "depends" else ""
        lines.append(f'  "{_dot(name)}" [label={label}, color="{colour}"{look}];')
    lines += [f'  "{_dot(parent)}" -> "{_dot(child)}";' for parent, child in _edges(_parents(drawn))]
    return "\n".join([*lines, "}"]) + "\n"


def graph_mermaid(nodes: Iterable[DrawnNode]) -> str:
    """Write a graph in the language of Mermaid, which GitHub and GitLab draw in Markdown."""
    drawn = {node.name: node for node in nodes}
    parents = _parents(drawn)
    number = {name: f"n{position}" for position, name in enumerate(parents)}
    lines = ["flowchart LR"]
    for name in parents:
        if name in drawn:
            verdict = drawn[name].verdict
            lines.append(f'  {number[name]}["{_mermaid(name)}<br/>{_mermaid(verdict)}"]:::{_word(verdict)}')
        else:
            lines.append(f'  {number[name]}(["{_mermaid(name)}"])')
    lines += [f"  {number[parent]} --> {number[child]}" for parent, child in _edges(parents)]
    used = dict.fromkeys(node.verdict for node in drawn.values())
    lines += [f"  classDef {_word(verdict)} stroke:{COLOURS.get(verdict, _GIVEN)},stroke-width:2px" for verdict in used]
    return "\n".join(lines) + "\n"


def graph_svg(nodes: Iterable[DrawnNode], *, title: str = "The graph and what is done about each node") -> str:
    """Draw a graph as one `svg` element, for a page or a file of its own."""
    drawn = {node.name: node for node in nodes}
    parents = _parents(drawn)
    layout = laid_out(parents)
    left, width = _columns(layout)
    height = int(max((row for _, row in layout.nodes.values()), default=0) * _PITCH) + _BOX + 2
    lines = [
        (
            f'<svg xmlns="http://www.w3.org/2000/svg" role="img" viewBox="0 0 {left[-1]} {height}" width="{left[-1]}" '
            f'height="{height}" font-family="ui-monospace, monospace" font-size="12" fill="currentColor">'
        ),
        f"<title>{_xml(title)}</title>",
    ]
    for (parent, child), passed in layout.edges.items():
        path = _path([layout.nodes[parent], *passed, layout.nodes[child]], left, width)
        lines.append(f'<path d="{path}" fill="none" stroke="currentColor" stroke-opacity="0.4"/>')
    for name, (column, row) in layout.nodes.items():
        verdict = drawn[name].verdict if name in drawn else None
        lines += _box(name, verdict, left[column], 1 + row * _PITCH, width[column])
    return "\n".join([*lines, "</svg>"]) + "\n"


def _parents(drawn: Mapping[str, DrawnNode]) -> dict[str, list[str]]:
    """Return what is drawn, with what each of it needs; what is only needed comes first."""
    given = dict.fromkeys(each for node in drawn.values() for each in node.needs if each not in drawn)
    return {**{name: [] for name in given}, **{name: list(dict.fromkeys(node.needs)) for name, node in drawn.items()}}


def _edges(parents: Mapping[str, Sequence[str]]) -> list[tuple[str, str]]:
    return [(parent, child) for child, needed in parents.items() for parent in needed]


def _columns(layout: GraphLayout) -> tuple[list[int], list[int]]:
    """Return where columns begin, with the end of the last, and how wide each is."""
    letters: dict[int, int] = {}
    for name, (column, _) in layout.nodes.items():
        letters[column] = max(letters.get(column, 8), _letters(_cut(name)))
    width = [int(letters.get(column, 8) * _LETTER) + 2 * _PAD for column in range(max(letters, default=0) + 1)]
    starts = list(accumulate((each + _GAP for each in width), initial=1))
    return [*starts[:-1], starts[-1] - _GAP + 1], width


def _path(spots: Sequence[Spot], left: Sequence[int], width: Sequence[int]) -> str:
    """Draw an edge from the right side of one box to the left side of another, level where it passes a column."""
    middles = [(column, 1 + row * _PITCH + _BOX / 2) for column, row in spots]
    column, y = middles[0]
    x = left[column] + width[column]
    steps = [f"M{x} {y:.1f}"]
    for position, (column, level) in enumerate(middles[1:], start=2):
        half = (x + left[column]) / 2
        steps.append(f"C{half:.1f} {y:.1f} {half:.1f} {level:.1f} {left[column]} {level:.1f}")
        x, y = left[column], level
        if position < len(middles):
            x += width[column]
            steps.append(f"H{x}")
    return "".join(steps)


def _box(name: str, verdict: str | None, x: int, y: float, width: int) -> list[str]:
    colour = COLOURS.get(verdict or "", _GIVEN)
    dashes = ' stroke-dasharray="2 3"' if verdict is None else ' stroke-dasharray="6 4"' if verdict == "depends" else ""
    lines = [
        f"<g><title>{_xml(name if verdict is None else f'{name}: {verdict}')}</title>",
        (
            f'<rect x="{x}" y="{y:.1f}" width="{width}" height="{_BOX}" rx="6" fill="{colour}" fill-opacity="0.1" '
            f'stroke="{colour}" stroke-width="2"{dashes}/>'
        ),
        f'<text x="{x + _PAD}" y="{y + (24 if verdict is None else 17):.1f}">{_xml(_cut(name))}</text>',
    ]
    if verdict is not None:
        lines.append(f'<text x="{x + _PAD}" y="{y + 32:.1f}" font-size="11">{_xml(verdict)}</text>')
    return [*lines, "</g>"]


def _cut(name: str) -> str:
    shown = _seen(name)
    return shown if len(shown) <= _MOST_LETTERS else f"{shown[: _MOST_LETTERS - 3]}..."


def _letters(text: str) -> int:
    """Count columns of a fixed-width font; letters of East Asia take two."""
    return sum(2 if unicodedata.east_asian_width(letter) in "WF" else 1 for letter in text)


def _seen(text: str) -> str:
    """Write what cannot be seen, or changes how the rest is seen, by its number."""
    return "".join(
        letter if letter.isprintable() else letter.encode("unicode_escape").decode("ascii") for letter in text
    )


def _dot(text: str) -> str:
    return _seen(text).replace("\\", "\\\\").replace('"', '\\"')


def _mermaid(text: str) -> str:
    """Write all but plain letters by number, as Mermaid takes some for its own signs."""
    plain = "_-/:"
    return "".join(letter if letter.isalnum() or letter in plain else f"#{ord(letter)};" for letter in _seen(text))


def _word(verdict: str) -> str:
    """Name of a class of nodes; `end` and others mean something to Mermaid, so none stands alone."""
    return f"verdict_{verdict}"


def _xml(text: str) -> str:
    return escape(_seen(text))
