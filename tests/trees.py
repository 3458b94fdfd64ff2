"""Projects as trees: what the files of a project hold, as plain values, and many ways to write them down.

`tree_of` lays a generated project out as its sections. `written` writes sections to files in one plain way;
`rewritten` in a random way that means the same: other files, names, orders, styles.
"""

import json
from collections.abc import Mapping
from pathlib import Path
from random import Random
from typing import Any, TypeAlias

import yaml

from tenprint.importers.data import (
    ActionStep,
    BotStep,
    CheckpointStep,
    Example,
    IntentStep,
    LoopStep,
    NluData,
    OrStep,
    ProjectData,
    Rule,
    SlotStep,
    StepEntity,
    Story,
    UserStep,
)
from tenprint.importers.writing import domain_mapping

Tree: TypeAlias = dict[str, Any]
"""Top-level key -> content, of all files together; the configuration stands below the key `CONFIG`."""

CONFIG = "config.yml"
UNORDERED_LISTS = ("intents", "entities", "actions", "e2e_actions", "nlu", "stories", "rules")
MAPPINGS = ("slots", "forms", "responses")
WHOLE = ("session_config", "config")


def tree_of(project: ProjectData) -> Tree:
    """Lay out what files can say of a project; what they cannot say is left out."""
    domain = domain_mapping(project.domain)
    del domain["version"]
    nlu = [*_examples(project.nlu), *_words(project.nlu)]
    stories = [_dialogue(story) for story in project.stories.stories]
    rules = [_dialogue(rule) for rule in project.stories.rules]
    sections = {**domain, "nlu": nlu, "stories": stories, "rules": rules}
    return {CONFIG: dict(project.config), **{key: section for key, section in sections.items() if section}}


def _annotated(example: Example) -> str:
    if not example.entities:
        return example.text
    (span,) = example.entities
    named = {"entity": span.entity, "value": span.value, "role": span.role, "group": span.group}
    annotation = json.dumps({key: value for key, value in named.items() if value is not None}, ensure_ascii=False)
    return f"{example.text[: span.start]}[{example.text[span.start : span.end]}]{annotation}{example.text[span.end :]}"


def _examples(nlu: NluData) -> list[Tree]:
    """One entry for each example."""
    entries = []
    for example in nlu.examples:
        entry: Tree = {"intent": example.intent, "examples": [{"text": _annotated(example)}]}
        if example.metadata is not None:
            entry["metadata"] = example.metadata["intent"]
        entries.append(entry)
    return entries


def _words(nlu: NluData) -> list[Tree]:
    return [
        *({"synonym": synonym.value, "examples": f"- {synonym.text}\n"} for synonym in nlu.synonyms),
        *({"regex": regex.name, "examples": f"- {regex.pattern}\n"} for regex in nlu.regexes),
        *({"lookup": entry.name, "examples": f"- {entry.element}\n"} for entry in nlu.lookups),
    ]


def _dialogue(dialogue: Story | Rule) -> Tree:
    kind = "story" if isinstance(dialogue, Story) else "rule"
    entry: Tree = {kind: dialogue.name, "steps": [_step(step) for step in dialogue.steps]}
    if isinstance(dialogue, Rule):
        entry["conversation_start"] = dialogue.conversation_start
        entry["wait_for_user_input"] = dialogue.wait_for_user_input
        if dialogue.condition:
            entry["condition"] = [_step(step) for step in dialogue.condition]
    if dialogue.metadata is not None:
        entry["metadata"] = dialogue.metadata
    return entry


def _step(step: Any) -> Tree:
    match step:
        case IntentStep():
            entry: Tree = {"intent": step.intent}
            if step.entities:
                entry["entities"] = [_entity(entity) for entity in step.entities]
            return entry if step.text is None else {**entry, "user": step.text}
        case SlotStep():
            return {"slot_was_set": [_slot(step)]}
        case CheckpointStep():
            slots = {"slot_was_set": [_slot(slot) for slot in step.slots]} if step.slots else {}
            return {"checkpoint": step.name, **slots}
        case OrStep():
            return {"or": [_step(alternative) for alternative in step.alternatives]}
        case ActionStep():
            return {"action": step.action}
        case UserStep():
            return {"user": step.text}
        case BotStep():
            return {"bot": step.text}
        case LoopStep():
            return {"active_loop": step.loop}
    raise TypeError(step)


def _entity(entity: StepEntity) -> Tree:
    labels = {"role": entity.role, "group": entity.group}
    return {entity.entity: entity.value, **{key: value for key, value in labels.items() if value is not None}}


def _slot(slot: SlotStep) -> Any:
    return {slot.slot: slot.value} if slot.has_value else slot.slot


def written(tree: Tree, project: Path) -> Path:
    """Write a tree in one plain way: block style, one file for each floor of the project."""
    files = {CONFIG: tree[CONFIG], "domain.yml": {}, "data/training.yml": {}}
    for key, section in tree.items():
        if key != CONFIG:
            files["data/training.yml" if key in ("nlu", "stories", "rules") else "domain.yml"][key] = section
    return _write(project, {path: _block(root) for path, root in files.items() if root})


def rewritten(tree: Tree, project: Path, random: Random) -> Path:
    """Write a tree in a random way that means the same."""
    documents: list[tuple[str, Tree]] = []
    for key, section in tree.items():
        for piece in _pieces(key, section, random) if key != CONFIG else ():
            folder = "data" if key in ("nlu", "stories", "rules") else "domain"
            joins = [root for where, root in documents if where == folder and key not in root]
            if joins and random.random() < 0.5:
                random.choice(joins)[key] = piece
            else:
                documents.append((folder, {key: piece}))
    random.shuffle(documents)
    files = {CONFIG: _styled(_shuffled_keys(tree[CONFIG], random), random)}
    for folder, root in documents:
        name = "".join(random.choices("abcXYZ", k=8))
        path = f"{folder}/{random.choice(['', 'deep/', 'a/b/'])}{name}{len(files)}{random.choice(['.yml', '.yaml'])}"
        files[path] = _styled(_shuffled_keys(root, random), random)
    return _write(project, files)


def _pieces(key: str, section: Any, random: Random) -> list[Any]:
    """Divide a section into up to three, with what has no order in a random one."""
    if key in WHOLE:
        return [section]
    entries = list(section.items()) if key in MAPPINGS else list(section)
    if key == "nlu":
        entries = [_other_syntax(entry, random) for entry in entries]
    random.shuffle(entries)
    parts: list[list[Any]] = [[] for _ in range(random.randint(1, 3))]
    for entry in entries:
        random.choice(parts).append(entry)
    return [dict(part) if key in MAPPINGS else part for part in parts if part]


def _other_syntax(entry: Tree, random: Random) -> Tree:
    """Write listed examples as a block of text, or words twice."""
    examples = entry["examples"]
    if isinstance(examples, str):
        return {**entry, "examples": examples * random.randint(1, 2)}
    if random.random() < 0.5:
        lines = [f"-{random.choice(['', ' ', '  '])}{example['text']}  \n" for example in examples]
        return {**entry, "examples": "".join(lines) * random.randint(1, 2)}
    return entry


def _shuffled_keys(value: Any, random: Random) -> Any:
    if isinstance(value, dict):
        # A form asks for its slots in the order in which they are written, so those stay as they are.
        entries = [
            (key, entry if key == "required_slots" else _shuffled_keys(entry, random)) for key, entry in value.items()
        ]
        random.shuffle(entries)
        return dict(entries)
    return [_shuffled_keys(entry, random) for entry in value] if isinstance(value, list) else value


def _styled(root: Tree, random: Random) -> str:
    style = random.choice(["block", "quoted", "indented", "flow", "json", "anchors"])
    if style == "json":
        text = json.dumps(root, ensure_ascii=False, indent=random.choice([None, 2])) + "\n"
    elif style == "anchors":
        text = yaml.dump(interned(root, {}), Dumper=yaml.SafeDumper, allow_unicode=True, sort_keys=False)
    else:
        text = _block(
            root,
            default_style=random.choice(["'", '"']) if style == "quoted" else None,
            default_flow_style=style == "flow",
            indent=4 if style == "indented" else None,
        )
    if random.random() < 0.5:
        text = f"# a comment\n\n{text}\n\n  # another\n"
    if random.random() < 0.3:
        text = f"---\n{text}...\n"
    if random.random() < 0.3:
        text = text.replace("\n", "\r\n")
    return "\ufeff" + text if random.random() < 0.2 else text


class _Writer(yaml.SafeDumper):
    """Writes everything out, without anchors."""

    def ignore_aliases(self, data: Any) -> bool:  # noqa: ARG002 - the interface has it
        return True


def _block(root: Tree, **options: Any) -> str:
    """Write without anchors; a quoting style is for all scalars, with tags for those that are no text: `!!int "1"`."""
    text: str = yaml.dump(root, Dumper=_Writer, allow_unicode=True, sort_keys=False, **options)
    return text


def interned(value: Any, seen: dict[str, Any]) -> Any:
    """Make equal parts the same object, which PyYAML writes as anchors and aliases."""
    if isinstance(value, dict):
        value = {key: interned(entry, seen) for key, entry in value.items()}
    elif isinstance(value, list):
        value = [interned(entry, seen) for entry in value]
    else:
        return value
    return seen.setdefault(repr(value), value)


def _write(project: Path, files: Mapping[str, str]) -> Path:
    for path, text in files.items():
        (project / path).parent.mkdir(parents=True, exist_ok=True)
        (project / path).write_bytes(text.encode())
    return project
