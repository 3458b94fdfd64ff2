"""What the kits for importers and for transforms share: folders, event loops, processes, and how a property fails.

The rules it keeps:

- Every test has a project, a cache and a folder for temporary files of its own, and the variables of `SECRETS`.
- Event loops are started by the tests themselves: no plugin of pytest is needed.
- A property that a wrong plugin cannot show, because another one is broken, is skipped; so a defect has one name.
"""

import os
import tempfile
from abc import ABC, abstractmethod
from collections.abc import Awaitable, Callable, Mapping, Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import Any, ClassVar, NoReturn, TypeVar

import anyio
import pytest

from tenprint.importers import Location, Problem, Stall, TenprintError
from tenprint.plugins.testing.pictures import Picture

T = TypeVar("T")


def skip_after(name: str) -> NoReturn:
    """Skip a property that says nothing while another one is broken."""
    pytest.skip(f"{name} fails, so there is nothing to compare with")


class Kit(ABC):
    """What properties use, whatever they are properties of."""

    SECRETS: ClassVar[Mapping[str, str]] = {}
    """Environment variables that the options name as secrets, with values that must not be found anywhere."""
    SECONDS: ClassVar[float] = 30.0
    """After so long a call counts as hanging."""
    CANCEL_SECONDS: ClassVar[float] = 5.0
    """How long it may take to end when it is cancelled."""
    STALL_SECONDS: ClassVar[float] = 0.25
    """For how long it may hold the event loop up."""
    SETTLE_SECONDS: ClassVar[float] = 3.0
    """How long threads and processes that are ending may take before they count as left behind."""

    UNFIT: ClassVar[Mapping[str, str]] = {}
    """Properties that cannot hold, by the names of their tests, with the reason."""

    folder: Path
    project: Path

    @pytest.fixture(autouse=True)
    def conformance(self, request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        """Give every test its own folders and the variables of `SECRETS`."""
        unknown = next((name for name in self.UNFIT if not hasattr(self, name)), None)
        if unknown is not None:
            self.fail(f"there is no property {unknown!r}", "correct it in UNFIT, or remove it there")
        if request.node.name in self.UNFIT:
            pytest.skip(self.UNFIT[request.node.name])
        self.begin(tmp_path, monkeypatch)

    def begin(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        """Lay out the folders of one test; `monkeypatch` takes the variables back when it is over."""
        self.folder, self.project = folder, folder / "project"
        temporary = folder / "temporary"
        for made in (self.project, temporary):
            made.mkdir(parents=True)
        monkeypatch.setattr(tempfile, "tempdir", str(temporary))
        for name, value in {"TMPDIR": str(temporary), **self.SECRETS}.items():
            monkeypatch.setenv(name, value)

    @abstractmethod
    def take_over(self, folder: Path, project: Path, options: Mapping[str, Any]) -> None:
        """Look at what another process has laid out."""

    @property
    @abstractmethod
    def options(self) -> Mapping[str, Any]:
        """Options of what is tested; what they name is there once they were asked for."""

    @abstractmethod
    def constructed(self, options: Mapping[str, Any]) -> Any:
        """Make what is tested, with options that may be wrong."""

    @abstractmethod
    async def work(self, subject: Any) -> None:
        """Do with it all that a run may do, and close it."""

    @abstractmethod
    def pictured(self, subject: Any, *, loop: str = "asyncio") -> Picture:
        """Draw what it reads or makes."""

    @abstractmethod
    def audited(self) -> Sequence[Problem]:
        """Use a new one where undeclared reads are looked for, and return the problems."""

    @abstractmethod
    def blames(self, stall: Stall) -> bool:
        """Tell whether what is tested has held the event loop up, and not a busy machine."""

    def subject(self) -> Any:
        """Make what is tested."""
        return self.constructed(dict(self.options))

    def written(self) -> None:
        """Write the source now, for a property that looks at what is there before it is read."""
        assert self.options is not None  # noqa: S101 - asking for them is what writes it

    def places(self, options: Mapping[str, Any]) -> Mapping[str, Location]:
        """Say where options are written: in a `tenprint.yml`, a line each."""
        return {name: Location("settings", "tenprint.yml", line, 5) for line, name in enumerate(("", *options), 2)}

    def run(self, call: Callable[[], Awaitable[T]], *, loop: str = "asyncio") -> T:
        """Run a coroutine function on an event loop of its own."""
        results: list[T] = []

        async def within() -> None:
            with anyio.move_on_after(self.SECONDS):
                results.append(await call())

        anyio.run(within, backend=loop)
        if not results:
            self.fail(f"it hangs: no answer within {self.SECONDS:g} s", "give what it waits for a time limit")
        return results[0]

    def loops(self) -> Sequence[str]:
        """Event loops that are installed."""
        return ("asyncio", "trio") if find_spec("trio") else ("asyncio",)

    def picture(self, *, loop: str = "asyncio") -> Picture:
        """Draw what a new one reads or makes."""
        return self.pictured(self.subject(), loop=loop)

    def steady_picture(self) -> Picture:
        """Draw what a new one reads or makes; where that changes by itself there is nothing to compare with."""
        picture = self.picture()
        if picture != self.picture():
            skip_after("test_the_same_source_is_read_as_the_same_data")
        return picture

    def refused(self, options: Mapping[str, Any]) -> TenprintError | None:
        """Return the error that options are refused with; None when there is none, or none of tenprint."""
        try:
            self.constructed(dict(options))
        except TenprintError as error:
            return error
        except Exception:  # noqa: BLE001 - is no refusal that anybody could read
            return None
        return None

    @staticmethod
    def fail(what: str, advice: str) -> NoReturn:
        """Fail with what is wrong and what to do about it."""
        pytest.fail(f"{what}\nhint: {advice}", pytrace=False)

    def in_directory(self, folder: Path, call: Callable[[], T]) -> T:
        """Call something in another current directory."""
        before = Path.cwd()
        os.chdir(folder)
        try:
            return call()
        finally:
            os.chdir(before)
