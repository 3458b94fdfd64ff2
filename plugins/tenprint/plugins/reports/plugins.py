"""The plugins of a run as text and as JSON, and the order in which a hook calls them."""

from collections.abc import Iterator, Sequence
from typing import Any

from tenprint.plugins.asking import Answers, in_call_order
from tenprint.plugins.assembling import COMMANDS, INSTALLED, FoundPlugin

PLUGINS_SCHEMA = "tenprint.plugins/1"
HOOK_SCHEMA = "tenprint.hook/1"

_WHEN = {"first": "asks to be first", "last": "asks to be last", "": ""}


def plugins_document(found: Sequence[FoundPlugin]) -> dict[str, Any]:
    return {"schema": PLUGINS_SCHEMA, "plugins": [_document(plugin) for plugin in found]}


def _document(plugin: FoundPlugin) -> dict[str, Any]:
    return {
        "name": plugin.owner.plugin,
        "distribution": plugin.owner.distribution,
        "version": plugin.owner.version,
        "said_by": plugin.said_by,
        "provides": provided_names(plugin.answers),
        "hooks": list(plugin.answers.hooks),
        "blocked": plugin.blocked_by is not None,
        "blocked_by": plugin.blocked_by,
        "error": _error(plugin),
    }


def provided_names(answers: Answers) -> dict[str, list[str]]:
    """Names of everything a plugin provides, by section."""
    names = {section: [one.name for one in declared] for section, declared in answers.provides.items()}
    if answers.kinds:
        names["kinds"] = [kind.name for kind in answers.kinds]
    if answers.commands:
        names[COMMANDS] = [command.name for command in answers.commands]
    return names


def plugins_text(found: Sequence[FoundPlugin]) -> str:
    """One block for each plugin: whose it is, then what it provides, or why it does not."""
    return "\n".join(line for plugin in found for line in _lines(plugin)) or "there are no plugins"


def _lines(plugin: FoundPlugin) -> Iterator[str]:
    owner = plugin.owner
    whose = owner.package if plugin.installed is not None else f"named by {plugin.said_by}"
    state = f"  left out by {plugin.blocked_by}" if plugin.blocked_by is not None else ""
    yield f"{owner.plugin}  ({whose}){state}"
    error = _error(plugin)
    if error is not None and not state:
        yield f"  error: {error}"
    for section, names in provided_names(plugin.answers).items():
        yield f"  {section:11}{', '.join(names)}"


def _error(plugin: FoundPlugin) -> str | None:
    problems = (*plugin.errors, *plugin.answers.problems)
    return "; ".join(problem.message for problem in problems) if problems else None


def callers(found: Sequence[FoundPlugin], hook: str) -> list[dict[str, Any]]:
    """Plugins that implement a hook, in the order in which they are called, and what set the order."""
    used = {plugin.owner.plugin: plugin for plugin in found if plugin.blocked_by is None}
    ordered = in_call_order([plugin.answers for plugin in used.values()], hook)
    return [
        {
            "plugin": answers.owner.plugin,
            "distribution": answers.owner.distribution,
            "said_by": used[answers.owner.plugin].said_by,
            "when": answers.hooks[hook] or None,
        }
        for answers in ordered
    ]


def hook_text(hook: str, calling: Sequence[dict[str, Any]], left_out: Sequence[FoundPlugin]) -> str:
    """List who is called, and who would be."""
    lines = [f"{hook} is called in this order:" if calling else f"nobody implements {hook}"]
    for number, caller in enumerate(calling, 1):
        said_by = INSTALLED if caller["said_by"] == INSTALLED else f"named by {caller['said_by']}"
        why = ", ".join(part for part in (said_by, _WHEN[caller["when"] or ""]) if part)
        lines.append(f"  {number}. {caller['plugin']}  ({why})")
    lines += [f"  -  {plugin.owner.plugin}  (left out by {plugin.blocked_by})" for plugin in left_out]
    return "\n".join(lines)
