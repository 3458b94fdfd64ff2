"""Merge keys and the size of what aliases repeat, on built nodes and without recursion."""

from itertools import chain
from typing import Any

from tenprint.importers.reading.document import MappingNode, Mark, SequenceNode
from tenprint.importers.reading.scalars import Merge


def merge(node: MappingNode) -> list[Mark]:
    """Resolve the key `<<` of a finished mapping in place; return the marks of what cannot be merged.

    A mapping's own keys win over merged ones, and earlier merged mappings over later ones. In order the merged keys
    come first, those of the last mapping before those of the first: the reference orders them so.
    """
    index = list(node).index(Merge.KEY)
    key_mark, value_mark = node.marks[2 * index : 2 * index + 2]
    del node.marks[2 * index : 2 * index + 2]
    merged = node.pop(Merge.KEY)
    if merged.__class__ is MappingNode:
        sources, strangers = [merged], []
    elif merged.__class__ is SequenceNode:
        sources = [item for item in merged if item.__class__ is MappingNode]
        strangers = [mark for item, mark in zip(merged, merged.marks, strict=True) if item.__class__ is not MappingNode]
    else:
        return [value_mark if merged is not None else key_mark]
    _replace(node, [*reversed(sources), node])
    return strangers


def _replace(node: MappingNode, sources: list[MappingNode]) -> None:
    """Give `node` the entries of all sources; the later win, and may include `node` itself."""
    entries = {
        key: (value, key_mark, value_mark)
        for source in sources
        for (key, value), key_mark, value_mark in zip(source.items(), source.key_marks, source.value_marks, strict=True)
    }
    node.clear()
    node.update((key, entry[0]) for key, entry in entries.items())
    node.marks = [mark for _, key_mark, value_mark in entries.values() for mark in (key_mark, value_mark)]


def expanded_size(root: Any, sizes: dict[int, int]) -> int:
    """Nodes below `root` once all aliases in it are expanded; `sizes` remembers results by the identity of nodes.

    Counts as the builder does: a collection once more for its end.
    """
    pending = [root] if isinstance(root, (MappingNode, SequenceNode)) else []
    while pending:
        node = pending[-1]
        if node.__class__ is MappingNode:
            total, children = 2 * len(node) + 2, chain(node, node.values())
        else:
            total, children = len(node) + 1, chain(node)
        unknown = []
        for child in children:
            if child.__class__ is MappingNode or child.__class__ is SequenceNode:
                size = sizes.get(id(child))
                if size is None:
                    unknown.append(child)
                else:
                    total += size
        if unknown:
            pending += unknown
        else:
            sizes[id(node)] = total
            pending.pop()
    return sizes.get(id(root), 0)
