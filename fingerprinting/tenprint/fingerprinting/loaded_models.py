"""A trained model, ready to be asked; the one place where evaluations load anything."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from tenprint.fingerprinting.archive.sidecar import fitting_sidecar
from tenprint.fingerprinting.archive.unpack import get_model_subdirectories, unpack_model
from tenprint.fingerprinting.component import Components, Policy
from tenprint.fingerprinting.errors import ModelError
from tenprint.fingerprinting.predicting import Interpreter, load_interpreter, load_policies


@dataclass(frozen=True, slots=True)
class LoadedModel:
    """The halves of an archive; None where it has none."""

    path: str
    interpreter: Interpreter | None
    policies: Sequence[Policy] | None


def load_model(path: str, components: Components) -> LoadedModel:
    """Unpack an archive, load what is in it, and remove what was unpacked; blocks.

    Raises:
        ModelError: It is damaged, or another program has made it.
        UnknownComponent: No plugin provides one of its components.
    """
    foreign = fitting_sidecar(path, items=False)
    if foreign is not None:
        raise ModelError(f"{path} was made by another program ({foreign.trainer})", hint="ask that program to test it")
    with unpack_model(path) as unpacked:
        core, nlu = get_model_subdirectories(unpacked)
        return LoadedModel(
            path,
            None if nlu is None else load_interpreter(Path(nlu), components),
            None if core is None else load_policies(Path(core), components),
        )


def load_nlu_half(folder: Path, components: Components) -> Interpreter:
    """Load what a training has just written into a folder; blocks.

    Raises:
        ModelError: It is damaged.
    """
    return load_interpreter(folder, components)
