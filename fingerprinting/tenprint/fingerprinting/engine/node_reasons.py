"""Why a node runs: two keys compared part by part, in words and for programs. Pure."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

from tenprint.fingerprinting.engine.key import NodeKey

ReasonCode: TypeAlias = Literal[
    "no-record",
    "config-changed",
    "input-changed",
    "code-changed",
    "package-changed",
    "mode-changed",
    "payload-missing",
    "payload-corrupt",
    "uncacheable-output",
    "forced",
    "input-node",
    "upstream-ran",
    "needed",
    "record-found",
    "not-asked",
]
"""What a reason is about. Those before `upstream-ran` make a node run; it stands with `depends` and says on whom, and
the others stand with it where they hold whatever comes out; `needed` stands with `restored`, `record-found` with `hit`,
and `not-asked` with `skipped`."""


@dataclass(frozen=True, slots=True)
class NodeReason:
    """One reason: a stable code, a sentence, and what it is about.

    `key` is an option (its path, joined by dots), a parameter, a class or a package; `parent` the node that feeds the
    parameter, or the node that needs the value; `before` and `after` are how an option, a version or a digest was and
    is.
    """

    code: ReasonCode
    message: str
    key: str | None = None
    parent: str | None = None
    before: str | None = None
    after: str | None = None

    def to_json(self) -> dict[str, Any]:
        return {
            "code": self.code,
            "message": self.message,
            "key": self.key,
            "parent": self.parent,
            "before": self.before,
            "after": self.after,
        }


def miss_reasons(key: NodeKey, last: NodeKey | None, needs: Mapping[str, str]) -> tuple[NodeReason, ...]:
    """Say why there is no record for a key, by the last key of the node; `needs` says which node feeds a parameter."""
    if last is None:
        return (NodeReason("no-record", "no run of it is recorded"),)
    found = differences(key, last, needs)
    return found or (NodeReason("no-record", "it is as it was, and the record of that run is gone"),)


def differences(key: NodeKey, last: NodeKey, needs: Mapping[str, str]) -> tuple[NodeReason, ...]:
    """Name the parts in which a key is another than the last one of its node; none where they are equal."""
    return (
        *_code_reasons(key, last),
        *_option_reasons(key, last),
        *_input_reasons(key, last, needs),
        *_package_reasons(key, last),
        *_mode_reasons(key, last),
    )


def _code_reasons(key: NodeKey, last: NodeKey) -> Iterator[NodeReason]:
    """Code is what is run: the class, how it is made and called, and the code of all classes behind it."""
    for what, name in (("class", "component"), ("constructor", "constructor_name"), ("function", "fn")):
        before, after = getattr(last, name), getattr(key, name)
        if before != after:
            message = f"the {what} is `{after}`, and was `{before}`"
            yield NodeReason("code-changed", message, name, None, before, after)
    if key.component == last.component:
        for name, before, after in _differing(last.code, key.code):
            yield NodeReason("code-changed", f"the code of `{name}` is another", name, None, before, after)
    if key.scheme != last.scheme:
        yield NodeReason(
            "code-changed", "keys are made in another way", "scheme", None, str(last.scheme), str(key.scheme)
        )


def _option_reasons(key: NodeKey, last: NodeKey) -> Iterator[NodeReason]:
    if key.config == last.config:
        return
    before = {part.path: part for part in last.config_parts}
    after = {part.path: part for part in key.config_parts}
    differs = False
    for path in sorted({*before, *after}):
        old, new = before.get(path), after.get(path)
        if old is None or new is None or old.digest != new.digest:
            differs = True
            yield _option_reason(".".join(path), None if old is None else old.shown, None if new is None else new.shown)
    if not differs:
        yield NodeReason("config-changed", "the options differ", None, None, last.config, key.config)


def _option_reason(path: str, before: str | None, after: str | None) -> NodeReason:
    if before is None:
        message = f"the option `{path}` is new: {after}"
    elif after is None:
        message = f"the option `{path}` is gone; it was {before}"
    else:
        message = f"the option `{path}` is {after}, and was {before}"
    return NodeReason("config-changed", message, path, None, before, after)


def _input_reasons(key: NodeKey, last: NodeKey, needs: Mapping[str, str]) -> Iterator[NodeReason]:
    for parameter, before, after in _differing(last.inputs, key.inputs):
        parent = needs.get(parameter)
        if before is None:
            message = f"the input `{parameter}` is new; `{parent}` gives it"
        elif after is None:
            message = f"the input `{parameter}` is gone"
        else:
            message = f"the input `{parameter}` is another; `{parent}` gives it"
        yield NodeReason("input-changed", message, parameter, parent, before, after)
    if key.addon != last.addon:
        yield NodeReason("input-changed", "what it reads beside its inputs is another", "addon")


def _package_reasons(key: NodeKey, last: NodeKey) -> Iterator[NodeReason]:
    for name, before, after in _differing(last.packages, key.packages):
        message = f"the package `{name}` is {after or 'not needed any more'}, and was {before or 'not needed'}"
        yield NodeReason("package-changed", message, name, None, before, after)


def _mode_reasons(key: NodeKey, last: NodeKey) -> Iterator[NodeReason]:
    if key.mode != last.mode:
        message = f"it is run {_mode_text(key.mode)}, and was {_mode_text(last.mode)}"
        yield NodeReason("mode-changed", message, None, None, last.mode, key.mode)


def _mode_text(mode: str | None) -> str:
    return "in the ordinary way" if mode is None else f"in the mode `{mode}`"


def _differing(before: Mapping[str, str], after: Mapping[str, str]) -> Iterator[tuple[str, str | None, str | None]]:
    for name in sorted({*before, *after}):
        if before.get(name) != after.get(name):
            yield name, before.get(name), after.get(name)
