"""Changes an existing domain file where it differs from a domain, and leaves the rest as its author wrote it.

Rules kept here:

* a file that says the same already stays byte for byte;
* else comments, order, quoting and anchors of all entries that say the same stay; entries are added behind the others,
  removed, or changed inside;
* an entry that shares parts with others (anchors, merge keys) is written out before it changes, so nothing else does;
* the result is read again: where that does not give the domain, the domain is written anew, because a file that says
  what is meant comes first.
"""

import difflib
import io
from collections.abc import Mapping
from typing import Any

from tenprint.importers.assembling import items_of, put_together
from tenprint.importers.canonical import canonical
from tenprint.importers.data import Domain
from tenprint.importers.itemising import ReadingRules, SourceFile, parts_of, read_file
from tenprint.importers.kinds import DOMAIN
from tenprint.importers.location import DocumentId
from tenprint.importers.problem import errors_among
from tenprint.importers.writing.domain import domain_mapping, domain_yaml
from tenprint.importers.writing.meaning import meaning_of
from tenprint.importers.writing.yaml_text import scalar

_NAME_LISTS = ("intents", "entities", "actions", "e2e_actions")
"""Sections that are lists of names, in which the order means nothing."""

_INDENTATIONS = ((2, 2, 0), (2, 4, 2), (4, 4, 2), (4, 2, 0), (4, 6, 4))
"""Usual indentations of mappings and lists, and where the dash stands within that of a list."""


def updated_domain(original: bytes, domain: Domain, *, rules: ReadingRules | None = None) -> bytes:
    """Change the bytes of a domain file so that they say what a domain says.

    Raises:
        ProblemsError: The domain holds values that YAML cannot express.
    """
    rules = rules or ReadingRules()
    present = _read(original, rules)
    if present is None:
        return domain_yaml(domain)
    if _same(present, domain, rules):
        return original
    edited = _edited(original, domain_mapping(present), domain_mapping(domain))
    if edited is not None:
        again = _read(edited, rules)
        if again is not None and _same(again, domain, rules):
            return edited
    return domain_yaml(domain)


def _read(content: bytes, rules: ReadingRules) -> Domain | None:
    """Domain of a file; None where it cannot be read, or holds more than a domain."""
    reading = read_file(SourceFile(DocumentId("export", "domain.yml"), "domain", content), 0, rules)
    if errors_among(reading.problems) or set(reading.document.kinds) > {DOMAIN.name}:
        return None
    domain: Domain = put_together(DOMAIN, parts_of(reading.document, 0, rules))
    return domain


def _same(one: Domain, other: Domain, rules: ReadingRules) -> bool:
    first, second = (meaning_of(items_of(DOMAIN, domain, rules), rules.identities()) for domain in (one, other))
    return first == second


def _edited(original: bytes, present: Mapping[str, Any], wanted: Mapping[str, Any]) -> bytes | None:
    # Heavy, and only an export into a project that differs needs it.
    from ruamel.yaml.error import YAMLError  # noqa: PLC0415

    decoded = original.decode("utf-8-sig")
    text = decoded.replace("\r\n", "\n")
    try:
        yaml = _round_trip(text)
        root = yaml.load(text)
        if not isinstance(root, dict):
            return None
        for key in (*wanted, *(key for key in [*root] if key in present and key not in wanted)):
            _edit_section(root, key, present.get(key), wanted.get(key))
        written = _dumped(yaml, root)
    except (YAMLError, ValueError, AttributeError, TypeError, KeyError):
        # Files that this library cannot take apart or put together: they are written anew.
        return None
    return (written.replace("\n", "\r\n") if "\r\n" in decoded else written).encode()


def _round_trip(text: str) -> Any:
    """Make the reader and writer that change least of a text: its indentation is found by trying."""
    best: tuple[float, Any] = (-1.0, None)
    lines = text.split("\n")
    for indentation in _INDENTATIONS:
        yaml = _writer(indentation)
        written = _dumped(yaml, yaml.load(text)).split("\n")
        likeness = difflib.SequenceMatcher(None, lines, written, autojunk=False).quick_ratio()
        if likeness > best[0]:
            best = (likeness, _writer(indentation))
        if written == lines:
            break
    return best[1]


def _writer(indentation: tuple[int, int, int]) -> Any:
    from ruamel.yaml import YAML  # noqa: PLC0415 - as above

    mapping, sequence, offset = indentation
    yaml: Any = YAML(typ="rt")
    yaml.preserve_quotes = True
    yaml.width = 1_000_000
    yaml.indent(mapping=mapping, sequence=sequence, offset=offset)
    return yaml


def _dumped(yaml: Any, root: Any) -> str:
    stream = io.BytesIO()
    yaml.dump(root, stream)
    return stream.getvalue().decode()


def _edit_section(root: Any, key: str, present: Any, wanted: Any) -> None:
    if key == "version":
        if key not in root or str(root[key]) != wanted:
            _set_version(root, wanted)
    elif wanted is None:
        del root[key]
    elif present is None or _is_anchored(root[key]):
        root[key] = _node(wanted)
    elif key in _NAME_LISTS:
        _edit_names(root[key], _by_name(present), _by_name(wanted))
    elif isinstance(root[key], dict):
        _edit_entries(root[key], present, wanted)
    else:
        # Forms of 1.x are a list of names.
        root[key] = _node(wanted)


def _set_version(root: Any, wanted: str) -> None:
    if "version" in root:
        root["version"] = _node(wanted)
    else:
        root.insert(0, "version", _node(wanted))


def _edit_names(entries: Any, present: Mapping[str, Any], wanted: Mapping[str, Any]) -> None:
    """Edit a list whose entries are names or mappings of one name."""
    for position in reversed(range(len(entries))):
        name = _name(entries[position])
        if name not in wanted:
            del entries[position]
        elif not _equal(present.get(name), wanted[name]):
            entries[position] = _node(wanted[name])
    known = {_name(entry) for entry in entries}
    entries.extend(_node(entry) for name, entry in wanted.items() if name not in known)


def _edit_entries(node: Any, present: Mapping[str, Any], wanted: Mapping[str, Any]) -> None:
    """Edit a mapping of names."""
    for name in [*node]:
        if name not in wanted:
            del node[name]
    for name, value in wanted.items():
        if name not in node:
            node[name] = _node(value)
        elif not _equal(present.get(name), value):
            if _is_shared(node, name):
                node[name] = _node(value)
            else:
                node[name] = _changed(node[name], value)


def _changed(node: Any, wanted: Any) -> Any:
    """Change a node inside as far as it has the same shape; else replace it."""
    if isinstance(node, dict) and isinstance(wanted, dict) and not _has_shared(node):
        for key in [*node]:
            if key not in wanted:
                del node[key]
        for key, value in wanted.items():
            node[key] = _changed(node[key], value) if key in node else _node(value)
        return node
    if isinstance(node, list) and isinstance(wanted, list) and not _has_shared(node):
        for position, value in enumerate(wanted[: len(node)]):
            node[position] = _changed(node[position], value)
        del node[len(wanted) :]
        node.extend(_node(value) for value in wanted[len(node) :])
        return node
    return node if _equal(_plain(node), wanted) else _node(wanted)


def _plain(node: Any) -> Any:
    """Value of a scalar of the library as ours."""
    if isinstance(node, bool) or node is None:
        return node
    for kind in (str, int, float):
        if isinstance(node, kind):
            return kind(node)
    return node


def _is_shared(parent: Any, key: Any) -> bool:
    """Tell whether the value of a key stands elsewhere too, or is made of what stands elsewhere."""
    return bool(getattr(parent, "merge", None)) or _has_shared(parent[key])


def _is_anchored(node: Any) -> bool:
    """Tell whether a node itself has an anchor or a merge key."""
    anchor = getattr(node, "anchor", None)
    return getattr(anchor, "value", None) is not None or bool(getattr(node, "merge", None))


def _has_shared(node: Any) -> bool:
    """Tell whether a node or anything in it has an anchor or a merge key."""
    if _is_anchored(node):
        return True
    if isinstance(node, dict):
        return any(_has_shared(entry) for entry in node.values())
    return isinstance(node, list) and any(_has_shared(entry) for entry in node)


def _node(value: Any) -> Any:
    """Nodes of the library for a plain value, quoted where our own writer quotes."""
    from ruamel.yaml.comments import CommentedMap, CommentedSeq  # noqa: PLC0415 - as above
    from ruamel.yaml.scalarstring import DoubleQuotedScalarString  # noqa: PLC0415

    if isinstance(value, dict):
        return CommentedMap((_node(key), _node(entry)) for key, entry in value.items())
    if isinstance(value, list):
        return CommentedSeq(_node(entry) for entry in value)
    if isinstance(value, str) and scalar(value).startswith('"'):
        return DoubleQuotedScalarString(value)
    return value


def _equal(one: Any, other: Any) -> bool:
    return canonical(one) == canonical(other)


def _by_name(entries: list[Any]) -> dict[str, Any]:
    return {_name(entry): entry for entry in entries}


def _name(entry: Any) -> str:
    name: str = entry if isinstance(entry, str) else next(iter(entry))
    return name.strip()
