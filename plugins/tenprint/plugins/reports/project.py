"""What a project holds, as counts and as its configuration."""

import json
from collections.abc import Mapping
from typing import Any

from tenprint.importers import Snapshot
from tenprint.importers.data import DEFAULT_INTENTS, ProjectData, section_count
from tenprint.importers.kinds import BUILT_IN_KINDS

_OURS = frozenset(name for kind in BUILT_IN_KINDS for name in kind.item_names)


def project_counts(snapshot: Snapshot, project: ProjectData) -> dict[str, int]:
    """Count as the field does.

    Default intents are not counted even where a file lists them; actions, slots and responses are those of the domain
    files; steps are the linear sections after `or` and checkpoints are split.
    """
    domain, nlu, stories = project.domain, project.nlu, project.stories
    responses = {
        (item.path[2], snapshot.in_role(item, "data"))
        for item in snapshot.table.of_kind("response", "retrieval-response")
    }
    return {
        "intents": sum(intent.name not in DEFAULT_INTENTS for intent in domain.intents),
        "entities": len(domain.entities),
        "slots": len(domain.slots),
        "responses": sum(not in_data for _, in_data in responses),
        "forms": len(domain.forms),
        "actions": len(domain.actions),
        "nlu_examples": len(nlu.examples),
        "nlu_intents": len(nlu.intents),
        "nlu_entities": len(nlu.entities),
        "synonyms": len(nlu.synonym_values()),
        "regexes": len({regex.name for regex in nlu.regexes}),
        "lookups": len({entry.name for entry in nlu.lookups}),
        "nlu_responses": sum(in_data for _, in_data in responses),
        "story_steps": sum(section_count(story) for story in stories.stories),
        "rule_steps": sum(section_count(rule) for rule in stories.rules),
        "stories": len(stories.stories),
        "rules": len(stories.rules),
        **_further_counts(snapshot),
    }


def _further_counts(snapshot: Snapshot) -> dict[str, int]:
    """Count the items of kinds that plugins add, by their names."""
    return {
        kind.replace("-", "_"): len(rows)
        for kind, rows in sorted(snapshot.table.by_kind().items())
        if kind not in _OURS
    }


def counts_text(counts: Mapping[str, int]) -> str:
    return "\n".join(f"{name.replace('_', ' '):16}{count:>8}" for name, count in counts.items())


def config_text(config: Mapping[str, Any]) -> str:
    """Print a configuration as JSON, which is YAML too."""
    return json.dumps(config, indent=2, ensure_ascii=False)
