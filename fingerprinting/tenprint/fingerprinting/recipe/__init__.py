"""From `pipeline` and `policies` to a training graph; lazy, because whoever finds nothing due needs none of it."""

from typing import TYPE_CHECKING

from tenprint.importers import lazy_door

if TYPE_CHECKING:
    from tenprint.fingerprinting.recipe.predictor import Predictor as Predictor
    from tenprint.fingerprinting.recipe.predictor import open_predictor as open_predictor
    from tenprint.fingerprinting.recipe.schemas_document import schemas_of as schemas_of
    from tenprint.fingerprinting.recipe.section_planning import with_graph_nodes as with_graph_nodes
    from tenprint.fingerprinting.recipe.section_training import train_components as train_components

_HOMES = {
    "Predictor": "predictor",
    "open_predictor": "predictor",
    "schemas_of": "schemas_document",
    "train_components": "section_training",
    "with_graph_nodes": "section_planning",
}
__getattr__ = lazy_door(__name__, _HOMES)

__all__ = ("Predictor", "open_predictor", "schemas_of", "train_components", "with_graph_nodes")
