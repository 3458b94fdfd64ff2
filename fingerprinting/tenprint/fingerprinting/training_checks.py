"""What a training needs before it can begin, and what it can only warn of. Pure."""

from tenprint.fingerprinting.errors import TrainingError
from tenprint.fingerprinting.trainer import SectionName, TrainingRequest, component_entries, list_name
from tenprint.importers import Problem
from tenprint.importers.data import RESPONSE_PREFIX

_SECTIONS: tuple[SectionName, ...] = ("nlu", "core")


def check_training_data(request: TrainingRequest) -> None:
    """Refuse to train a section on nothing.

    Raises:
        TrainingError: No NLU data, or neither stories nor rules, for a section that is asked for.
    """
    if "nlu" in request.sections and not (request.nlu or request.further.get("nlu")):
        raise TrainingError(
            "no NLU data was found, so there is nothing to train NLU on",
            hint="verify the data format: examples stand under `nlu:` in a YAML file or under `rasa_nlu_data` in a JSON"
            " file, and `--data` names the files or their folder",
        )
    if "core" in request.sections and not (request.stories or request.further.get("core")):
        raise TrainingError(
            "no stories or rules were found, so there is nothing to train Core on",
            hint="verify the data format: dialogues stand under `stories:` and `rules:` in a YAML file, and `--data`"
            " names the files or their folder",
        )
    for section in _SECTIONS:
        if section in request.sections and not component_entries(request.config, section):
            key = list_name(section)
            raise TrainingError(f"`{key}` names no component", hint=f"list at least one under `{key}` in the config")


def missing_responses(request: TrainingRequest) -> tuple[Problem, ...]:
    """Warn of retrieval intents that have examples and no response."""
    return tuple(
        Problem(
            "missing-response",
            f"the retrieval intent `{intent}` has examples and no response",
            hint=f"add a response phrase under `{RESPONSE_PREFIX}{intent}` to the responses",
            severity="warning",
        )
        for intent in sorted(request.nlu.retrieval_intents)
        if f"{RESPONSE_PREFIX}{intent}" not in request.responses
    )
