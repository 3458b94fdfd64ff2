"""Commands that come with tenprint, in the order in which help lists them."""

from tenprint.plugins.declared import Command

_SUMMARIES = {
    "train": "Bring the model up to date: train what changed and nothing else.",
    "plan": "Say what `train` would do, and why, down to the line.",
    "explain": "Say why `train` would run a node of the training graph, or leave it as it is.",
    "watch": "Print the plan again after each edit.",
    "diff": "Say what lies between two projects, models, git revisions or locks.",
    "fingerprint": "Print the fingerprint of the training data.",
    "validate": "Check the training data and list every problem.",
    "show": "Show what the project holds, all sources merged.",
    "export": "Write the merged project as plain Rasa files.",
    "lock": "Write down which revision each remote source has.",
    "models": "List the trained models, newest first.",
    "parse": "Ask the newest model what a message means.",
    "test": "Test how well NLU understands, and that conversations go as they must.",
    "cache": "Look after what was fetched and kept.",
    "plugins": "List the plugins, and what each of them provides.",
    "doctor": "Look at everything a run stands on, and say what to mend.",
    "new": "Begin a plugin: a package that can be installed and tested.",
}

COMMANDS = tuple(Command(name, summary, f"tenprint.plugins.cli.{name}:command") for name, summary in _SUMMARIES.items())
