"""tenprint watch."""

import json
import os
import sys
import time
from collections.abc import Iterable
from importlib import invalidate_caches
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from tenprint.importers import Problem, TenprintError
from tenprint.plugins.cli.context import (
    model_option,
    model_path,
    opened,
    program_choices,
    project_directory,
    project_options,
    run_async,
    trainer_options,
    trust_option,
)
from tenprint.plugins.cli.failures import diagnostics, print_problems, print_text

if TYPE_CHECKING:
    from tenprint.fingerprinting import PreparedRun, TrainingPlan
    from tenprint.plugins import Project
    from tenprint.plugins.watching import Places

_OURS = ("tenprint", "__main__")
_INSTALLED = ("site-packages", "dist-packages")
_NAMED = ("config", "domain")
_MEMO = "watch\0"
"""Begins the arguments a watch has its memo under: nobody can call the program by it."""


@click.command()
@project_options
@model_option
@trainer_options
@trust_option
@click.option("--json", "as_json", is_flag=True, help="Print one line of JSON for each plan.")
def command(*, model: str | None, as_json: bool, **paths: Any) -> int:
    """Print the plan again after each edit.

    The first plan is printed at once, and Ctrl-C ends the watch. Watched are the files that belong to the project: its
    configuration and settings, the domain, the training data, imported projects, plugin modules of the project, and
    what plugins declare that they read. Nothing is written.

    Data that is wrong is told as `plan` tells it, and the watch goes on.
    """
    from tenprint.plugins.watching import watch_project  # noqa: PLC0415 - after the options are parsed

    paths["directory"] = project_directory(paths["directory"])
    # A module that is edited twice within a second would be taken for the one that was compiled.
    sys.dont_write_bytecode = True
    watch = _Watch(paths, model_path(paths["directory"], model), program_choices().arguments, as_json=as_json)

    async def go_on() -> None:
        await watch_project(watch.look, watch.places)

    run_async(go_on)
    return 0


class _Watch:
    """One watch: what it looks at, and what it has printed last."""

    def __init__(self, paths: dict[str, Any], model: str | None, arguments: tuple[str, ...], *, as_json: bool) -> None:
        self._paths = paths
        self._arguments = (_MEMO, *arguments)
        self._model = model
        self._as_json = as_json
        self._root = Path(paths["directory"])
        self._printed: tuple[str | None, tuple[Problem, ...]] | None = None
        self.places = self._usual_places()

    def _usual_places(self, snapshot: Any = None) -> "Places":
        from tenprint.plugins.watching import places_of  # noqa: PLC0415 - after the options are parsed

        named = [self._paths[name] for name in _NAMED if self._paths[name] is not None]
        named += self._paths["data"]
        found = [self._root / path for path in (*named, *_plugin_files(self._root))]
        return places_of(self._root, named=found, snapshot=snapshot)

    async def look(self, changed: frozenset[str] | None) -> "Places":
        """Plan once and print it; only if it is another one where nothing is known to have changed."""
        _forget_modules(self._root, changed or ())
        plan, problems, snapshot = await self._planned(amend=bool(changed) and not self._as_json)
        told = (self._told(plan, problems), problems)
        if changed is not None or told != self._printed:
            self._print(*told, changed or ())
        self._printed = told
        # What belonged to it before counts on: data that cannot be read does not tell.
        self.places = self.places.joined(self._usual_places(snapshot), _modules_of(self._root))
        return self.places

    async def _planned(self, *, amend: bool) -> "tuple[TrainingPlan | None, tuple[Problem, ...], Any]":
        """Plan, where that is enough by amending what was planned last; then there is no snapshot."""
        import anyio.to_thread  # noqa: PLC0415 - commands without an event loop must not load one

        from tenprint.fingerprinting import prepare  # noqa: PLC0415 - after the options are parsed

        plan = await anyio.to_thread.run_sync(self._amended) if amend else None
        if plan is not None:
            return plan, (), None
        problems: tuple[Problem, ...] = ()
        prepared = snapshot = held = None
        try:
            async with opened(**self._paths, quiet=self._as_json) as project:
                held = project
                try:
                    prepared = await prepare(project.setup, model=self._model)
                except TenprintError as error:
                    problems = error.problems
                # Data that is wrong has one too, and it tells which files to mend.
                snapshot = await project.importer.snapshot()
        except TenprintError as error:
            problems = problems or error.problems
        if prepared is not None and held is not None and not self._as_json:
            await anyio.to_thread.run_sync(self._remember, held, prepared)
        return None if prepared is None else prepared.plan, problems, snapshot

    def _amended(self) -> "TrainingPlan | None":
        from tenprint.plugins.cli.amended_plans import amended_plan  # noqa: PLC0415 - after the options are parsed
        from tenprint.plugins.cli.memo import looked_up  # noqa: PLC0415 - as above

        return amended_plan(looked_up(self._arguments))

    def _remember(self, project: "Project", prepared: "PreparedRun") -> None:
        from tenprint.plugins.cli.baselines import Printing  # noqa: PLC0415 - as above
        from tenprint.plugins.cli.remembering import remember  # noqa: PLC0415 - as above
        from tenprint.plugins.reports.text import TextReport  # noqa: PLC0415 - as above

        printing = Printing(TextReport(), shown=False, exit_code=False)
        remember(self._arguments, project, prepared.plan, "", (prepared, printing))

    def _told(self, plan: "TrainingPlan | None", problems: tuple[Problem, ...]) -> str | None:
        """Write a plan as it is printed: an amended one knows no nodes, which text does not tell."""
        from tenprint.plugins.reports import plan_text  # noqa: PLC0415 - after the options are parsed

        if self._as_json:
            return json.dumps(diagnostics(problems) if plan is None else plan.to_json())
        return None if plan is None else plan_text(plan)

    def _print(self, told: str | None, problems: tuple[Problem, ...], changed: Iterable[str]) -> None:
        if self._as_json:
            print(told)  # noqa: T201 - one line for each
        else:
            names = ", ".join(sorted(os.path.relpath(path, self._root) for path in changed))
            if names:
                print_text(f"\n{time.strftime('%H:%M:%S')}  {names}")
            if told is not None:
                print_text(told)
            print_problems(problems)
        sys.stdout.flush()


def _plugin_files(root: Path) -> list[str]:
    """Name the files that the modules of `plugins` may have: one that is broken is not among the loaded ones."""
    from tenprint.importers import ReadingRules  # noqa: PLC0415 - after the options are parsed
    from tenprint.plugins.opening import project_settings  # noqa: PLC0415 - as above

    try:
        named = project_settings(root, ReadingRules()).plugins
    except TenprintError:
        return []
    return [f"{name.replace('.', '/')}{end}" for name in named for end in (".py", "/__init__.py")]


def _modules_of(root: Path) -> set[str]:
    """Name the files of modules that lie in the project and are loaded; an environment in it is no part of it."""
    top = os.path.abspath(root) + os.sep  # noqa: PTH100 - links stay what they are called
    known = list(sys.modules.items())
    files = (getattr(module, "__file__", None) for name, module in known if not name.startswith(_OURS))
    own = (os.path.abspath(file) for file in files if isinstance(file, str))  # noqa: PTH100
    return {file for file in own if file.startswith(top) and not any(name in file for name in _INSTALLED)}


def _forget_modules(root: Path, changed: Iterable[str]) -> None:
    """Have all modules of the project imported again where one of them changed: others may hold what it had."""
    if not any(path.endswith(".py") for path in changed):
        return
    own = _modules_of(root)
    for name, module in list(sys.modules.items()):
        file = getattr(module, "__file__", None)
        if isinstance(file, str) and os.path.abspath(file) in own:  # noqa: PTH100
            del sys.modules[name]
    invalidate_caches()
