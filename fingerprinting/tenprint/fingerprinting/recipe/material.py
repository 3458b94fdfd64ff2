"""Values of facets: what the components that read them are given, in an order that follows from content. Pure."""

from collections.abc import Mapping
from typing import Any

from tenprint.fingerprinting.engine import fingerprint_of
from tenprint.fingerprinting.recipe.facets import core_node, nlu_node
from tenprint.fingerprinting.recipe.prepared import Facet
from tenprint.fingerprinting.trainer import TrainingRequest
from tenprint.importers.data import Example


def facets_of(request: TrainingRequest) -> Mapping[str, Facet]:
    """Return each facet by the name of its input node.

    Where a request does not tell the fingerprint of a facet, it is that of the value.
    """
    nlu = request.nlu
    values: dict[str, Any] = {
        nlu_node("texts"): tuple(sorted({example.text for example in nlu.examples})),
        nlu_node("intents"): tuple(dict.fromkeys(Example(example.text, example.intent) for example in nlu.examples)),
        nlu_node("examples"): nlu.examples,
        nlu_node("synonyms"): nlu.synonyms,
        nlu_node("regexes"): nlu.regexes,
        nlu_node("lookups"): nlu.lookups,
        nlu_node("retrieval-responses"): nlu.responses,
        nlu_node("story-messages"): nlu.messages,
        nlu_node("further"): request.further.get("nlu", {}),
        core_node("stories"): request.stories.stories,
        core_node("rules"): request.stories.rules,
        core_node("domain"): request.domain,
        core_node("further"): request.further.get("core", {}),
    }
    return {
        name: Facet(request.facets.get(name) or fingerprint_of(value, name=name), value)
        for name, value in values.items()
    }
