"""Fixtures for the tests of the documentation: its blocks, and a workshop in which a reader follows a page.

How pages are written:

    ```console             commands after `$ ` (continued after `> `) and what they print
    ```python              a script, or the cell of a notebook where it awaits at its top level; prints nothing,
    ```text output         or what the block right behind it says
    ```yaml file=PATH      the content of a file; any language will do

Everything else is for reading only. In printed text `...` stands for the rest of a line, and alone on a line for any
lines. A command exits with 0.
"""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
ASSISTANT = Path("docs/tutorial/assistant")

SECONDS = 250
"""For following one page; below the limit of a test, so that a page that hangs is told by its name."""

_FENCE = re.compile(r"^```(?P<head>[^\n]*)\n(?P<text>.*?)^```$", re.MULTILINE | re.DOTALL)
_END = "\x1e"

_CELL = """
import ast, asyncio, inspect, sys
path = sys.argv[1]
code = compile(open(path).read(), path, "exec", flags=ast.PyCF_ALLOW_TOP_LEVEL_AWAIT)
names = {"__name__": "__main__"}
async def in_a_running_loop():
    await eval(code, names)
if code.co_flags & inspect.CO_COROUTINE:
    asyncio.run(in_a_running_loop())
else:
    exec(code, names)
"""


@dataclass(frozen=True, slots=True)
class Block:
    """One fenced block of a page; `file` is what it would be saved as."""

    language: str
    text: str
    line: int
    file: str | None = None
    is_output: bool = False

    @property
    def is_followed(self) -> bool:
        return self.file is not None or self.language in ("console", "python")


@dataclass(frozen=True, slots=True)
class Step:
    """One thing a reader does, and what it prints."""

    command: str
    printed: str
    line: int


def _blocks(page: Path) -> list[Block]:
    text = page.read_text(encoding="utf-8")
    blocks = []
    for fence in _FENCE.finditer(text):
        language, *options = fence["head"].split() or [""]
        files = [option.removeprefix("file=") for option in options if option.startswith("file=")]
        line = text.count("\n", 0, fence.start()) + 1
        blocks.append(Block(language, fence["text"], line, files[0] if files else None, "output" in options))
    return blocks


def _console_steps(block: Block) -> Iterator[Step]:
    commands: list[tuple[int, list[str], list[str]]] = []
    for number, line in enumerate(block.text.splitlines(), start=block.line + 1):
        if line.startswith("$ "):
            commands.append((number, [line[2:]], []))
        elif line.startswith("> ") and not commands[-1][2]:
            commands[-1][1].append(line[2:])
        else:
            commands[-1][2].append(line)
    for number, command, printed in commands:
        yield Step("\n".join(command), "\n".join(printed), number)


def _steps(blocks: list[Block], scripts: Path) -> Iterator[Step]:
    """Steps of a page; scripts and files are laid out below `scripts` first, so that all steps are commands."""
    cell = scripts / "cell.py"
    cell.write_text(_CELL, encoding="utf-8")
    for number, block in enumerate(blocks):
        saved = scripts / str(number)
        saved.write_text(block.text, encoding="utf-8")
        if block.file is not None:
            yield Step(f"mkdir -p {Path(block.file).parent} && cp {saved} {block.file}", "", block.line)
        elif block.language == "console":
            yield from _console_steps(block)
        elif block.language == "python":
            behind = blocks[number + 1] if number + 1 < len(blocks) else block
            yield Step(f".venv/bin/python {cell} {saved}", behind.text if behind.is_output else "", block.line)


def _matches(written: str, printed: str) -> bool:
    pattern = ""
    for line in written.strip("\n").splitlines():
        if line.strip() == "...":
            pattern += r"(?:[^\n]*\n)*?"
        else:
            pattern += r"[^\n]*?".join(re.escape(part) for part in line.rstrip().split("...")) + r"[ ]*\n"
    return re.fullmatch(pattern, printed.strip("\n") + "\n" if printed.strip() else "") is not None


def _follow(page: Path, workshop: Path, scripts: Path) -> None:
    shutil.copytree(ROOT / ASSISTANT, workshop / ASSISTANT, ignore=shutil.ignore_patterns("models"))
    # Where README makes an environment stands the one that runs the tests.
    (workshop / ".venv").symlink_to(Path(sys.executable).parent.parent)
    steps = list(_steps(_blocks(page), scripts))
    script = "".join(f"{{\n{step.command}\n}} </dev/null 2>&1\nprintf '{_END}%s{_END}' $?\n" for step in steps)
    environment = {**os.environ, "COLUMNS": "80", "PATH": f"{workshop / '.venv/bin'}{os.pathsep}{os.environ['PATH']}"}
    done = subprocess.run(
        ["bash", "-c", script],
        cwd=workshop,
        env=environment,
        capture_output=True,
        text=True,
        timeout=SECONDS,
        check=False,
    )
    assert not done.stderr
    results = done.stdout.split(_END)
    for step, printed, code in zip(steps, results[::2], results[1::2], strict=False):
        place = f"{page.relative_to(ROOT)}:{step.line}: {step.command}"
        assert code == "0", f"{place}\nexit code {code}\n{printed}"
        assert _matches(step.printed, printed), f"{place}\nis said to print\n{step.printed}\nand prints\n{printed}"
    assert len(results) == 2 * len(steps) + 1


@pytest.fixture
def root() -> Path:
    """Return the checkout."""
    return ROOT


@pytest.fixture
def blocks_of() -> Callable[[Path], list[Block]]:
    """Read the fenced blocks of a page."""
    return _blocks


@pytest.fixture
def follow(tmp_path: Path) -> Callable[[Path], None]:
    """Do what a page says, in a folder that holds the example assistant at its usual place."""
    workshop, scripts = tmp_path / "workshop", tmp_path / "scripts"
    scripts.mkdir()

    def follow_page(page: Path) -> None:
        _follow(page, workshop, scripts)

    return follow_page
