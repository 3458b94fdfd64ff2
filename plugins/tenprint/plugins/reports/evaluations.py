"""How well a model does, as text for people. Pure."""

from collections.abc import Iterable, Iterator, Sequence

from tenprint.fingerprinting import CoreEvaluation, NluEvaluation
from tenprint.plugins.sizes import counted

MOST_CONFUSIONS = 20
"""Pairs of intents that are told; `--json` has them all."""

MOST_TEXTS = 3
"""Texts of a pair that are told."""

_NONE = "(none)"


def nlu_evaluation_text(found: NluEvaluation) -> str:
    """Tell accuracy, the figures of each intent and entity, and what was taken for what."""
    return "\n".join([_nlu_heading(found), *_intent_lines(found), *_confusion_lines(found), *_entity_lines(found)])


def core_evaluation_text(found: CoreEvaluation) -> str:
    """Tell each story that failed, step by step, and how many passed."""
    lines: list[str] = []
    for played in found.failed:
        lines.append(f"{played.test.location}: {played.test.name}")
        for turn in played.turns:
            if turn.happened is None:
                lines.append(f"    {turn.written}")
            else:
                lines += [f"  - {turn.written}  ({turn.location})", f"  + {turn.happened}"]
        lines.append("")
    right, total = found.step_counts
    passed = f"{len(found.played) - len(found.failed)} of {counted(len(found.played), 'conversation test')} passed"
    lines.append(f"{passed}, {right} of {counted(total, 'step')} right")
    return "\n".join(lines)


def _nlu_heading(found: NluEvaluation) -> str:
    examples = counted(len(found.answers), "example")
    if found.folds is None:
        return f"{examples}, asked of {found.model}"
    each = ", ".join(f"{accuracy:.3f}" for accuracy in found.fold_accuracies)
    return f"{examples} in {counted(found.folds, 'fold')} (accuracy of each: {each})"


def _intent_lines(found: NluEvaluation) -> Iterator[str]:
    if not found.labelled:
        return
    scores = found.intents
    right = sum(score.right for score in scores.labels)
    yield ""
    yield f"intents   accuracy {found.accuracy:.3f} ({right} of {len(found.labelled)})   F1 {scores.weighted_f1:.3f}"
    yield from _table(
        ("intent", "precision", "recall", "F1", "examples"),
        ((s.label, f"{s.precision:.3f}", f"{s.recall:.3f}", f"{s.f1:.3f}", str(s.expected)) for s in scores.labels),
    )
    responses = found.responses
    if responses is not None:
        together = responses.together
        yield ""
        yield f"responses   {together.right} of {together.expected} right"


def _confusion_lines(found: NluEvaluation) -> Iterator[str]:
    rows = found.confusions
    if not rows:
        return
    yield ""
    yield "taken for another intent"
    for row in rows[:MOST_CONFUSIONS]:
        texts = ", ".join(repr(text) for text in row.texts[:MOST_TEXTS])
        more = ", ..." if len(row.texts) > MOST_TEXTS else ""
        yield f"  {len(row.texts):>4}  {row.expected} for {row.predicted or _NONE}: {texts}{more}"
    if len(rows) > MOST_CONFUSIONS:
        yield f"        and {len(rows) - MOST_CONFUSIONS} more pairs; --json has them all"


def _entity_lines(found: NluEvaluation) -> Iterator[str]:
    scores = found.entities
    if not scores.labels:
        return
    together = scores.together
    yield ""
    yield f"entities   F1 {together.f1:.3f}   precision {together.precision:.3f}   recall {together.recall:.3f}"
    yield from _table(
        ("entity", "precision", "recall", "F1", "annotated"),
        ((s.label, f"{s.precision:.3f}", f"{s.recall:.3f}", f"{s.f1:.3f}", str(s.expected)) for s in scores.labels),
    )


def _table(heading: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[str]:
    """Columns under a heading: the first to the left, figures to the right."""
    listed = [heading, *rows]
    widths = [max(len(row[column]) for row in listed) for column in range(len(heading))]
    for row in listed:
        first, *figures = (
            cell.ljust(width) if column == 0 else cell.rjust(width)
            for column, (cell, width) in enumerate(zip(row, widths, strict=True))
        )
        yield f"  {first}  {'  '.join(figures)}"
