"""The kind `config`: components in their order, and the other keys one by one."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from tenprint.importers.canonical import canonical_digest
from tenprint.importers.errors import ProblemsError
from tenprint.importers.items import Facets, Path
from tenprint.importers.kinds.descriptor import ItemKind, Kind, NamedValue
from tenprint.importers.kinds.renaming import rename_key
from tenprint.importers.kinds.values import below, component_fault, path_of_component
from tenprint.importers.location import DocumentId
from tenprint.importers.merging import Identity
from tenprint.importers.reading import Document, Reader, nodes_of, read_config

UNTRAINED_KEYS = frozenset({"version", "importers", "imports", "assistant_id", "credentials", "endpoints"})
"""Keys no training reads: where data comes from, what the assistant is called, and how it is reached."""

WITHOUT_EPOCHS = "without-epochs"
"""Facet of a component: its digest without the direct option `epochs`, which finetuning may change."""

TRAINED = "trained"
"""Facet of a key that training reads. Keys without it change no fingerprint."""

LANGUAGE = "language"


def _component(kind: str, path: Path, value: Mapping[str, Any]) -> tuple[bytes, Facets]:
    bare = {key: option for key, option in value.items() if key != "epochs"}
    return canonical_digest((kind, path, value)), ((WITHOUT_EPOCHS, canonical_digest((kind, path, bare))),)


def _key(kind: str, path: Path, value: Any) -> tuple[bytes, Facets]:
    digest = canonical_digest((kind, path, value))
    name = path[1]
    if name in UNTRAINED_KEYS:
        return digest, ()
    return digest, ((LANGUAGE if name == LANGUAGE else TRAINED, digest),)


def _take_apart(config: Mapping[str, Any]) -> Iterator[NamedValue]:
    reader = Reader(Document(DocumentId("memory", "config"), nodes_of(config)))
    read_config(reader)
    if reader.problems:
        raise ProblemsError(reader.problems)
    return (NamedValue(part.kind, part.path, part.value) for part in reader.parts)


def _put_together(parts: Sequence[NamedValue]) -> dict[str, Any]:
    config: dict[str, Any] = {}
    for part in parts:
        if part.kind == "config-key":
            config[part.path[1]] = part.value
        else:
            config.setdefault(part.path[1], []).append(part.value)
    return config


CONFIG = Kind(
    name="config",
    keys=frozenset({"pipeline", "policies", "recipe", "language", "importers", "assistant_id"}),
    item_kinds=(
        ItemKind(
            "config-key",
            Identity.ONE,
            _key,
            {"nlu-config": LANGUAGE, "config": TRAINED, "config-without-epochs": TRAINED},
            rename_key,
            name_at=1,
            fault=below("config", length=2),
        ),
        ItemKind(
            "pipeline-component",
            Identity.LIST,
            _component,
            {"nlu-config": "digest", "config-without-epochs": WITHOUT_EPOCHS},
            rename_key,
            name_at=1,
            path_of=path_of_component("pipeline"),
            fault=component_fault,
        ),
        ItemKind(
            "policy",
            Identity.LIST,
            _component,
            {"core-config": "digest", "config-without-epochs": WITHOUT_EPOCHS},
            rename_key,
            name_at=1,
            path_of=path_of_component("policies"),
            fault=component_fault,
        ),
    ),
    read=read_config,
    take_apart=_take_apart,
    put_together=_put_together,
)
