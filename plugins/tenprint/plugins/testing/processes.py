"""Processes of their own, in which properties are looked at: other hash seeds, another locale, nothing in memory."""

import json
import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from inspect import getfile

from tenprint.plugins.testing.kit import Kit
from tenprint.plugins.testing.pictures import Picture

HASH_SEEDS = ("0", "1", "2", "3")

LOCALES: Sequence[Mapping[str, str]] = (
    {"PYTHONHASHSEED": "0", "PYTHONUTF8": "1"},
    {"PYTHONHASHSEED": "0", "PYTHONUTF8": "0", "LC_ALL": "C", "PYTHONCOERCECLOCALE": "0"},
)
"""A machine as most are, and one that knows no letters beyond ASCII."""


class Processes(Kit):
    """A kit that can look at its subject from other processes."""

    def elsewhere(
        self, environments: Sequence[Mapping[str, str]], advice: str, *, call: str = "picture"
    ) -> list[Picture]:
        """Draw what processes of their own read, all at the same time; `call` is the method that draws it there."""
        cls = type(self)
        if "<locals>" in cls.__qualname__:
            self.fail(f"{cls.__qualname__} cannot be imported by another process", "define it at the top of its module")
        task = json.dumps(
            {
                "sys_path": sys.path,
                "module": cls.__module__,
                "file": getfile(cls),
                "class": cls.__qualname__,
                "folder": str(self.folder),
                "project": str(self.project),
                "options": dict(self.options),
                "call": call,
            }
        )
        written = self.folder / "task.json"
        written.write_text(task, encoding="utf-8")
        command = [sys.executable, "-m", "tenprint.plugins.testing.elsewhere", str(written)]
        with ExitStack() as stack:
            started: list[subprocess.Popen[str]] = []
            for environment in environments:
                process = subprocess.Popen(  # noqa: S603 - Python itself
                    command,
                    env={**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path)), **environment},
                    stdin=subprocess.DEVNULL,
                    stdout=subprocess.PIPE,
                    stderr=subprocess.PIPE,
                    encoding="utf-8",
                    errors="backslashreplace",
                )
                stack.enter_context(process)
                stack.callback(process.kill)
                started.append(process)
            return [
                self._answer(process, environment, advice)
                for process, environment in zip(started, environments, strict=True)
            ]

    def _answer(self, process: "subprocess.Popen[str]", environment: Mapping[str, str], advice: str) -> Picture:
        try:
            out, err = process.communicate(timeout=self.SECONDS)
        except subprocess.TimeoutExpired:
            self.fail("a process of its own hangs", "give what the importer waits for a time limit")
        if process.returncode:
            last = err.strip().splitlines()[-1:] or ["it said nothing"]
            self.fail(f"a process of its own fails: {last[0]}", "what make needs must be importable from its module")
        answer = json.loads(out.splitlines()[-1])
        if "raised" in answer:
            where = " ".join(f"{name}={value}" for name, value in environment.items())
            self.fail(f"with {where} it raises {answer['raised']}", advice)
        return tuple(answer["picture"])
