"""Who trains each resource, now and as a model remembers it: what makes a section due when it is another."""

from collections.abc import Collection, Mapping
from typing import Any

from tenprint.fingerprinting.component import Components
from tenprint.fingerprinting.component_code import code_version
from tenprint.fingerprinting.component_inputs import identity_with_inputs
from tenprint.fingerprinting.trainer import (
    SectionName,
    TrainingProblemsError,
    component_entries,
    nearest_names,
    resource_name,
)
from tenprint.importers import ImporterContext, Problem


def component_identities(
    config: Mapping[str, Any], components: Components, context: ImporterContext, section: SectionName
) -> dict[str, str]:
    """Return who trains each resource of a section, with what it reads beside the data; blocks.

    Raises:
        TenprintError: A component fails to say what it reads, that cannot be read, or nothing says which code it is.
    """

    def identity(name: str, options: Mapping[str, Any]) -> str:
        registered = components.get(name)
        if registered is None:
            return "unknown"
        return identity_with_inputs(registered, options, context, version=code_version(registered, context.seen))

    return {
        resource_name(section, position, name): identity(name, options)
        for position, name, options in component_entries(config, section)
    }


def recorded_identities(metadata: Mapping[str, Any], section: SectionName) -> Mapping[str, str] | None:
    """Identities of components as the model remembers them; None where it does not say."""
    components = metadata.get("components")
    recorded = components.get(section) if isinstance(components, dict) else None
    return recorded if isinstance(recorded, dict) else None


def identities_of_all(identities: Mapping[SectionName, Mapping[str, str]]) -> dict[str, str]:
    """Join what is known by section; names of resources begin with their section."""
    return {name: identity for known in identities.values() for name, identity in known.items()}


def known_nodes(names: Collection[str], known: Collection[str]) -> tuple[str, ...]:
    """Return the names of nodes in their order, each once.

    Raises:
        TrainingProblemsError: Some are no names of nodes that train; all of them at once.
    """
    unknown = [name for name in dict.fromkeys(names) if name not in known]
    if unknown:
        raise TrainingProblemsError(
            Problem("unknown-node", f"no node of this project is called {name!r}", hint=_hint(name, known))
            for name in unknown
        )
    return tuple(name for name in known if name in names)


def _hint(name: str, known: Collection[str]) -> str:
    near = nearest_names(name, known)
    return f"did you mean {near[0]!r}?" if near else f"known are {', '.join(sorted(known))}"
