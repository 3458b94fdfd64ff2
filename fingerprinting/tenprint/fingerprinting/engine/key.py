"""The fingerprint key of one execution: everything its output depends on, part by part.

A key tells class, constructor and function, the merged options, the fingerprint of each input, the code, the versions
of the packages the component names, the mode of the run where the component reads it, and what the component adds
itself. The name of the node is no part of it, so renaming a node runs nothing. Two keys can be compared part by part,
which is how a run is explained; what they show of options is for people and is no part of the digest.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import Any

from tenprint.fingerprinting.engine.code_identity import code_identity
from tenprint.fingerprinting.engine.config_merging import merged_config
from tenprint.fingerprinting.engine.package_versions import package_version
from tenprint.fingerprinting.engine.values import fingerprint_of, fingerprints_of, is_fingerprint, qualified_name
from tenprint.fingerprinting.errors import FingerprintError
from tenprint.importers import canonical_digest, digest_text

KEY_SCHEME = 1
"""Number of this list of parts and of how they are digested; another one finds nothing that was recorded before."""

MAX_SHOWN = 200
"""Characters of an option that are kept to show it."""


@dataclass(frozen=True, slots=True)
class ConfigPart:
    """One option: its path, the digest of its value, and the value as people are shown it."""

    path: tuple[str, ...]
    digest: str
    shown: str = field(compare=False)


@dataclass(frozen=True, slots=True)
class NodeKey:
    """What one execution depends on; equal keys, equal output."""

    component: str
    constructor_name: str | None
    fn: str | None
    config: str
    """Digest of the merged options."""
    inputs: Mapping[str, str]
    """Parameter -> fingerprint of what it is given."""
    code: Mapping[str, str]
    """Class, function or constant of the project that is used -> digest of its source, or its declared version."""
    packages: Mapping[str, str]
    """Package that is named or used, as it is imported -> distributions and versions."""
    mode: str | None = None
    addon: str | None = None
    scheme: int = KEY_SCHEME
    config_parts: tuple[ConfigPart, ...] = field(default=(), compare=False)
    """The options one by one, for explaining."""

    @property
    def digest(self) -> str:
        """The key itself: one text for all parts."""
        parts = {each.name: _plain(getattr(self, each.name)) for each in fields(self) if each.compare}
        return digest_text(canonical_digest(parts))

    def to_json(self) -> dict[str, Any]:
        document: dict[str, Any] = {each.name: _plain(getattr(self, each.name)) for each in fields(self)}
        document["config_parts"] = [[list(part.path), part.digest, part.shown] for part in self.config_parts]
        return document

    @classmethod
    def from_json(cls, document: Any) -> "NodeKey":
        """Read what `to_json` wrote.

        Raises:
            FingerprintError: It is something else, or of another scheme.
        """
        try:
            return _read(document)
        except (KeyError, TypeError, ValueError) as error:
            raise FingerprintError(f"a recorded key cannot be read: {error}", hint="it is made again") from error


def node_key(
    component_class: type[Any],
    config: Mapping[str, Any],
    inputs: Mapping[str, Any],
    *,
    constructor_name: str | None = None,
    fn: str | None = None,
    mode: str | None = None,
) -> NodeKey:
    """Put the key of an execution together; asks the component and reads its code, so it may block.

    Args:
        component_class: What the node uses.
        config: Options of the node; they are merged over the defaults here.
        inputs: What each parameter is given. A text is a fingerprint, as `fingerprint_of` returns it; anything else is
            a value. So texts that are values must be given by their fingerprint: see `fingerprints_of`.
        constructor_name: How the component is made.
        fn: What is run.
        mode: How the run differs from an ordinary one, such as what it goes on from; of no account unless the
            component reads it.

    Raises:
        CanonicalFormError: An option or an input has no fingerprint.
        GraphError: Nothing says which code the component is.
        ValueError: A text among the inputs is no fingerprint.
    """
    merged = merged_config(component_class.get_default_config(), config)
    code: dict[str, str] = {}
    packages = {name: package_version(name) for name in component_class.required_packages()}
    for each in component_class.implemented_by():
        identity = code_identity(each)
        code |= identity.symbols
        packages |= identity.packages
    return NodeKey(
        component=qualified_name(component_class),
        constructor_name=constructor_name,
        fn=fn,
        config=fingerprint_of(merged, name="config"),
        inputs={parameter: _input_fingerprint(parameter, value) for parameter, value in inputs.items()},
        code=code,
        packages=packages,
        mode=mode if component_class.READS_MODE else None,
        addon=component_class.fingerprint_addon(merged),
        config_parts=_config_parts(merged),
    )


def calculate_fingerprint_key(
    graph_component_class: type[Any], config: Mapping[str, Any], inputs: Mapping[str, Any]
) -> str:
    """Return the key of an execution as a text; `inputs` are values, or what stands for them.

    Raises:
        CanonicalFormError: An option or an input has no fingerprint.
        GraphError: Nothing says which code the component is.
    """
    return node_key(graph_component_class, config, fingerprints_of(inputs)).digest


def _input_fingerprint(parameter: str, value: Any) -> str:
    if not isinstance(value, str):
        return fingerprint_of(value, name=parameter)
    if not is_fingerprint(value):
        raise ValueError(f"input {parameter}: {_shown(value)} is no fingerprint; give texts by `fingerprints_of`")
    return value


def _config_parts(config: Mapping[str, Any]) -> tuple[ConfigPart, ...]:
    """List the options down to what is no mapping any more; an empty mapping is an option itself."""
    found: list[ConfigPart] = []
    waiting: list[tuple[tuple[str, ...], Any]] = [((), config)]
    while waiting:
        path, value = waiting.pop()
        if isinstance(value, Mapping) and value:
            waiting.extend(((*path, str(key)), value[key]) for key in value)
        elif path:
            found.append(ConfigPart(path, fingerprint_of(value), _shown(value)))
    return tuple(sorted(found, key=lambda part: (part.path, part.digest)))


def _shown(value: Any) -> str:
    """Show a value to people; what JSON has no word for by its type."""
    try:
        text = json.dumps(value, ensure_ascii=False, default=lambda part: f"<{type(part).__qualname__}>")
    except (TypeError, ValueError):
        return f"<{type(value).__qualname__}>"
    return text if len(text) <= MAX_SHOWN else f"{text[: MAX_SHOWN - 4]} ..."


def _plain(value: Any) -> Any:
    return dict(value) if isinstance(value, Mapping) else value


def _read(document: Any) -> NodeKey:
    if document["scheme"] != KEY_SCHEME:
        raise ValueError(f"scheme {document['scheme']!r}")
    wrong = [name for name in _TEXTS if not isinstance(document[name], str)]
    wrong += [name for name in _OPTIONAL if not isinstance(document[name], str | None)]
    wrong += [name for name in _MAPPINGS if not _is_text_mapping(document[name])]
    if wrong:
        raise ValueError(f"{', '.join(wrong)} of another type")
    parts = tuple(ConfigPart(tuple(path), digest, shown) for path, digest, shown in document["config_parts"])
    named = {name: document[name] for name in (*_TEXTS, *_OPTIONAL, *_MAPPINGS)}
    return NodeKey(**named, config_parts=parts)


_TEXTS = ("component", "config")
_OPTIONAL = ("constructor_name", "fn", "mode", "addon")
_MAPPINGS = ("inputs", "code", "packages")


def _is_text_mapping(value: Any) -> bool:
    return isinstance(value, dict) and all(isinstance(text, str) for pair in value.items() for text in pair)
