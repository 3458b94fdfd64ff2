"""What components declare that they read beside the data: part of who they are, so a change trains again."""

from collections.abc import Mapping
from functools import partial
from typing import Any

from tenprint.fingerprinting.component import component_identity
from tenprint.fingerprinting.engine.config_merging import merged_config
from tenprint.fingerprinting.errors import TrainingError
from tenprint.importers import ImporterContext, Registered, foreign_code
from tenprint.importers.inputs import Inputs, InputState, checked_inputs, input_states

_DIGITS = 32
"""Hexadecimal digits of a digest in an identity, half of all: nobody attacks, and people read it."""


def inputs_of(registered: Registered[type[Any]], options: Mapping[str, Any]) -> Inputs:
    """Ask a component what it reads with these options of its entry.

    Raises:
        TrainingError: It fails to say.
        ProblemsError: Its answer is no `Inputs`.
    """
    provided, owner = registered.provided, f"component {registered.name}"
    with foreign_code(partial(_failure, owner)):
        answer = provided.declared_inputs(merged_config(provided.get_default_config(), options))
    return checked_inputs(answer, owner)


def _failure(owner: str, chain: str) -> TrainingError:
    return TrainingError(f"declared_inputs of the {owner} failed: {chain}", hint="mend its plugin, or leave it out")


def identity_with_inputs(
    registered: Registered[type[Any]], options: Mapping[str, Any], context: ImporterContext, *, version: str | None
) -> str:
    """Identity of a component, followed by each input it declares with the beginning of its digest.

    `version` is that of its code.

    Raises:
        TenprintError: It fails to say what it reads, or that cannot be read.
    """
    identity = component_identity(registered, version)
    declared = inputs_of(registered, options)
    if not declared:
        return identity
    if context.seen is not None:
        context.seen.doubted(f"{registered.name} reads more than the data")
    found = input_states(
        declared,
        owner=f"component {registered.name}",
        project=context.project,
        environment=context.rules.environment,
    )
    return f"{identity} ({', '.join(_described(state) for state in found)})"


def inputs_in(identity: str) -> str:
    """Return what an identity says of inputs; the empty text where the component declares none."""
    return identity.partition(" ")[2]


def _described(state: InputState) -> str:
    digest = "is not there" if state.digest is None else state.digest.hex()[:_DIGITS]
    return f"{state.sort} {state.name} {digest}"
