"""What the kits for NLU components and for policies share: how a component is trained, stored, loaded and asked.

All of it goes the way a training goes: the component is given what it says it reads, and is loaded from files.
"""

import os
from abc import abstractmethod
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, ClassVar

import pytest

from tenprint.fingerprinting import ComponentTrial, ModelError, TrainingError
from tenprint.importers import Problem, Stall
from tenprint.importers.inputs import Inputs, Reader, undeclared_reads, watched_accesses
from tenprint.plugins.testing.kit import skip_after
from tenprint.plugins.testing.pictures import Picture, difference
from tenprint.plugins.testing.processes import Processes
from tenprint.plugins.testing.putting_back import put_back

DESCRIPTION = "component.json"
"""In a folder of a trained component, the one file that is not its own."""

_TRAINED = "trained"


class ComponentKit(Processes):
    """The part of the kits for components that an author overrides, and what properties share."""

    COMPONENT: ClassVar[type[Any] | None] = None
    """The class of the component."""
    CONFIG: ClassVar[Mapping[str, Any]] = {}
    """Options of its entry; all others have their defaults."""

    def write_inputs(self, project: Path) -> None:
        """Write what the component reads beside the data, and declares, into the folder of the project."""

    # What properties use.

    @abstractmethod
    def lesson(self, *, everything: bool = False, turned: bool = False) -> Any:
        """Return what it is trained on: what it reads, or all there is; `turned` is in the opposite order."""

    @abstractmethod
    def fingerprint_of_lesson(self, lesson: Any) -> str:
        """Digest a lesson, to see whether it was changed."""

    @abstractmethod
    def other_lesson(self) -> Any:
        """Return what another model is trained on."""

    @abstractmethod
    def answers(self, component: Any) -> Picture:
        """Draw what a loaded component says to everything that these tests ask."""

    def take_over(self, folder: Path, project: Path, options: Mapping[str, Any]) -> None:
        del options  # they are those of the class, here as there
        self.folder, self.project = folder, project

    @property
    def component(self) -> type[Any]:
        if self.COMPONENT is None:
            self.fail("there is nothing to test", f"set COMPONENT of {type(self).__name__}")
        return self.COMPONENT

    @property
    def options(self) -> Mapping[str, Any]:
        return self.CONFIG

    @property
    def trial(self) -> ComponentTrial:
        return ComponentTrial(self.component, dict(self.CONFIG))

    @property
    def learns(self) -> bool:
        return bool(getattr(self.component, "TRAINS", True))

    def constructed(self, options: Mapping[str, Any]) -> ComponentTrial:
        return ComponentTrial(self.component, options)

    def stored(self, name: str = _TRAINED, lesson: Any = None, *, former: Path | None = None) -> Path:
        """Train, and return the folder with the files; without a lesson on the data of these tests."""
        folder = self.folder / name
        given = self.lesson() if lesson is None else lesson
        try:
            self.trial.stored(given, folder, former=former)
        except TrainingError as error:
            if (name, lesson, former) == (_TRAINED, None, None):
                at_home = Path.cwd().samefile(self.project)
                skip_after(f"test_{'it_is_trained_and_loaded' if at_home else 'the_current_directory_does_not_matter'}")
            self.fail(f"it cannot be trained: {error}", "train on the data of these tests, or give them other data")
        return folder

    def files(self, name: str = _TRAINED, lesson: Any = None, *, former: Path | None = None) -> dict[str, bytes]:
        """Train, and return the files of the component itself."""
        return own_files(self.stored(name, lesson, former=former))

    def loaded(self, folder: Path) -> Any:
        try:
            return self.trial.loaded(folder)
        except ModelError as error:
            self.fail(f"what was trained cannot be loaded: {error}", "let load take what train answers")

    def trained(self) -> Any:
        """Train and load."""
        return self.loaded(self.stored())

    def picture(self, *, loop: str = "asyncio") -> Picture:
        """Draw what it stores when it is trained anew, and what it says then."""
        del loop
        # Several processes may do so at once.
        name = f"{_TRAINED}-{os.getpid()}"
        files = self.files(name)
        lines = (f"file {file} {content!r}" for file, content in files.items())
        return (*lines, *self.answers(self.loaded(self.folder / name)))

    def answers_from_files(self) -> Picture:
        """Draw what it says in a process that has seen no data."""
        return self.answers(self.loaded(self.folder / _TRAINED))

    def steady_files(self) -> dict[str, bytes]:
        """Train; where equal data give different files there is nothing to compare with."""
        files = self.files()
        if files != self.files("again"):
            skip_after("test_equal_data_give_equal_files")
        return files

    def same_files(self, one: Mapping[str, bytes], other: Mapping[str, bytes], what: str, advice: str) -> None:
        """Fail when the files of two trainings differ."""
        if one != other:
            lines = [[f"{name} {content!r}" for name, content in files.items()] for files in (one, other)]
            self.fail(f"{what} give different files: {difference(*lines)}", advice)

    def same_answers(self, one: Picture, other: Picture, what: str, advice: str) -> None:
        """Fail when two pictures of answers differ."""
        if one != other:
            self.fail(f"{what} give different answers: {difference(one, other)}", advice)

    # What properties of guests use.

    def begin(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        """Lay out the folders; the current one is that of the project, where declared files are looked for."""
        super().begin(folder, monkeypatch)
        monkeypatch.chdir(self.project)
        self.write_inputs(self.project)

    def written(self) -> None:
        """Use it once, and put everything back: what libraries do when they are imported is not done by a component."""
        elsewhere = self.folder / "first"
        elsewhere.mkdir(exist_ok=True)
        with put_back():
            os.chdir(elsewhere)
            self.answers(self.trained())

    async def work(self, subject: Any) -> None:
        del subject
        self.answers(self.trained())

    def pictured(self, subject: Any, *, loop: str = "asyncio") -> Picture:
        del subject
        return self.picture(loop=loop)

    def audited(self) -> Sequence[Problem]:
        inputs: Inputs = self.trial.inputs()
        lesson = self.lesson()
        with watched_accesses() as accesses:
            folder = self.stored(lesson=lesson)
            self.answers(self.loaded(folder))
        reader = Reader(
            self.component.__qualname__, inputs, self.project, known=(self.folder / _TRAINED, self.folder / "temporary")
        )
        return undeclared_reads(accesses, reader, "report")

    def blames(self, stall: Stall) -> bool:
        del stall
        return False  # components know no event loop, so they are not watched for it


def own_files(folder: Path) -> dict[str, bytes]:
    """Read the files of a trained component, without what describes it."""
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir()) if path.name != DESCRIPTION}
