"""Stories that contradict each other: the same dialogue so far, and the assistant does different things next.

All stories are followed at once, as one reads a word list letter by letter: a group holds every place in every story
that is still possible, and what is said next divides it. Where the members of a group go on differently although
slots and loop are the same, they contradict each other. Checkpoints lead from story to story and alternatives divide
a place, so nothing is ever written out, and circles end because a group is visited once.

- What a story begins with is where it picks up a dialogue, not what the assistant decided.
- While a form is active, the messages it takes up are its own business: in which order it asks is no contradiction.
- A place whose story is alone and leads to no checkpoint cannot contradict anything any more.
"""

from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from tenprint.importers.checking.checked import CheckedProject
from tenprint.importers.checking.places import MOST_PLACES
from tenprint.importers.checking.stretches import Stretch, stretches_of
from tenprint.importers.checking.visible import LISTEN, LOOP, Said, Sight, is_by_user, next_action, shown
from tenprint.importers.data import ActionStep, CheckpointStep, IntentStep, LoopStep, OrStep, SlotStep, UserStep
from tenprint.importers.items import Item
from tenprint.importers.location import Location
from tenprint.importers.problem import Problem

MOST_GROUPS = 100_000
"""Groups that are looked at: a thousand stories without checkpoints have a few thousand, circles have more."""

_REMEMBERED = 3
"""Turns of the dialogue so far that a message repeats."""

Changes = tuple[tuple[str, str | None], ...]
"""What is seen of slots and loop since the last thing said, sorted by name."""


class _Place(NamedTuple):
    """A place in a story, and the loop that is active there."""

    stretch: int
    offset: int
    loop: str | None


class _Move(NamedTuple):
    """One way on from a place: what changes, what is said, in which step, and where it leads; an end says nothing."""

    changes: Changes
    said: Said | None
    stretch: int
    step: int
    after: _Place | None
    is_loop: bool

    @property
    def action(self) -> str:
        return LISTEN if self.said is None else next_action(self.said)


class _Group(NamedTuple):
    """Places that share the dialogue so far, of which the last turns are remembered."""

    places: frozenset[_Place]
    so_far: tuple[Said, ...]


def contradicting_stories(project: CheckedProject, *, most_groups: int = MOST_GROUPS) -> list[Problem]:
    """Report the steps where stories part; when there is too much to follow, say that some was not."""
    network = _Network(stretches_of(project.of("story")), Sight(project))
    found: dict[tuple[tuple[str, int, int], ...], tuple[tuple[Said, ...], list[_Move]]] = {}
    is_complete = True
    for so_far, moves in network.partings(most_groups):
        if moves is None:
            is_complete = False
            break
        steps = tuple((move.action, move.stretch, move.step) for move in moves)
        found.setdefault(steps, (so_far, moves))
    problems = [_problem(project, network, so_far, moves) for so_far, moves in found.values()]
    return problems if is_complete else [*problems, _incomplete(project, most_groups)]


class _Network:
    """All stretches, and which checkpoint opens which."""

    def __init__(self, stretches: Sequence[Stretch], sight: Sight) -> None:
        self.stretches = stretches
        self._sight = sight
        self._opened: dict[str, list[tuple[int, CheckpointStep]]] = {}
        for number, stretch in enumerate(stretches):
            for start in stretch.starts:
                self._opened.setdefault(start.name, []).append((number, start))

    def partings(self, most_groups: int) -> Iterator[tuple[tuple[Said, ...], list[_Move] | None]]:
        """Go through the dialogues that go on differently, with one move for each way; None when it was too much."""
        start = frozenset(
            _Place(number, 0, None) for number, stretch in enumerate(self.stretches) if stretch.begins_conversation
        )
        waiting = deque([_Group(start, ())])
        visited = {(start, False)}
        while waiting:
            group = waiting.popleft()
            by_label = self._by_label(group)
            if group.so_far:
                yield from ((group.so_far, moves) for moves in _different(by_label, group.so_far[-1]))
            for label in sorted(by_label, key=repr):
                said = label[1]
                places = frozenset(move.after for move in by_label[label] if move.after is not None)
                if said is None or not self._may_part(places) or (places, is_by_user(said)) in visited:
                    continue
                if len(visited) >= most_groups:
                    yield (), None
                    return
                visited.add((places, is_by_user(said)))
                waiting.append(_Group(places, (*group.so_far, said)[-_REMEMBERED:]))

    def _by_label(self, group: _Group) -> Mapping[tuple[Changes, Said | None], list[_Move]]:
        found: dict[tuple[Changes, Said | None], list[_Move]] = {}
        for place in sorted(group.places, key=lambda place: (place.stretch, place.offset, place.loop or "")):
            for move in self._moves(place):
                found.setdefault((move.changes, move.said), []).append(move)
        return found

    def _may_part(self, places: frozenset[_Place]) -> bool:
        return len(places) > 1 or any(self.stretches[place.stretch].ends for place in places)

    def _moves(self, place: _Place) -> Iterator[_Move]:
        waiting: list[tuple[_Place, Changes]] = [(place, ())]
        seen = set(waiting)
        while waiting:
            now, changes = waiting.pop()
            stretch = self.stretches[now.stretch]
            if now.offset < len(stretch.steps):
                ways = self._ways(stretch, now, changes)
            else:
                ways = self._beyond(stretch, now, changes)
            for way in ways:
                if isinstance(way, _Move):
                    yield way
                elif way not in seen:
                    seen.add(way)
                    waiting.append(way)

    def _beyond(self, stretch: Stretch, now: _Place, changes: Changes) -> Iterator[_Move | tuple[_Place, Changes]]:
        """Go on where a stretch ends: the dialogue is over, or a checkpoint leads into other stretches."""
        if not stretch.ends:
            yield _Move(changes, None, now.stretch, stretch.steps[-1][0], None, is_loop=False)
        for end in stretch.ends:
            for number, start in self._opened.get(end, ()):
                conditions = tuple((f"{start.name} asks for {slot.slot}", repr(slot.value)) for slot in start.slots)
                yield _Place(number, 0, now.loop), _changed(changes, *conditions)

    def _ways(self, stretch: Stretch, now: _Place, changes: Changes) -> Iterator[_Move | tuple[_Place, Changes]]:
        index, step = stretch.steps[now.offset]
        following = now._replace(offset=now.offset + 1)
        for choice in step.alternatives if isinstance(step, OrStep) else (step,):
            if isinstance(choice, SlotStep):
                seen = self._sight.slot(choice)
                yield following, changes if seen is None else _changed(changes, seen)
            elif isinstance(choice, LoopStep):
                yield following._replace(loop=choice.loop), _changed(changes, (LOOP, choice.loop))
            elif isinstance(choice, CheckpointStep) or choice == ActionStep(LISTEN):
                yield following, changes
            else:
                taken_up = self._taken_up(stretch, now, changes)
                if taken_up is not None:
                    yield taken_up
                else:
                    is_loop = isinstance(choice, ActionStep) and choice.action == now.loop
                    yield _Move(changes, self._sight.said(choice), now.stretch, index, following, is_loop)

    def _taken_up(self, stretch: Stretch, now: _Place, changes: Changes) -> tuple[_Place, Changes] | None:
        """Place behind a message that the active loop takes up, with the slots that it fills; None for all others."""
        if now.loop is None or not _is_message(stretch.steps[now.offset][1]):
            return None
        for offset in range(now.offset + 1, len(stretch.steps)):
            step = stretch.steps[offset][1]
            if isinstance(step, SlotStep):
                seen = self._sight.slot(step)
                changes = changes if seen is None else _changed(changes, seen)
            elif step == ActionStep(now.loop):
                return now._replace(offset=offset + 1), changes
            else:
                return None
        return None


def _is_message(step: object) -> bool:
    if isinstance(step, OrStep):
        return all(isinstance(choice, IntentStep) for choice in step.alternatives)
    return isinstance(step, IntentStep | UserStep)


def _changed(changes: Changes, *seen: tuple[str, str | None]) -> Changes:
    return tuple(sorted({**dict(changes), **dict(seen)}.items(), key=lambda change: change[0]))


def _different(by_label: Mapping[tuple[Changes, Said | None], list[_Move]], last: Said) -> Iterator[list[_Move]]:
    """Moves of one dialogue and one state that lead to different actions, the first one for each action."""
    by_changes: dict[Changes, dict[str, _Move]] = {}
    for (changes, said), moves in by_label.items():
        # A story that ends with a message of the user does not say what comes next; a loop goes on by itself.
        if moves[0].is_loop or (said is None and is_by_user(last)):
            continue
        for move in moves:
            by_action = by_changes.setdefault(changes, {})
            known = by_action.get(move.action)
            if known is None or (move.stretch, move.step) < (known.stretch, known.step):
                by_action[move.action] = move
    for by_action in by_changes.values():
        if len(by_action) > 1:
            yield sorted(by_action.values(), key=lambda move: (move.stretch, move.step, move.action))


def _problem(project: CheckedProject, network: _Network, so_far: Sequence[Said], moves: Sequence[_Move]) -> Problem:
    more = f"; and {len(moves) - MOST_PLACES} more" if len(moves) > MOST_PLACES else ""
    parting = [(network.stretches[move.stretch].item, move) for move in moves[:MOST_PLACES]]
    views = "; ".join(f"story {item.path[-1]!r} {shown(move.action)}" for item, move in parting)
    first, *others = (project.places.step(item, move.step) for item, move in parting)
    turns = " > ".join(said[1] for said in so_far)
    return Problem(
        "contradicting-stories",
        f"stories contradict each other after {turns}: {views}{more}",
        first,
        "make them equal, or tell them apart by something said before or by a slot that influences the conversation",
        "warning",
        tuple(others),
    )


def _incomplete(project: CheckedProject, most_groups: int) -> Problem:
    stories: Sequence[Item] = [part.item for part in project.of("story")]
    place: Location | None = project.places.of(stories[0]) if stories else None
    return Problem(
        "unchecked-stories",
        f"alternatives and checkpoints make more than {most_groups} dialogues of the stories; contradictions were "
        "looked for in the first of them only",
        place,
        "write fewer `or` and checkpoints: each multiplies the dialogues",
        "warning",
    )
