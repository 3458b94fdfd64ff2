"""Which members of an archive are taken: patterns are read strictly, the rule is that of all remote sources. Pure."""

from collections.abc import Sequence

from tenprint.importers.selection import Selection, wrong_patterns


def selection_of(include: Sequence[str], exclude: Sequence[str]) -> Selection:
    """Read patterns.

    Raises:
        ValueError: One of them is no pattern, or chooses nothing.
    """
    for pattern in (*include, *exclude):
        if not pattern.isprintable():
            raise ValueError(f"{pattern!r} chooses nothing")
    reason = wrong_patterns((*include, *exclude))
    if reason is not None:
        raise ValueError(reason)
    return Selection(include, exclude)
