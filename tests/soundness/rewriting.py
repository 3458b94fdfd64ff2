"""Edits that mean nothing: each rewrites the files of a project in another way to say the same.

`texts` is the project as relative path -> text; an edit returns the files as they are afterwards. Those that have no
place in a project return None. Trees are plain values, parsed by the loader of the product.
"""

import json
import re
from collections.abc import Callable
from typing import Any

import yaml
from tests.trees import interned

from tenprint.importers import DocumentId
from tenprint.importers.reading import parse_yaml, plain_value

Texts = dict[str, str]
Rewrite = Callable[[Texts], Texts | None]


class _Writer(yaml.SafeDumper):
    """Writes everything out, without anchors."""

    def ignore_aliases(self, data: Any) -> bool:  # noqa: ARG002 - the interface has it
        return True


class _Sharing(yaml.SafeDumper):
    """Writes what occurs twice once, with an anchor."""


def tree(text: str) -> Any:
    return plain_value(parse_yaml(text.encode(), DocumentId("test", "file.yml")).root)


def dumped(root: Any, dumper: type[yaml.SafeDumper] = _Writer, **options: Any) -> str:
    written: str = yaml.dump(root, Dumper=dumper, allow_unicode=True, sort_keys=False, width=1000, **options)
    return written


def each_tree(rewrite: Callable[[Any], str]) -> Rewrite:
    """Parse every file and write it anew."""
    return lambda texts: {path: rewrite(tree(text)) for path, text in texts.items()}


def each_text(rewrite: Callable[[str], str]) -> Rewrite:
    def rewritten(texts: Texts) -> Texts | None:
        after = {path: rewrite(text) for path, text in texts.items()}
        return after if after != texts else None

    return rewritten


def each_data_tree(alter: Callable[[str, Any], Any]) -> Rewrite:
    """Alter the values of all files but the configuration, by path."""

    def rewrite(texts: Texts) -> Texts | None:
        after = {path: dumped(alter(path, tree(text))) for path, text in texts.items() if path != "config.yml"}
        before = {path: dumped(tree(text)) for path, text in texts.items() if path != "config.yml"}
        return {**texts, **after} if after != before else None

    return rewrite


def keys_reversed(value: Any, key: str = "") -> Any:
    if isinstance(value, list):
        return [keys_reversed(entry) for entry in value]
    if not isinstance(value, dict):
        return value
    entries = [(name, keys_reversed(entry, name)) for name, entry in value.items()]
    return dict(entries if key == "required_slots" else reversed(entries))


def entries_reversed(_: str, root: Any) -> Any:
    """Turn around what has no order: intents, entities, actions, stories, rules, blocks of examples."""
    return {key: entry[::-1] if isinstance(entry, list) else entry for key, entry in root.items()}


def examples_turned(root: Any, alter: Callable[[list[str]], list[str]]) -> Any:
    blocks = [
        {**block, "examples": "".join(f"- {line}\n" for line in alter(lines))}
        if isinstance(block.get("examples"), str) and (lines := [line[2:] for line in block["examples"].splitlines()])
        else block
        for block in root.get("nlu", [])
    ]
    return {**root, **({"nlu": blocks} if "nlu" in root else {})}


def halves(key: str) -> Rewrite:
    """Divide the section of the first file that has it between two files."""

    def rewrite(texts: Texts) -> Texts | None:
        for path, text in texts.items():
            root = tree(text)
            section = root.get(key)
            if path == "config.yml" or not section or len(section) < 2:
                continue
            entries = list(section.items()) if isinstance(section, dict) else section
            remake: Any = dict if isinstance(section, dict) else list
            middle = len(entries) // 2
            root[key] = remake(entries[:middle])
            other = path.replace(".yml", "_more.yml").replace("domain_more", "data/domain_more")
            return {**texts, path: dumped(root), other: dumped({key: remake(entries[middle:])})}
        return None

    return rewrite


def one_file(texts: Texts) -> Texts | None:
    """Put all data into one file, and the domain into another."""
    joined: dict[str, Any] = {}
    for path, text in sorted(texts.items()):
        for key, section in tree(text).items() if path != "config.yml" else ():
            if isinstance(section, list):
                joined[key] = joined.get(key, []) + section
            elif isinstance(section, dict):
                joined[key] = {**joined.get(key, {}), **section}
    data = {key: joined.pop(key) for key in ("nlu", "stories", "rules") if key in joined}
    return {"config.yml": texts["config.yml"], "domain.yml": dumped(joined), "data/all.yml": dumped(data)}


def moved(rename: Callable[[str], str]) -> Rewrite:
    """Call all files of data something else."""
    return lambda texts: {(rename(path) if path.startswith("data/") else path): text for path, text in texts.items()}


def listed_examples(_: str, root: Any) -> Any:
    """Write blocks of examples as lists of texts."""
    for block in root.get("nlu", []):
        if isinstance(block.get("examples"), str) and "intent" in block:
            block["examples"] = [{"text": line[2:]} for line in block["examples"].splitlines()]
    return root


def blocks_split(_: str, root: Any) -> Any:
    """Say of one intent in two blocks what was in one."""
    if "nlu" in root:
        blocks = []
        for block in root["nlu"]:
            examples = block.get("examples")
            lines = examples.splitlines(keepends=True) if isinstance(examples, str) else []
            parts = [part for part in ("".join(lines[:1]), "".join(lines[1:])) if part]
            blocks += [{**block, "examples": part} for part in parts] or [block]
        root["nlu"] = blocks
    return root


def blocks_moved(texts: Texts) -> Texts | None:
    """Move the first block of examples to another file."""
    holding = [path for path, text in texts.items() if len(tree(text).get("nlu") or ()) > 1]
    if not holding:
        return None
    root = tree(texts[holding[0]])
    block = root["nlu"].pop(0)
    return {**texts, holding[0]: dumped(root), "data/elsewhere.yml": dumped({"nlu": [block]})}


def said_as_json(texts: Texts) -> Texts:
    """Write each file of data as JSON below the same name, which is YAML as well."""
    return {
        path: json.dumps(tree(text), ensure_ascii=False, indent=1) + "\n" if path.startswith("data/") else text
        for path, text in texts.items()
    }


def without_versions(text: str) -> str:
    """Leave out which format a file of data has; that of the configuration is a key like others."""
    return text if text.startswith(("recipe", "# Peg")) else re.sub(r"^version: .*\n", "", text, flags=re.MULTILINE)


def long_annotations(text: str) -> str:
    """Write `[text](entity)` as `[text]{"entity": "entity"}`."""
    return re.sub(r"^( *- .*)$", lambda line: _LINK.sub(r'[\1]{"entity": "\2"}', line[0]), text, flags=re.MULTILINE)


_LINK = re.compile(r"\[([^\]]+)\]\((\w+)\)")


def commented(text: str) -> str:
    """Put a comment before every line at the outer level, and blank lines at both ends."""
    return "\n\n# first\n" + re.sub(r"^(\w)", r"# about this\n\1", text, flags=re.MULTILINE) + "\n# last\n\n"


def spaced(text: str) -> str:
    """Add blanks to the ends of lines."""
    return re.sub(r"$", "   ", text, flags=re.MULTILINE) + "\n"


def entities_listed(path: str, root: Any) -> Any:
    """Write what is so anyway: all entities are used, and every rule waits for the user."""
    del path
    intents = root.get("intents", [])
    intents[:] = [{each: {"use_entities": True}} if isinstance(each, str) else each for each in intents]
    for rule in root.get("rules", []):
        rule.setdefault("wait_for_user_input", True)
        rule.setdefault("conversation_start", False)
    return root


def other_tests(texts: Texts) -> Texts:
    """Add a conversation test, which nothing is trained on."""
    test = {"stories": [{"story": "a test", "steps": [{"user": "hello", "intent": "out_of_scope"}]}]}
    return {**texts, "tests/test_more.yml": dumped(test), "README.md": "# Peg\n", "data/notes.txt": "tent\n"}


REWRITES: dict[str, Rewrite] = {
    "reformatted": each_tree(dumped),
    "indented by four": each_tree(lambda root: dumped(root, indent=4)),
    "flow style": each_tree(lambda root: dumped(root, default_flow_style=True)),
    "single quotes": each_tree(lambda root: dumped(root, default_style="'")),
    "double quotes": each_tree(lambda root: dumped(root, default_style='"')),
    "escaped characters": each_tree(lambda root: json.dumps(root) + "\n"),
    "anchors and aliases": each_tree(lambda root: dumped(interned(root, {}), _Sharing)),
    "key order": each_tree(lambda root: dumped(keys_reversed(root))),
    "comments and blank lines": each_text(commented),
    "trailing spaces": each_text(spaced),
    "CRLF": each_text(lambda text: text.replace("\n", "\r\n")),
    "byte-order mark": each_text(lambda text: "\ufeff" + text),
    "document markers": each_text(lambda text: f"---\n{text}\n...\n"),
    "no line end at the end": each_text(lambda text: text.rstrip("\n")),
    "no version key": each_text(without_versions),
    "long annotations": each_text(long_annotations),
    "order without a meaning": each_data_tree(entries_reversed),
    "order of examples": each_data_tree(lambda _, root: examples_turned(root, lambda lines: lines[::-1])),
    "an example twice": each_data_tree(lambda _, root: examples_turned(root, lambda lines: [*lines, lines[0]])),
    "listed examples": each_data_tree(listed_examples),
    "two blocks of one intent": each_data_tree(blocks_split),
    "what is so anyway": each_data_tree(entities_listed),
    "another file for half of the intents": halves("intents"),
    "another file for half of the slots": halves("slots"),
    "another file for half of the replies": halves("responses"),
    "another file for half of the examples": halves("nlu"),
    "another file for half of the stories": halves("stories"),
    "another file for half of the rules": halves("rules"),
    "an intent in another file": blocks_moved,
    "all in one file": one_file,
    "renamed files": moved(lambda path: re.sub(r"/([^/]+)$", r"/z_\1", path)),
    "files in a deeper folder": moved(lambda path: path.replace("data/", "data/deep/er/")),
    "another ending": moved(lambda path: path.replace(".yml", ".yaml")),
    "JSON for YAML": said_as_json,
    "other tests and notes": other_tests,
}
