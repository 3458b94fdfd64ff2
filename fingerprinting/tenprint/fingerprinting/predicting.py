"""Trained halves in use: components rebuilt from the files of their resource folders.

Everything here reads small files and is synchronous; callers on an event loop use a worker thread. A model is never
loaded in part: a missing or damaged file, or a component nobody provides, is an error that names it.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
from itertools import islice
from pathlib import Path
from typing import Any, NamedTuple, Protocol

from tenprint.fingerprinting.answer_files import answer_content
from tenprint.fingerprinting.component import (
    ActionPrediction,
    Answer,
    Batch,
    Components,
    Dialogue,
    Json,
    Message,
    NluComponent,
    Policy,
)
from tenprint.fingerprinting.errors import DamagedFile, ModelError, UnknownComponent
from tenprint.fingerprinting.trainer import COMPONENT_FILE, is_resource_file
from tenprint.fingerprinting.written_intents import as_written

_RESOURCE_FOLDER = re.compile(r"(\d{1,9})-.+")
_TRAIN_AGAIN = "train the model again with `tenprint train --force`"

BATCH_SIZE = 512
"""Messages that go through the pipeline together: enough for matrices to pay, and few enough to stay in memory."""


@dataclass(frozen=True, slots=True)
class Interpreter:
    """A trained NLU half."""

    components: tuple[NluComponent, ...]

    def parse(self, text: str) -> Message:
        """Let each component, in the order of `pipeline`, add to the message what it recognises.

        A message such as `/greet` says its intent itself.
        """
        (message,) = self._parsed((text,))
        return message

    def parse_all(self, texts: Iterable[str]) -> Iterator[Message]:
        """Parse many texts, a batch at a time; each result is that of `parse`."""
        waiting = iter(texts)
        while taken := tuple(islice(waiting, BATCH_SIZE)):
            yield from self._parsed(taken)

    def _parsed(self, texts: tuple[str, ...]) -> tuple[Message, ...]:
        answered = reduce(advanced, self.components, Batch(tuple(Message(text) for text in texts)))
        return tuple(map(as_written, answered.messages))


def advanced(batch: Batch, component: NluComponent) -> Batch:
    """Take a batch one component further.

    Raises:
        ValueError: It answers with other texts than it was asked about, or in another order.
    """
    answer = component.process_batch(batch)
    if len(answer) != len(batch) or any(
        one.text != other.text for one, other in zip(answer.messages, batch.messages, strict=True)
    ):
        raise ValueError(f"{type(component).__qualname__} answers with other messages than it was asked about")
    return answer


def load_interpreter(nlu_folder: Path, components: Components) -> Interpreter:
    """Load the NLU half from its folder.

    Raises:
        ModelError: The folder or one of its files is missing or damaged.
        UnknownComponent: No plugin provides one of the components.
    """
    return Interpreter(tuple(stored.revive(components, NluComponent) for stored in _stored_components(nlu_folder)))


def load_nlu_component(folder: Path, components: Components) -> NluComponent:
    """Load one component from the folder of its resource.

    Raises:
        ModelError: The folder or one of its files is missing or damaged.
        UnknownComponent: No plugin provides it.
    """
    component: NluComponent = _read_stored(folder).revive(components, NluComponent)
    return component


def load_policies(core_folder: Path, components: Components) -> tuple[Policy, ...]:
    """Load the policies of a Core half: by their option `priority`, highest first, then in the order of `policies`.

    Raises:
        ModelError: The folder or one of its files is missing or damaged.
        UnknownComponent: No plugin provides one of the policies.
    """
    found = sorted(_stored_components(core_folder), key=lambda stored: -stored.priority)
    return tuple(stored.revive(components, Policy) for stored in found)


def load_policy(folder: Path, components: Components) -> tuple[float, Policy]:
    """Load one policy, and its priority, from the folder of its resource.

    Raises:
        ModelError: The folder or one of its files is missing or damaged.
        UnknownComponent: No plugin provides it.
    """
    stored = _read_stored(folder)
    return stored.priority, stored.revive(components, Policy)


class StoredEntry(NamedTuple):
    """What a resource says of the entry it was trained for."""

    position: int
    name: str
    options: Mapping[str, Json]


def stored_entries(half: Path) -> tuple[StoredEntry, ...]:
    """List what a half was trained with, in the order of its list.

    Raises:
        ModelError: A folder or a description is missing or damaged.
    """
    return tuple(
        StoredEntry(int(stored.folder.name.split("-", 1)[0]), stored.name, stored.options)
        for stored in _stored_components(half)
    )


class Predicting(Protocol):
    """A policy, or what asks one elsewhere."""

    def predict(self, dialogue: Dialogue) -> ActionPrediction | None:
        """Say what comes next, or None without an opinion."""


def predict_action(policies: Sequence[Predicting], dialogue: Dialogue) -> ActionPrediction | None:
    """Ask all policies; the surest wins, and of equally sure ones the first."""
    return surest(policy.predict(dialogue) for policy in policies)


def surest(predictions: Iterable[ActionPrediction | None]) -> ActionPrediction | None:
    """Return the surest prediction, of equally sure ones the first; None where nobody has an opinion."""
    known = (prediction for prediction in predictions if prediction is not None)
    return max(known, key=lambda prediction: prediction.confidence, default=None)


def stored_files(folder: Path) -> Mapping[str, Answer]:
    """Read what one component answered when it was trained, from the folder of its resource.

    Raises:
        ModelError: It is missing or damaged.
    """
    return _read_stored(folder).files


def priority_of(options: Mapping[str, Json]) -> float:
    """Priority of a policy by its options: of equally sure ones the higher counts."""
    priority = options.get("priority", 0)
    return priority if isinstance(priority, int | float) else 0


@dataclass(frozen=True, slots=True)
class _StoredComponent:
    folder: Path
    name: str
    options: Mapping[str, Json]
    files: Mapping[str, Answer]

    @property
    def priority(self) -> float:
        return priority_of(self.options)

    def revive(self, components: Components, kind: type[Any]) -> Any:
        registered = components.get(self.name)
        if registered is None or not issubclass(registered.provided, kind):
            raise UnknownComponent(
                f"{self.folder} was trained with `{self.name}`, which no plugin provides",
                hint=f"install the plugin that provides `{self.name}`, or train the model again",
            )
        try:
            return registered.provided.load(self.options, self.files)
        except DamagedFile as error:
            raise DamagedFile(str(self.folder / error.file), error.what, hint=_TRAIN_AGAIN) from error
        except Exception as error:  # foreign code, and any shape of damage
            listed = ", ".join(str(self.folder / name) for name in sorted(self.files)) or str(self.folder)
            raise ModelError(
                f"`{self.name}` cannot be loaded from {listed}: {type(error).__name__}: {error}", hint=_TRAIN_AGAIN
            ) from error


def resource_folders(half: Path) -> list[Path]:
    """List the folders of the resources of a half, in the order of its list.

    Raises:
        ModelError: It cannot be read, or holds none.
    """
    try:
        folders = [
            (int(match[1]), folder)
            for folder in half.iterdir()
            if (match := _RESOURCE_FOLDER.fullmatch(folder.name)) and folder.is_dir()
        ]
    except OSError as error:
        raise ModelError(f"{half} cannot be read: {error.strerror}", hint=_TRAIN_AGAIN) from error
    if not folders:
        raise ModelError(f"{half} holds no component that tenprint trained", hint=_TRAIN_AGAIN)
    return [folder for _, folder in sorted(folders)]


def _stored_components(half: Path) -> list[_StoredComponent]:
    return [_read_stored(folder) for folder in resource_folders(half)]


def _read_stored(folder: Path) -> _StoredComponent:
    path = folder / COMPONENT_FILE
    description = _read(path)
    if not _is_description(description):
        raise ModelError(f"{path} does not describe a component", hint=_TRAIN_AGAIN)
    files = {name: _read(folder / name) for name in description["files"]}
    return _StoredComponent(folder, description["name"], description["options"], files)


def _is_description(description: Json) -> bool:
    return (
        isinstance(description, dict)
        and isinstance(description.get("name"), str)
        and isinstance(description.get("options"), dict)
        and isinstance(description.get("files"), list)
        and all(is_resource_file(name) for name in description["files"])
    )


def _read(path: Path) -> Answer:
    try:
        return answer_content(path.name, path.read_bytes())
    except FileNotFoundError as error:
        raise ModelError(f"{path} is missing", hint=_TRAIN_AGAIN) from error
    except OSError as error:
        raise ModelError(f"{path} cannot be read: {error.strerror}", hint=_TRAIN_AGAIN) from error
    except ValueError as error:
        raise DamagedFile(str(path), str(error), hint=_TRAIN_AGAIN) from error
