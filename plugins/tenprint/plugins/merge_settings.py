"""The key `merge` of tenprint.yml: a policy for everything, for a level, or for kinds of data on a level."""

from collections.abc import Mapping, Sequence
from typing import Any

from tenprint.importers.kinds import Kind, namespaced_kinds
from tenprint.importers.merging import LEVELS, POLICIES, Level, MergePolicy, MergeRules, MergeSettings
from tenprint.importers.reading import MappingNode, Place, Reader, describe, nearest

DEFAULT = "default"
_NAMESPACE = "namespace"


def read_merge_settings(reader: Reader, node: MappingNode, kinds: Sequence[Kind]) -> MergeSettings:
    """Read the value of `merge`; reports what is wrong and takes `first` for it."""
    value, place = node["merge"], node.value_place("merge")
    if isinstance(value, str):
        rules = MergeRules(_policy(reader, value, place, None) or "first")
        return MergeSettings(rules if rules.default != _NAMESPACE else MergeRules("error"), rules, rules)
    levels = reader.mapping(value, "merge", place)
    if levels is None:
        return MergeSettings()
    reader.check_keys(levels, LEVELS, "merge")
    return MergeSettings(**{level: _rules(reader, levels, level, kinds) for level in LEVELS if level in levels})


def _rules(reader: Reader, levels: MappingNode, level: Level, kinds: Sequence[Kind]) -> MergeRules:
    value, place = levels[level], levels.value_place(level)
    if isinstance(value, str):
        return MergeRules(_policy(reader, value, place, level) or "first")
    node = reader.mapping(value, f"merge of {level}", place)
    if node is None:
        return MergeRules()
    default: MergePolicy = "first"
    by_kind: dict[str, MergePolicy] = {}
    known = _names(kinds)
    namespaced = namespaced_kinds(kinds)
    # Kinds of data first, so that a kind of item inside one can differ from it.
    for name in sorted((key for key in node if isinstance(key, str)), key=lambda name: len(known.get(name, ())) == 1):
        policy = _policy(reader, node[name], node.value_place(name), level)
        if name != DEFAULT and name not in known:
            hint = nearest(name, (DEFAULT, *known), otherwise="kinds")
            reader.report("unknown-kind", f"there is no kind of data {name!r}", node.key_place(name), hint=hint)
        elif policy is not None and name == DEFAULT:
            default = policy
        elif policy == _NAMESPACE and not set(namespaced).intersection(known[name]):
            hint = f"set it for {', '.join(namespaced)}, or for domain or stories"
            reader.report("unknown-policy", f"names of {name} get no prefix", node.value_place(name), hint=hint)
        elif policy is not None:
            by_kind.update(dict.fromkeys(known[name], policy))
    return MergeRules(default, by_kind)


def _names(kinds: Sequence[Kind]) -> Mapping[str, tuple[str, ...]]:
    """Names a user may write, each with the kinds of item it stands for."""
    named = {item_kind.name: (item_kind.name,) for kind in kinds for item_kind in kind.item_kinds}
    return {**named, **{kind.name: kind.item_names for kind in kinds}}


def _policy(reader: Reader, value: Any, place: Place, level: Level | None) -> MergePolicy | None:
    policy = next((policy for policy in POLICIES if policy == value), None)
    if policy is None:
        hint = nearest(value, POLICIES, otherwise="policies")
        is_text = isinstance(value, str)
        message = (
            f"there is no merge policy {value!r}" if is_text else f"a merge policy must be text, not {describe(value)}"
        )
        reader.report("unknown-policy", message, place, hint=hint)
    elif policy == _NAMESPACE and level == "files":
        message = "files of one source cannot have namespaces of their own"
        reader.report("unknown-policy", message, place, hint="set it for importers or projects")
        return None
    return policy
