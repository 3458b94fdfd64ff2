"""Whether a plan can be finetuned, as lines for people. Pure."""

from collections.abc import Iterator

from tenprint.fingerprinting import TrainingPlan
from tenprint.importers import Location

_DONE = {"finetune": "goes on from its former training", "train": "is trained anew", "skipped": "stays as it is"}


def finetune_lines(plan: TrainingPlan) -> Iterator[str]:
    """Say what a finetuning would do with each component, or all that is in the way; nothing where nobody asked."""
    verdict = plan.finetune
    if verdict is None:
        return
    yield ""
    if not verdict.possible:
        yield f"{plan.model or 'the model'} cannot be finetuned:"
        yield from (f"  {obstacle.message}{_place(obstacle.location)}" for obstacle in verdict.obstacles)
        return
    due = [each for each in verdict.resources if each.verdict != "skipped"]
    if plan.action != "train":
        yield "nothing is to be finetuned"
    elif due:
        part = "" if verdict.epoch_fraction == 1 else f", for {verdict.epoch_fraction:g} of the epochs"
        yield f"finetuning from {plan.model}{part}:"
        yield from (f"  {each.name} {_DONE[each.verdict]}" for each in due)
    else:
        yield f"the trainer goes on from {plan.model}"


def _place(location: Location | None) -> str:
    return "" if location is None else f"  ({location})"
