"""What the tests of the deep checks share: a project as a few texts in, codes with places out."""

from collections.abc import Mapping
from pathlib import Path

import anyio

from tenprint.importers import ImporterContext, Problem, ReadingRules, check_project
from tenprint.importers.file import FileImporter

CONFIG = "heard: [hi, yes, no, ask]\n"
"""What the configuration names is used, so each test is free to leave an intent out of its dialogues."""

DOMAIN = """\
intents: [hi, yes, no, ask, stop]
entities: [city]
slots:
  seen: {type: bool, mappings: [{type: custom}]}
  note: {type: text, influence_conversation: false, mappings: [{type: custom}]}
  city: {type: text, mappings: [{type: from_entity, entity: city}]}
forms: {order: {required_slots: [city]}}
actions: [act, b, c, d]
"""
USES = """\
nlu:
  - {intent: hi, examples: "- hi\\n- [Rome](city) please"}
  - {intent: yes, examples: "- yes\\n- yep"}
  - {intent: no, examples: "- no\\n- nope"}
  - {intent: ask, examples: "- ask\\n- question"}
  - {intent: stop, examples: "- stop\\n- halt"}
stories:
  - story: of all actions
    steps: [{intent: stop}, {action: act}, {intent: stop}, {action: b}, {intent: stop}, {action: c}, {intent: stop},
      {action: d}, {intent: stop}, {action: order}]
"""


def deep_problems(project: Path) -> list[Problem]:
    snapshot = anyio.run(FileImporter({}, ImporterContext(project)).snapshot)
    assert list(map(str, snapshot.problems)) == []
    return check_project(snapshot, ReadingRules())


def told(problems: list[Problem]) -> list[str]:
    """Code and place of each problem; an error begins with an exclamation mark."""
    return [f"{'!' if problem.severity == 'error' else ''}{problem.code} {problem.location}" for problem in problems]


def dialogues(*written: str, rules: str = "", domain: str = DOMAIN) -> Mapping[str, str]:
    """Files of a sound project with further stories, one on each line of `data/s.yml` from the second on.

    Steps are written short: `hi`, `act!` for an action, `seen=true` for a slot, `@order` for a loop, `>joint` for a
    checkpoint, `yes/no` for alternatives.
    """
    files = {"config.yml": CONFIG, "domain.yml": domain, "data/a.yml": USES}
    listed = [f"- {{story: s{number}, steps: [{_steps(steps)}]}}\n" for number, steps in enumerate(written, 1)]
    if listed:
        files["data/s.yml"] = "stories:\n" + "".join(listed)
    if rules:
        files["data/r.yml"] = "rules:\n" + rules
    return files


def rule(name: str, steps: str, more: str = "") -> str:
    return f"- {{rule: {name}, {more}steps: [{_steps(steps)}]}}\n"


def _steps(steps: str) -> str:
    return ", ".join(_step(step) for step in steps.split())


def _step(step: str) -> str:
    if step.startswith("@"):
        return f"{{active_loop: {step[1:] or 'null'}}}"
    if step.startswith(">"):
        return f"{{checkpoint: {step[1:]}}}"
    if "/" in step:
        return f"{{or: [{', '.join(_step(choice) for choice in step.split('/'))}]}}"
    if "=" in step:
        name, value = step.split("=")
        return f"{{slot_was_set: [{name}: {value}]}}"
    if step.endswith("!"):
        return f"{{action: {step[:-1]}}}"
    intent, _, city = step.partition(":")
    return f"{{intent: {intent}, entities: [{{city: {city}}}]}}" if city else f"{{intent: {intent}}}"
