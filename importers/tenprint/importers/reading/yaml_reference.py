"""The slow, careful YAML loader ours is measured against, and whose messages are better.

`ruamel.yaml` is imported here and nowhere else, and only when called: it takes longer to import than most files take
to read. Works with its releases 0.17.21 to 0.19.1.
"""

from dataclasses import dataclass
from typing import Any

from tenprint.importers.reading.document import Place, place_of


@dataclass(frozen=True, slots=True)
class ReferenceFinding:
    """A syntax error as the reference sees it; `context` says what was being read, from `opened` on."""

    message: str
    place: Place
    context: str | None = None
    opened: Place | None = None


def reference_load(text: str) -> Any:
    """Load one document as YAML 1.2 without duplicate keys; None for an empty one.

    Raises whatever ruamel.yaml raises: mostly its `YAMLError`, a `ValueError` for an impossible date, an
    `AssertionError` for an unknown version. It recurses, so only text of modest depth may come here.
    """
    return _reference().load(text)


def reference_syntax_error(text: str) -> ReferenceFinding | None:
    """Find the first syntax error without building anything, hence without recursion; None if there is none."""
    # Heavy: see the module's docstring.
    from ruamel.yaml.error import MarkedYAMLError  # noqa: PLC0415

    try:
        for _ in _reference().parse(text):
            pass
    except MarkedYAMLError as error:
        return _finding(error)
    except Exception:  # noqa: BLE001  (on broken text it fails in many ways, assertions among them; none tells a place)
        return None
    return None


def _finding(error: Any) -> ReferenceFinding | None:
    mark = error.problem_mark or error.context_mark
    message = error.problem or error.context
    if mark is None or message is None:
        return None
    if error.context_mark is None or error.problem is None:
        return ReferenceFinding(message, place_of(mark))
    return ReferenceFinding(message, place_of(mark), error.context, place_of(error.context_mark))


def _reference() -> Any:
    from ruamel.yaml import YAML  # noqa: PLC0415  (heavy: see the module's docstring)

    yaml = YAML(typ="safe", pure=True)
    yaml.allow_duplicate_keys = False
    # A name may be anchored again; from 0.18 on this keeps the reference from warning about it.
    yaml.composer.warn_double_anchors = False
    return yaml
