"""tenprint parse."""

from pathlib import Path
from typing import Any

import click

from tenprint.plugins.cli.context import (
    directory_option,
    json_option,
    models_option,
    program_choices,
    project_directory,
)
from tenprint.plugins.cli.failures import print_json, print_text

_MEND = "mend the component, or train the model again with `tenprint train --force`"


@click.command()
@click.argument("text")
@directory_option
@models_option
@click.option("--model", metavar="FILE", help="Ask this model instead of the newest one.")
@json_option
def command(*, text: str, directory: str | None, models: str | None, model: str | None, as_json: bool) -> int:
    """Ask the newest model what a message means.

    TEXT is the message. Prints its intent, how sure the model is, the entities found in it, and which response of a
    retrieval intent fits.
    """
    from tenprint.fingerprinting import DEFAULT_MODELS_PATH  # noqa: PLC0415 - after the options are parsed

    project = Path(project_directory(directory))
    path = project / model if model is not None else project / (models or DEFAULT_MODELS_PATH)
    message = _parsed(project, str(path), text)
    if as_json:
        print_json(message.to_json())
        return 0
    intent = message.intent
    lines = ["intent    none" if intent is None else f"intent    {intent.name} ({intent.confidence:.2f})"]
    lines += [f"entity    {entity['entity']}: {entity['value']!r}" for entity in message.entities]
    best = [selection.ranking[0] for selection in message.selections]
    lines += [f"response  {one.name} ({one.confidence:.2f})" for one in best]
    print_text("\n".join(lines))
    return 0


def _parsed(project: Path, model: str, text: str) -> Any:
    from tenprint.fingerprinting import (  # noqa: PLC0415 - after the options are parsed
        ModelError,
        errors_name_archive,
        fitting_sidecar,
        get_local_model,
        get_model_subdirectories,
        load_interpreter,
        unpack_model,
    )
    from tenprint.importers import foreign_code  # noqa: PLC0415 - as above
    from tenprint.plugins.opening import project_registry  # noqa: PLC0415 - as above

    archive = get_local_model(model)
    foreign = fitting_sidecar(archive, items=False)
    if foreign is not None:
        raise ModelError(f"{archive} was made by another program ({foreign.trainer})", hint="ask that program to parse")
    components = project_registry(project, program_choices().choice).components
    with unpack_model(archive) as unpacked:
        _, nlu = get_model_subdirectories(unpacked)
        if nlu is None:
            raise ModelError(f"{archive} has no NLU half", hint="add NLU examples to the project and train again")
        with errors_name_archive(archive, Path(unpacked)):
            interpreter = load_interpreter(Path(nlu), components)
        with foreign_code(lambda chain: ModelError(f"a component of {archive} failed: {chain}", hint=_MEND)):
            return interpreter.parse(text)
