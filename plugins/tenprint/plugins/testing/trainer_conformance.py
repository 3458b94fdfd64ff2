"""TrainerConformance: what every trainer must keep, as tests that an author gets by deriving a class.

    class TestSlowTrainer(TrainerConformance):
        def trainer(self):
            return SlowTrainer()

It is given a small assistant, with one NLU component and one policy of these tests. A property that cannot hold is
named in `UNFIT`, with the reason.
"""

from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from typing import Any, ClassVar

import anyio
import pytest

from tenprint.fingerprinting import Components, Trainer, TrainingReport, TrainingRequest
from tenprint.importers import Problem, Registered, Stall, TenprintError
from tenprint.plugins.testing.component_samples import sample_domain, sample_nlu, sample_stories
from tenprint.plugins.testing.kit import Kit, skip_after
from tenprint.plugins.testing.pictures import Picture
from tenprint.plugins.testing.standing_above import Failing, Keywords, Usual
from tenprint.plugins.testing.watching import left_behind, threads, tree

_BOTH = ("core", "nlu")
_DELAYS = (0.0, 0.002, 0.01, 0.03, 0.1)
"""Seconds after which a training is cancelled."""


class TrainerConformance(Kit):
    """Tests of a trainer: derive from it, and say how it is made."""

    COMPONENTS: ClassVar[Mapping[str, type[Any]]] = {"Keywords": Keywords, "Usual": Usual, "Failing": Failing}
    """What `pipeline` and `policies` may name."""
    CONFIG: ClassVar[Mapping[str, Any]] = {"pipeline": [{"name": "Keywords"}], "policies": [{"name": "Usual"}]}
    """The configuration that is trained."""

    def trainer(self) -> Trainer:
        """Make the trainer."""
        self.fail("there is nothing to test", f"override trainer of {type(self).__name__}")

    def test_asked_halves_are_written(self) -> None:
        """Each half that is asked for has files afterwards, in the folder of its name."""
        for asked in (("nlu",), ("core",), _BOTH):
            folder = self._trained(asked, "-".join(asked))
            for half in asked:
                if not any(path.is_file() for path in (folder / half).rglob("*")):
                    self.fail(f"{half} was asked for, and nothing is in its folder", "write it below request.folder")

    def test_nothing_else_is_written(self) -> None:
        """Beside the halves that are asked for nothing is left in the folder."""
        for asked in (("nlu",), ("core",), _BOTH):
            folder = self._trained(asked, "-".join(asked))
            left = sorted({path.name for path in folder.iterdir()} - {*asked})
            if left:
                self.fail(f"{left[0]} was written, and {' and '.join(asked)} asked for", "write what is asked for")

    def test_the_other_half_stays_untouched(self) -> None:
        """A half that is in the folder and not asked for is as it was, byte for byte."""
        for asked, other in (("nlu", "core"), ("core", "nlu")):
            folder = self.folder / f"with-{other}"
            kept = folder / other / "0-Kept"
            kept.mkdir(parents=True)
            (kept / "words.bin").write_bytes(b"kept")
            before = tree(folder / other)
            self._trained((asked,), folder.name)
            if tree(folder / other) != before:
                self.fail(f"{asked} was asked for, and {other} changed", "leave the other half alone")

    def test_equal_requests_give_equal_files(self) -> None:
        """Trained twice, the same data give the same bytes."""
        one, other = (tree(self._trained(_BOTH, name)) for name in ("one", "other"))
        if one != other:
            path = next(path for path in sorted({*one, *other}) if one.get(path) != other.get(path))
            self.fail(f"two trainings differ in {path}", "leave times and random numbers out")

    def test_both_event_loops_train_the_same(self) -> None:
        """What is trained on asyncio is trained on trio, where that is installed."""
        expected = tree(self._trained(_BOTH, "first"))
        if expected != tree(self._trained(_BOTH, "again")):
            skip_after("test_equal_requests_give_equal_files")
        for loop in self.loops():
            try:
                found = tree(self._trained(_BOTH, loop, loop=loop))
            except Exception as error:  # noqa: BLE001 - whatever it is, it is what must not be
                self.fail(f"on {loop} it raises {type(error).__name__}: {error}", "use anyio in place of asyncio")
            if found != expected:
                self.fail(f"on {loop} something else is trained", "use anyio in place of asyncio")

    def test_the_report_is_about_what_was_trained(self) -> None:
        """The answer is a TrainingReport, with seconds for resources of the halves that were asked for."""
        report: Any = self.run(lambda: self.trainer().train(self._request(("nlu",), self.folder / "nlu-alone")))
        if not isinstance(report, TrainingReport):
            self.fail(f"train answers {type(report).__name__}", "answer a TrainingReport")
        odd = [name for name in report.seconds if not name.startswith("nlu/")]
        if odd or not report.seconds:
            self.fail(f"nlu was asked for, and the report tells of {odd or 'nothing'}", "name what was trained")

    def test_unknown_components_are_told(self) -> None:
        """A name that no plugin provides is an error that names it, and nothing is written."""
        self._is_told({"pipeline": [{"name": "NobodyKnows"}], "policies": []}, "NobodyKnows")

    def test_a_failing_component_is_named(self) -> None:
        """What a component raises is told as an error of tenprint that names the component."""
        self._is_told({"pipeline": [{"name": "Failing"}], "policies": []}, "Failing")

    def test_a_cancelled_training_leaves_nothing(self) -> None:
        """After a cancellation nothing runs any more, and no file is left but those of halves that were asked for."""
        running = threads()
        for number, delay in enumerate(_DELAYS):
            folder = self.folder / f"cancelled-{number}"

            async def cancelled(folder: Path = folder, delay: float = delay) -> None:
                with anyio.move_on_after(delay):
                    await self.trainer().train(self._request(("nlu",), folder))

            self.run(cancelled)
            left = sorted({path.name for path in folder.glob("*")} - {"nlu"})
            if left:
                self.fail(f"a cancelled training leaves {left[0]}", "remove work files in a shielded `finally`")
        going = left_behind(threads, running, seconds=self.SETTLE_SECONDS)
        if going:
            self.fail(f"the thread {going[0]} goes on", "wait for threads, or tell them to stop")

    # What properties use.

    def _request(
        self, sections: Collection[Any], folder: Path, config: Mapping[str, Any] | None = None
    ) -> TrainingRequest:
        components: Components = {
            name: Registered(name, component, "testing") for name, component in self.COMPONENTS.items()
        }
        return TrainingRequest(
            frozenset(sections),
            self.CONFIG if config is None else config,
            sample_domain(),
            sample_stories(),
            sample_nlu(),
            components,
            folder,
            project=self.project,
        )

    def _trained(self, sections: Collection[str], name: str, *, loop: str = "asyncio") -> Path:
        """Train into a folder below that of the test, and return it."""
        folder = self.folder / name
        self.run(lambda: self.trainer().train(self._request(sections, folder)), loop=loop)
        return folder

    def _is_told(self, config: Mapping[str, Any], name: str) -> None:
        request = self._request(("nlu",), self.folder / "refused", config)
        try:
            self.run(lambda: self.trainer().train(request))
        except TenprintError as error:
            if name not in str(error):
                self.fail(f"the error does not name {name}: {error}", "say which entry of the list it is")
        except Exception as error:  # noqa: BLE001 - whatever it is, it is no error that users can read
            self.fail(f"{type(error).__name__} is raised: {error}", "raise a TrainingError that names the component")
        else:
            self.fail(f"{name} is trained without an error", "raise a TrainingError")

    # What kits of plugins share, and a trainer has no use for.

    @property
    def options(self) -> Mapping[str, Any]:
        return {}

    def take_over(self, folder: Path, project: Path, options: Mapping[str, Any]) -> None:
        del options
        self.folder, self.project = folder, project

    def constructed(self, options: Mapping[str, Any]) -> Any:
        del options
        return self.trainer()

    async def work(self, subject: Any) -> None:
        await subject.train(self._request(_BOTH, self.folder / "worked"))

    def pictured(self, subject: Any, *, loop: str = "asyncio") -> Picture:
        self.run(lambda: self.work(subject), loop=loop)
        return tuple(f"{path} {content!r}" for path, content in sorted(tree(self.folder / "worked").items()))

    def audited(self) -> Sequence[Problem]:
        pytest.skip("trainers declare nothing")

    def blames(self, stall: Stall) -> bool:
        return bool(stall.importer)
