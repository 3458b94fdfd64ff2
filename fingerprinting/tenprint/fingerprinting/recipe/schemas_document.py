"""The graphs of a model as its metadata tell them, for reading: whole, whatever of them one run had to do."""

from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any

from tenprint.fingerprinting.component import Components
from tenprint.fingerprinting.component_jobs import jobs_of
from tenprint.fingerprinting.recipe.node_classes import RunSurroundings
from tenprint.fingerprinting.recipe.predict_schema import predict_schema
from tenprint.fingerprinting.recipe.train_schema import RecipeOptions, train_schema
from tenprint.fingerprinting.trainer import SectionName


def schemas_of(config: Mapping[str, Any], components: Components, halves: Collection[str]) -> dict[str, Any]:
    """Write both graphs down.

    Args:
        config: The configuration of the project.
        components: The known components.
        halves: Halves of the model.

    Raises:
        TrainingError: The entries cannot be trained as they are written.
    """
    sections: list[SectionName] = [name for name in ("nlu", "core") if name in halves]
    jobs = jobs_of(config, components, sections)
    surroundings = RunSurroundings(components, Path())
    return {
        "train": train_schema(jobs, RecipeOptions(surroundings)).as_dict(),
        "predict": predict_schema(jobs, surroundings).as_dict(),
    }
