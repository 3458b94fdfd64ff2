"""What can be asked for by its name: which items say it, and which others have to do with it.

One table for all of them; a kind that is not in it is asked for by the name of its items.
"""

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, replace
from typing import Any

from tenprint.importers import Item
from tenprint.importers.data import RESPONSE_PREFIX, RETRIEVAL_SEPARATOR, base_intent
from tenprint.importers.kinds import BUILT_IN_KINDS, STORIES, Kind, further_kinds

Names = Callable[[Item], Iterable[str]]
"""Item -> the names it has to do with."""


@dataclass(frozen=True, slots=True)
class Part:
    """One section of an answer: items of some kinds that have to do with a name; without a title, those that say it.

    Names in a part that `declares` exist even where no other part knows them. `in_value` finds further names in the
    value of an item. In a part `with_keys` a retrieval intent stands for all of its keys, and each key for it. A part
    that does not `show_values` tells names and places.
    """

    title: str
    kinds: tuple[str, ...]
    names: Names
    declares: bool = False
    in_value: Callable[[Any], Iterable[str]] | None = None
    with_keys: bool = False
    show_values: bool = True

    def is_about(self, name: str, named: Collection[str]) -> bool:
        """Tell whether an item that has to do with the names in `named` has to do with `name`."""
        if name in named or not self.with_keys:
            return name in named
        base = base_intent(name)
        return base in named if base != name else any(base_intent(other) == name for other in named)


@dataclass(frozen=True, slots=True)
class Subject:
    """What a name can stand for."""

    name: str
    parts: tuple[Part, ...]

    def kinds(self) -> frozenset[str]:
        return frozenset(kind for part in self.parts for kind in part.kinds)


def all_subjects(kinds: Iterable[Kind] = BUILT_IN_KINDS) -> dict[str, Subject]:
    """Return all subjects by their names, the usual ones first; `kinds` are those of the project."""
    further = {item_kind.name: item_kind for kind in further_kinds(kinds) for item_kind in kind.item_kinds}
    usual = _usual((*STORIES.item_names, *further))
    named = {subject.name: subject for subject in usual}
    known = {kind for subject in usual for kind in subject.parts[0].kinds}
    # Of ours that are left the name stands at the end of the path.
    places = {name: -1 for kind in BUILT_IN_KINDS for name in kind.item_names if name not in known}
    places |= {name: item_kind.name_at for name, item_kind in further.items()}
    return {**named, **{name: Subject(name, (_own(name, at=at),)) for name, at in places.items()}}


def _usual(users: tuple[str, ...]) -> tuple[Subject, ...]:
    """Subjects that have to do with others; `users` are the kinds of item that may mention a name."""
    return (
        Subject(
            "intent",
            (
                _own("intent"),
                Part("examples", ("intent-example",), lambda item: _with_base(item.path[1]), declares=True),
                Part("answered by", ("retrieval-response",), lambda item: _with_base(_unprefixed(item.path[2]))),
                _used(users, "intents"),
            ),
        ),
        Subject(
            "response",
            (
                Part("", ("response", "retrieval-response"), lambda item: _with_base(item.path[2]), declares=True),
                Part("answers", ("intent-example",), lambda item: _retrieving(item.path[1])),
                _used(users, "actions"),
            ),
        ),
        Subject("story", (_own("story", at=1),)),
        Subject("rule", (_own("rule", at=1),)),
        Subject(
            "slot",
            (
                _own("slot"),
                _below("slots", "slot-mapping"),
                Part("asked by", ("form",), lambda _: (), in_value=_required_slots, show_values=False),
                _used(users, "slots"),
            ),
        ),
        Subject(
            "entity",
            (
                _own("entity", "entity-role", "entity-group"),
                Part("examples", ("intent-example",), lambda item: item.names("entities")),
                _used(users, "entities"),
            ),
        ),
        Subject("form", (_own("form"), _below("forms", "slot-mapping"), _used(users, "loops", "actions"))),
        Subject("action", (_own("action"), _used(users, "actions"))),
        Subject("synonym", (replace(_own("synonym"), in_value=_words),)),
        Subject("regex", (_own("regex"),)),
        Subject("lookup", (_own("lookup-entry"),)),
    )


def _own(*kinds: str, at: int = 2) -> Part:
    return Part("", kinds, lambda item: (item.path[at],), declares=True)


def _below(section: str, kind: str) -> Part:
    return Part("", (kind,), lambda item: (item.path[2],) if item.path[1] == section else ())


def _used(users: tuple[str, ...], *facets: str) -> Part:
    def names(item: Item) -> Iterable[str]:
        return (name for facet in facets for name in item.names(facet))

    return Part("used by", users, names, with_keys=True, show_values=False)


def _words(value: Any) -> Iterable[str]:
    return (word for word in value.values() if isinstance(word, str))


def _required_slots(value: Any) -> Iterable[str]:
    slots: Iterable[str] = value.get("required_slots", ())
    return slots


def _with_base(name: str) -> tuple[str, ...]:
    """Name of a retrieval intent, and the one it has without its key."""
    base = base_intent(name)
    return (name,) if base == name else (name, base)


def _retrieving(intent: str) -> tuple[str, ...]:
    """Names of the response to a retrieval intent."""
    return _with_base(RESPONSE_PREFIX + intent) if RETRIEVAL_SEPARATOR in intent else ()


def _unprefixed(name: str) -> str:
    return name.removeprefix(RESPONSE_PREFIX)
