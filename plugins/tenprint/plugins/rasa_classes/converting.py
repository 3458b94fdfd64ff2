"""Values of Rasa as sections of training data, the way a file would hold them. Pure.

Only public forms are looked at: `Domain.as_dict`, `Message.as_dict_nlu`, the lists and dictionaries of `TrainingData`,
and what Rasa's `YAMLStoryWriter` writes of a `StoryGraph`. Rasa can write NLU data too, but warns of its JSON, and its
YAML takes brackets in a text for an annotation. What such a form does not say is a loss that is told. Two things are
put right, because Rasa adds them by itself:

- Merging two domains lists all default actions, responses and forms among the actions.
- Reading an `or` makes checkpoints with a random name, which would be a change in every run.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass
from typing import Any

from tenprint.importers.data import DEFAULT_ACTIONS
from tenprint.importers.reading import NLU_JSON_KEY

_SESSION_DEFAULTS = {"session_expiration_time": 60, "carry_over_slots_to_new_session": True}
"""Written by `as_dict` whether or not anybody has set them; to set nothing means the same."""

_SAID_BY_DOMAIN: Mapping[str, Callable[[Any], set[str]]] = {
    "intents": lambda domain: set(domain.intents),
    "entities": lambda domain: set(domain.entities),
    "slots": lambda domain: {slot.name for slot in domain.slots},
    "responses": lambda domain: set(domain.responses),
    "forms": lambda domain: set(domain.form_names),
    "actions": lambda domain: set(domain.user_actions),
    "end-to-end actions": lambda domain: set(domain.action_texts),
}

_EXAMPLE_KEYS = ("text", "intent", "entities", "metadata")
_REGEX_KEYS = ("name", "pattern")
_LOOKUP_KEYS = ("name", "elements")
_ENTITY_KEYS = ("start", "end", "entity", "value", "role", "group")

_WRITTEN_EVENTS = frozenset({"UserUttered", "ActionExecuted", "SlotSet", "ActiveLoop", "LegacyForm"})
"""Events that the writer of Rasa writes as steps; it leaves all others out."""

_GENERATED = "GENR_"
"""How the names of checkpoints begin that Rasa makes up."""


@dataclass(frozen=True, slots=True)
class Converted:
    """Top-level keys of a file and their content, and what of the value they do not hold, a sentence each."""

    sections: Mapping[str, Any]
    losses: tuple[str, ...] = ()


def plain(value: Any) -> Any:
    """Copy a value, with collections and texts of libraries, such as those of ruamel.yaml, as those of Python."""
    if isinstance(value, Mapping):
        return {plain(key): plain(entry) for key, entry in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(entry) for entry in value]
    if isinstance(value, bool):
        return bool(value)
    for ours in (str, int, float):
        if isinstance(value, ours):
            return ours(value)
    return value


def domain_sections(domain: Any) -> Converted:
    said = plain(domain.as_dict())
    losses = tuple(_unsaid(domain, said))
    session = {
        key: value
        for key, value in (said.pop("session_config", None) or {}).items()
        if key not in _SESSION_DEFAULTS or value != _SESSION_DEFAULTS[key]
    }
    if session:
        said["session_config"] = session
    if set(DEFAULT_ACTIONS) <= {action for action in said.get("actions") or () if isinstance(action, str)}:
        added = {*DEFAULT_ACTIONS, *(said.get("responses") or {}), *(said.get("forms") or {})}
        said["actions"] = [action for action in said["actions"] if isinstance(action, dict) or action not in added]
    return Converted({key: value for key, value in said.items() if value}, losses)


def _unsaid(domain: Any, said: Mapping[str, Any]) -> Iterator[str]:
    """Hold a domain against what is read of its dictionary; one that was put together by hand may say less there."""
    read = getattr(type(domain), "from_dict", None)
    if read is None:
        return
    again = read(deepcopy(dict(said)))
    for what, names_of in _SAID_BY_DOMAIN.items():
        missing = sorted(names_of(domain) - names_of(again))
        if missing:
            yield f"as_dict() of the domain leaves out its {what} {', '.join(map(repr, missing))}"


def nlu_sections(nlu: Any) -> Converted:
    losses = _Losses()
    examples = (
        _kept(plain(message.as_dict_nlu()), _EXAMPLE_KEYS, "an example", losses) for message in nlu.training_examples
    )
    lists = {
        "common_examples": list(_complete(examples, losses)),
        "regex_features": _entries(nlu.regex_features, _REGEX_KEYS, "a regular expression", losses),
        "lookup_tables": _entries(nlu.lookup_tables, _LOOKUP_KEYS, "a lookup table", losses),
        "entity_synonyms": _synonyms(plain(nlu.entity_synonyms) or {}),
    }
    content = {key: entries for key, entries in lists.items() if entries}
    responses = plain(nlu.responses) or {}
    sections = {NLU_JSON_KEY: content, "responses": responses}
    return Converted({key: section for key, section in sections.items() if section}, losses.told())


def _entries(entries: Any, known: Sequence[str], what: str, losses: "_Losses") -> list[Any]:
    return [_kept(entry, known, what, losses) for entry in plain(entries) or ()]


def _synonyms(values: Mapping[str, Any]) -> list[dict[str, Any]]:
    texts: dict[Any, list[str]] = {}
    for text, value in values.items():
        texts.setdefault(value, []).append(text)
    return [{"value": value, "synonyms": synonyms} for value, synonyms in texts.items()]


class _Losses:
    """Counts equal losses, so that each is told once."""

    def __init__(self) -> None:
        self._counts: dict[str, int] = {}

    def add(self, what: str) -> None:
        self._counts[what] = self._counts.get(what, 0) + 1

    def told(self) -> tuple[str, ...]:
        return tuple(what if count == 1 else f"{what} ({count} times)" for what, count in self._counts.items())


def _kept(entry: Any, known: Sequence[str], what: str, losses: _Losses) -> Any:
    """Return an entry without keys that mean nothing in training data."""
    if not isinstance(entry, dict):
        return entry
    for key in entry:
        if key not in known:
            losses.add(f"the key {key!r} of {what} is left out")
    kept = {key: value for key, value in entry.items() if key in known}
    if isinstance(kept.get("entities"), list):
        kept["entities"] = [_kept(entity, _ENTITY_KEYS, "an entity", losses) for entity in kept["entities"]]
    return kept


def _complete(examples: Iterable[Any], losses: _Losses) -> Iterator[Any]:
    """Leave out messages that are no examples of an intent; turns of dialogues follow from the stories anyway."""
    for example in examples:
        lacking = [key for key in ("text", "intent") if isinstance(example, dict) and example.get(key) is None]
        if lacking:
            losses.add(f"a message without {' and '.join(lacking)} is left out")
        else:
            yield example


def story_sections(steps: Sequence[Any], written: Any) -> Converted:
    """Take the sections of what the writer of Rasa wrote; checkpoints it made up are named after their story."""
    sections = {key: plain(written.get(key)) or [] for key in ("stories", "rules")}
    names: dict[str, str] = {}
    counts: dict[str, int] = {}
    for dialogue in sections["stories"]:
        name = str(dialogue.get("story"))
        for step in dialogue.get("steps") or ():
            made_up = step.get("checkpoint") if isinstance(step, dict) else None
            if isinstance(made_up, str) and made_up.startswith(_GENERATED):
                if made_up not in names:
                    counts[name] = counts.get(name, 0) + 1
                    names[made_up] = f"{_GENERATED}{name} {counts[name]}"
                step["checkpoint"] = names[made_up]
    return Converted({key: entries for key, entries in sections.items() if entries}, tuple(_unwritten(steps)))


def _unwritten(steps: Sequence[Any]) -> Iterator[str]:
    losses = _Losses()
    for step in steps:
        for entry in getattr(step, "events", None) or ():
            for event in entry if isinstance(entry, list) else (entry,):
                if _WRITTEN_EVENTS.isdisjoint(kind.__name__ for kind in type(event).__mro__):
                    losses.add(f"the event {type(event).__name__} in {getattr(step, 'block_name', '')!r} is left out")
    yield from losses.told()
