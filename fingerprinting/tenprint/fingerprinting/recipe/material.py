"""Values of facets: what the components that read them are given, in an order that follows from content. Pure."""

from collections.abc import Mapping
from typing import Any

from tenprint.fingerprinting.engine import fingerprint_of
from tenprint.fingerprinting.recipe.facets import CoreFacet, NluFacet, core_node, nlu_node
from tenprint.fingerprinting.recipe.prepared import Facet
from tenprint.fingerprinting.trainer import TrainingRequest
from tenprint.importers.data import Example


def facets_of(request: TrainingRequest) -> Mapping[str, Facet]:
    """Return each facet of the sections that are trained, by the name of its input node.

    Where a request does not tell the fingerprint of a facet, it is that of the value.
    """
    values: dict[str, Any] = {}
    if "nlu" in request.sections:
        values |= {nlu_node(facet): value for facet, value in _nlu_values(request).items()}
    if "core" in request.sections:
        values |= {core_node(facet): value for facet, value in _core_values(request).items()}
    return {
        name: Facet(request.facets.get(name) or fingerprint_of(value, name=name), value)
        for name, value in values.items()
    }


def _nlu_values(request: TrainingRequest) -> dict[NluFacet, Any]:
    nlu = request.nlu
    return {
        "texts": tuple(sorted({example.text for example in nlu.examples})),
        "intents": tuple(dict.fromkeys(Example(example.text, example.intent) for example in nlu.examples)),
        "examples": nlu.examples,
        "synonyms": nlu.synonyms,
        "regexes": nlu.regexes,
        "lookups": nlu.lookups,
        "retrieval-responses": nlu.responses,
        "story-messages": nlu.messages,
        "further": request.further.get("nlu", {}),
    }


def _core_values(request: TrainingRequest) -> dict[CoreFacet, Any]:
    return {
        "stories": request.stories.stories,
        "rules": request.stories.rules,
        "domain": request.domain,
        "further": request.further.get("core", {}),
    }
