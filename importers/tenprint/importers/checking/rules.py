"""Rules that contradict each other, and stories that contradict a rule.

Rules win over stories, so the story that contradicts one teaches what never happens; two rules that contradict each
other cannot be trained at all.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from tenprint.importers.checking.checked import CheckedProject
from tenprint.importers.checking.places import MOST_PLACES
from tenprint.importers.checking.rule_rows import RuleRow, Scene, applies, rows_of
from tenprint.importers.checking.stretches import Stretch, stretches_of
from tenprint.importers.checking.visible import LISTEN, LOOP, Said, Sight, is_by_user, next_action, shown
from tenprint.importers.data import ActionStep, CheckpointStep, LoopStep, OrStep, SlotStep, Step
from tenprint.importers.items import Item
from tenprint.importers.problem import Problem, Severity


class _Objection(NamedTuple):
    """A step of a story where a rule says something else."""

    row: RuleRow
    story: Item
    step: int
    action: str


def contradicting_rules(project: CheckedProject) -> list[Problem]:
    """Report rules that say different things about the same moments, and stories that say other than a rule."""
    sight = Sight(project)
    rows = rows_of(project.of("rule"), sight)
    return [*_among_rules(project, rows), *_against_stories(project, rows, sight)]


def _among_rules(project: CheckedProject, rows: Sequence[RuleRow]) -> Iterator[Problem]:
    by_moments: dict[tuple[object, ...], dict[str, RuleRow]] = {}
    for row in rows:
        by_moments.setdefault((row.when, row.starts_conversation), {}).setdefault(row.then, row)
    reported = set()
    for by_action in by_moments.values():
        views = list(by_action.values())
        steps = tuple((id(row.rule), row.step, row.then) for row in views)
        if len(views) > 1 and steps not in reported:
            reported.add(steps)
            yield _rules_problem(project, views)


def _rules_problem(project: CheckedProject, views: Sequence[RuleRow]) -> Problem:
    first, *others = (project.places.step(row.rule, row.step) for row in views)
    said = "; ".join(f"rule {row.rule.path[-1]!r} {shown(row.then)}" for row in views)
    return Problem(
        "contradicting-rules",
        f"rules contradict each other {_moment(views[0])}: {said}",
        first,
        "tell them apart by a condition or a slot, or make one of them a story",
        _severity(project),
        tuple(others),
    )


def _severity(project: CheckedProject) -> Severity:
    """RulePolicy refuses such rules, unless it is told not to look or is not used."""
    policies = project.config.get("policies")
    named = policies if isinstance(policies, list) else [{"name": "RulePolicy"}]
    for entry in named:
        if str(entry.get("name", "")).rpartition(".")[2] == "RulePolicy":
            return "error" if entry.get("check_for_contradictions", True) else "warning"
    return "warning"


def _moment(row: RuleRow) -> str:
    return "after " + " > ".join(pattern.said[1] for pattern in row.when if pattern.said is not None)


def _against_stories(project: CheckedProject, rows: Sequence[RuleRow], sight: Sight) -> Iterator[Problem]:
    by_last: dict[tuple[str, str], list[RuleRow]] = {}
    for row in rows:
        last = row.when[-1].said
        if last is not None:
            by_last.setdefault(last[:2], []).append(row)
    found: dict[tuple[int, int, str], list[_Objection]] = {}
    for stretch in stretches_of(project.of("story")) if rows else ():
        for objection in _objections(stretch, by_last, sight):
            row = objection.row
            found.setdefault((id(row.rule), row.step, row.then), []).append(objection)
    yield from (_story_problem(project, objections) for objections in found.values())


def _objections(
    stretch: Stretch, by_last: Mapping[tuple[str, str], Sequence[RuleRow]], sight: Sight
) -> Iterator[_Objection]:
    watcher = _Watcher(stretch, sight)
    for index, step in stretch.steps:
        action = watcher.decided(step)
        row = None if action is None else _other_opinion(by_last, watcher.scenes, action)
        if row is not None and action is not None:
            yield _Objection(row, stretch.item, index, action)
        if not watcher.add(step):
            return
    if not stretch.ends and watcher.scenes[-1].said and not is_by_user(watcher.scenes[-1].said[0]):
        row = _other_opinion(by_last, watcher.scenes, LISTEN)
        if row is not None:
            yield _Objection(row, stretch.item, stretch.steps[-1][0], LISTEN)


def _other_opinion(
    by_last: Mapping[tuple[str, str], Sequence[RuleRow]], scenes: Sequence[Scene], action: str
) -> RuleRow | None:
    """Return the rule that decides after these scenes, if it decides otherwise."""
    candidates = [row for said in scenes[-1].said for row in by_last.get(said[:2], ()) if applies(row, scenes)]
    if not candidates:
        return None
    weight = max(row.weight for row in candidates)
    deciding = [row for row in candidates if row.weight == weight]
    return None if any(row.then == action for row in deciding) else deciding[0]


class _Watcher:
    """A stretch while it is walked through; never leaves the function that made it."""

    def __init__(self, stretch: Stretch, sight: Sight) -> None:
        begins = stretch.begins_conversation
        self._sight = sight
        self._loop: str | None = None
        self._activated_in = 0
        state: dict[str, str | None] = {**sight.initial, LOOP: None} if begins else {}
        self.scenes = [Scene((), state, begins)]

    def decided(self, step: Step) -> str | None:
        """What a step shows the assistant to have done next; None where it does not say, or the loop did it."""
        if len(self.scenes) == 1 or isinstance(step, SlotStep | LoopStep | CheckpointStep):
            return None
        if isinstance(step, OrStep):
            return None if any(isinstance(choice, SlotStep) for choice in step.alternatives) else LISTEN
        action = next_action(self._sight.said(step))
        is_listening = action == LISTEN and isinstance(step, ActionStep)
        return None if is_listening or (self._loop is not None and action == self._loop) else action

    def add(self, step: Step) -> bool:
        """Take a step; False where the state is not known any more."""
        now = self.scenes[-1]
        if isinstance(step, SlotStep):
            seen = self._sight.slot(step)
            if seen is not None:
                self.scenes[-1] = now._replace(state={**now.state, seen[0]: seen[1]})
        elif isinstance(step, LoopStep):
            self._add_loop(step.loop)
        elif isinstance(step, OrStep):
            said = tuple(self._sight.said(choice) for choice in step.alternatives if not isinstance(choice, SlotStep))
            if len(said) < len(step.alternatives):
                return False
            self.scenes.append(Scene(said, now.state, now.knows_all))
        elif not isinstance(step, CheckpointStep) and step != ActionStep(LISTEN):
            spoken: tuple[Said, ...] = (self._sight.said(step),)
            self.scenes.append(Scene(spoken, now.state, now.knows_all))
        return True

    def _add_loop(self, loop: str | None) -> None:
        """Activate a loop or end it; one that ends where it began has run in between without being written down."""
        now = self.scenes[-1]
        if loop is not None:
            self._activated_in = len(self.scenes)
        elif self._loop is not None and self._activated_in == len(self.scenes):
            self.scenes.append(now._replace(said=(("action", self._loop, ()),)))
        self._loop = loop
        self.scenes[-1] = self.scenes[-1]._replace(state={**now.state, LOOP: loop})


def _story_problem(project: CheckedProject, objections: Sequence[_Objection]) -> Problem:
    row, story, step, action = objections[0]
    more = f"; so it is with {len(objections) - 1} more" if len(objections) > 1 else ""
    others = [project.places.step(other.story, other.step) for other in objections[1:MOST_PLACES]]
    return Problem(
        "story-against-rule",
        f"{_moment(row)} story {story.path[-1]!r} {shown(action)}, but rule {row.rule.path[-1]!r} "
        f"{shown(row.then)}, and rules win{more}",
        project.places.step(story, step),
        "change the story, or give the rule a condition that leaves the story out",
        "warning",
        (project.places.step(row.rule, row.step), *others),
    )
