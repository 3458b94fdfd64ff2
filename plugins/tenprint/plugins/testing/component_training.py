"""Properties of a training: equal data give equal files, whatever else differs, and nothing else is touched."""

import json
import pickletools
from collections.abc import Iterator
from typing import Any

import pytest

from tenprint.fingerprinting import ModelError, TrainingError
from tenprint.plugins.testing.component_kit import DESCRIPTION, ComponentKit, own_files
from tenprint.plugins.testing.kit import skip_after
from tenprint.plugins.testing.processes import HASH_SEEDS, LOCALES
from tenprint.plugins.testing.watching import io_heard

_DAMAGES: tuple[Any, ...] = (None, [], {}, 7, "damaged", [None], [7], {"damaged": None})
"""JSON that hardly any component stores."""
_NETWORK = ("socket.connect", "socket.getaddrinfo", "socket.gethostbyname", "socket.bind", "urllib.Request")


class ComponentTraining(ComponentKit):
    """Properties of a training, of its files, and of what is loaded from them."""

    def test_it_is_trained_and_loaded(self) -> None:
        """It learns from the data of these tests, stores what can be stored, and is loaded from that alone."""
        self.loaded(self.stored(lesson=self.lesson()))

    def test_nothing_is_pickled(self) -> None:
        """No file holds anything that runs where somebody loads it."""
        for name, content in self.files().items():
            if not name.endswith((".json", ".npy")) and _is_pickle(content):
                self.fail(f"{name} is a pickle", "store JSON, arrays of numpy, or a format that executes nothing")

    def test_what_learns_nothing_stores_nothing(self) -> None:
        """Without TRAINS it reads no data and answers no files."""
        if self.learns:
            pytest.skip("it learns")
        if self.trial.reads():
            self.fail(f"TRAINS is False, and it reads {sorted(self.trial.reads())}", "leave reads out, or set TRAINS")
        answer = self.component.train(self.trial.config, self.lesson())
        if answer:
            self.fail(f"TRAINS is False, and train answers {sorted(answer)}", "leave train out, or set TRAINS")

    def test_equal_data_give_equal_files(self) -> None:
        """Two trainings on the same data in one process have the same bytes."""
        advice = "fix the seeds of random numbers, and leave times and counters out"
        first = self.files(lesson=self.lesson())
        self.same_files(first, self.files("again"), "two trainings on the same data", advice)

    def test_the_order_of_the_data_does_not_matter(self) -> None:
        """The same data in the opposite order have the same bytes."""
        files = self.steady_files()
        turned = self.files("turned", self.lesson(turned=True))
        advice = "sort before you count, number or choose"
        self.same_files(files, turned, "the same data in the opposite order", advice)

    def test_every_process_trains_the_same(self) -> None:
        """Processes with other hash seeds train the same bytes."""
        self.steady_files()
        advice = "sort what is a set"
        expected = self.picture()
        environments = [{"PYTHONHASHSEED": seed} for seed in HASH_SEEDS]
        for seed, found in zip(HASH_SEEDS, self.elsewhere(environments, advice), strict=True):
            self.same_answers(expected, found, f"this process and one with PYTHONHASHSEED={seed}", advice)

    def test_the_locale_does_not_matter(self) -> None:
        """On a machine without any language the same is trained."""
        self.steady_files()
        advice = "open text with encoding='utf-8', and sort by code points"
        expected, found = self.elsewhere(LOCALES, advice)
        self.same_answers(expected, found, "a machine with UTF-8 and one with LC_ALL=C", advice)

    def test_the_current_directory_does_not_matter(self) -> None:
        """From wherever the program is started the same is trained: declared files lie in the folder of the project."""
        files = self.steady_files()
        lesson, folder = self.lesson(), self.folder / "trained-elsewhere"
        advice = 'join paths with the folder of the project: `nlu.project / config["path"]`'
        try:
            self.in_directory(self.folder, lambda: self.trial.stored(lesson, folder))
        except TrainingError as error:
            self.fail(f"it cannot be trained where the program is started elsewhere: {error}", advice)
        what = "a program started in the project and one started elsewhere"
        self.same_files(files, own_files(folder), what, advice)

    def test_only_what_it_reads_counts(self) -> None:
        """What `reads` does not name changes nothing, even where it is given."""
        files = self.steady_files()
        all_given = self.files("all", self.lesson(everything=True))
        advice = f"name it in reads, which answers {sorted(self.trial.reads())}"
        self.same_files(files, all_given, "what it says it reads, and all there is", advice)

    def test_the_data_stay_as_they_are(self) -> None:
        """A training changes nothing of what it is given: others are given the same."""
        lesson = self.lesson()
        before = self.fingerprint_of_lesson(lesson)
        self.stored(lesson=lesson)
        if self.fingerprint_of_lesson(lesson) != before:
            self.fail("train changed the data it was given", "copy what must be changed")

    def test_no_network_is_needed(self) -> None:
        """Training, loading and use connect to nothing."""
        with io_heard() as heard:
            self.answers(self.trained())
        told = next((event for event in heard if event.startswith(_NETWORK)), None)
        if told is not None:
            self.fail(f"it uses the network: {told}", "download before, and declare the file as an input")

    def test_it_loads_where_no_data_is(self) -> None:
        """In a process that has seen no data it says the same, from the files alone."""
        expected = self.answers(self.trained())
        (found,) = self.elsewhere([{}], "store everything that load needs", call="answers_from_files")
        self.same_answers(expected, found, "this process and one without data", "store everything that load needs")

    def test_two_models_do_not_mix(self) -> None:
        """A second model in one process, trained on other data, changes nothing about the first."""
        first = self.trained()
        before = self.answers(first)
        if before != self.answers(first):
            skip_after("test_asking_again_gives_the_same_answer")
        self.answers(self.loaded(self.stored("other", self.other_lesson())))
        advice = "keep what was learned in the instance, not in the class or the module"
        self.same_answers(before, self.answers(first), "before and after another model was loaded", advice)

    def test_damaged_files_are_told_when_they_are_loaded(self) -> None:
        """Whatever a file holds, loading tells the damage, or what is loaded works without an error."""
        folder = self.stored()
        for name in sorted(path.name for path in folder.iterdir() if path.name != DESCRIPTION):
            sound = (folder / name).read_bytes()
            for content in _damaged(name, sound):
                (folder / name).write_bytes(content)
                self._is_told(name, content)
            (folder / name).write_bytes(sound)

    def _is_told(self, name: str, content: bytes) -> None:
        try:
            component = self.trial.loaded(self.folder / "trained")
        except ModelError:
            return
        try:
            self.answers(component)
        except Exception as error:  # noqa: BLE001 - whatever it is, it comes too late
            shown = content[:40]
            what = f"{name} holds {shown!r}, is loaded, and fails in use with {type(error).__name__}: {error}"
            self.fail(what, "raise DamagedFile in load where a file does not hold what train answers")


def _damaged(name: str, sound: bytes) -> Iterator[bytes]:
    yield b""
    yield sound[: len(sound) // 2]
    if name.endswith(".json"):
        yield from (json.dumps(value).encode() for value in _DAMAGES)
    else:
        yield bytes(len(sound))


def _is_pickle(content: bytes) -> bool:
    """Tell whether bytes are a program of pickle, from the first to the last."""
    try:
        last = [(opcode.name, place) for opcode, _, place in pickletools.genops(content)][-1]
    except Exception:  # noqa: BLE001 - whatever it says, these are no pickle
        return False
    return last[0] == "STOP" and (last[1] or 0) + 1 == len(content)
