"""Other names for what a source declares and mentions: prefixes of namespaces, and names without marks of overlays.

`Names` is given what a name stands for (`intent`, `response`, `action`, `slot`, ...) and the name, and returns the name
that counts. Every item kind says here where names stand in its path and its value. Values are called `data.Story`, so
that who reads one kind of data does not load all others.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from tenprint.importers import data
from tenprint.importers.items import Path

Names = Callable[[str, str], str]
"""What a name stands for, and the name -> the name that counts."""

Rename = Callable[[Path, Any, Names], tuple[Path, Any]]
"""Path and value of a part -> the same with other names; values are never changed in place."""

_INTENT_KEYS = ("intent", "not_intent")
_PAYLOAD_LISTS = ("buttons", "quick_replies")
_AFTER_INTENT = "{@"


def at(path: Path, position: int, name: str) -> Path:
    return (*path[:position], name, *path[position + 1 :])


def rename_intent(path: Path, intent: "data.Intent", names: Names) -> "tuple[Path, data.Intent]":
    name = names("intent", intent.name)
    triggers = None if intent.triggers is None else names("action", intent.triggers)
    return at(path, 2, name), replace(intent, name=name, triggers=triggers)


def rename_entity(path: Path, entity: Any, names: Names) -> tuple[Path, Any]:
    """Rename an entity, or leave the role or group of one, which only its path names."""
    name = names("entity", path[2])
    return at(path, 2, name), replace(entity, name=name) if isinstance(entity, data.Entity) else entity


def rename_slot(path: Path, slot: Any, names: Names) -> tuple[Path, Any]:
    name = names("slot", path[2])
    return at(path, 2, name), replace(slot, name=name)


def rename_slot_mapping(path: Path, mapping: "data.SlotMapping", names: Names) -> "tuple[Path, data.SlotMapping]":
    name = names("form" if path[1] == "forms" else "slot", path[2])
    properties = {
        key: _intents(value, names) if key in _INTENT_KEYS else value for key, value in mapping.properties.items()
    }
    return at(path, 2, name), data.SlotMapping(properties)


def _intents(value: Any, names: Names) -> Any:
    if isinstance(value, str):
        return names("intent", value)
    return [_intents(entry, names) for entry in value] if isinstance(value, list) else value


def rename_form(path: Path, form: "data.Form", names: Names) -> "tuple[Path, data.Form]":
    name = names("form", form.name)
    ignored = tuple(names("intent", intent) for intent in form.ignored_intents)
    return at(path, 2, name), replace(form, name=name, ignored_intents=ignored)


def rename_action(path: Path, action: Any, names: Names) -> tuple[Path, Any]:
    name = names("action", path[2])
    return at(path, 2, name), replace(action, name=name)


def rename_response(path: Path, variation: Any, names: Names) -> tuple[Path, Any]:
    """Rename a response, and the intents that the payloads of its buttons send."""
    if isinstance(variation, Mapping) and any(key in variation for key in _PAYLOAD_LISTS):
        variation = {
            key: [_button(button, names) for button in value] if key in _PAYLOAD_LISTS else value
            for key, value in variation.items()
        }
    return at(path, 2, names("response", path[2])), variation


def _button(button: Any, names: Names) -> Any:
    payload = button.get("payload") if isinstance(button, Mapping) else None
    if not isinstance(payload, str) or not payload.startswith("/"):
        return button
    end = next((index for index, letter in enumerate(payload) if letter in _AFTER_INTENT), len(payload))
    return {**button, "payload": f"/{names('intent', payload[1:end])}{payload[end:]}"}


def rename_setting(path: Path, value: Any, names: Names) -> tuple[Path, Any]:
    """Rename a setting, which only an overlay marks."""
    return at(path, 2, names("setting", path[2])), value


def rename_example(path: Path, example: "data.Example", names: Names) -> "tuple[Path, data.Example]":
    intent = names("intent", example.intent)
    return at(path, 1, intent), example._replace(intent=intent)


def rename_synonym(path: Path, synonym: "data.Synonym", names: Names) -> "tuple[Path, data.Synonym]":
    """Rename what a synonym stands for; its path is the text that does."""
    return path, replace(synonym, value=names("synonym", synonym.value))


def rename_regex(path: Path, regex: "data.RegexFeature", names: Names) -> "tuple[Path, data.RegexFeature]":
    name = names("regex", regex.name)
    return at(path, 2, name), replace(regex, name=name)


def rename_lookup_entry(path: Path, entry: "data.LookupEntry", names: Names) -> "tuple[Path, data.LookupEntry]":
    name = names("lookup", entry.name)
    return at(path, 2, name), replace(entry, name=name)


def rename_story(path: Path, story: "data.Story", names: Names) -> "tuple[Path, data.Story]":
    name = names("story", story.name)
    return at(path, 1, name), replace(story, name=name, steps=tuple(_step(step, names) for step in story.steps))


def rename_rule(path: Path, rule: "data.Rule", names: Names) -> "tuple[Path, data.Rule]":
    name = names("rule", rule.name)
    return at(path, 1, name), replace(rule, name=name, steps=tuple(_step(step, names) for step in rule.steps))


def _step(step: "data.Step", names: Names) -> "data.Step":
    if isinstance(step, data.IntentStep):
        return _alternative(step, names)
    if isinstance(step, data.ActionStep):
        return data.ActionStep(names("action", step.action))
    if isinstance(step, data.OrStep):
        return data.OrStep(tuple(_alternative(alternative, names) for alternative in step.alternatives))
    return step


def _alternative(step: "data.IntentStep | data.SlotStep", names: Names) -> "data.IntentStep | data.SlotStep":
    return replace(step, intent=names("intent", step.intent)) if isinstance(step, data.IntentStep) else step


def rename_key(path: Path, value: Any, names: Names) -> tuple[Path, Any]:
    """Rename the key of the configuration a part stands under, which only an overlay marks."""
    return at(path, 1, names("key", path[1])), value
