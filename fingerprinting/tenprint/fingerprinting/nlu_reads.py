"""What components read of the data: each says so, and nobody is given more.

Texts of retrieval responses and literal words of users in dialogues have keys of their own in the fingerprint. They
make NLU due only where a component of the pipeline learns from them. All else counts within a section: an edited
synonym is no reason to train what reads no synonyms. A component that is not there cannot be asked, so it may read
everything; so may one that stands in the wrong list, which is an error of its own.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from typing import Any

from tenprint.fingerprinting.component import CORE_DATA, NLU_DATA, Components, NluComponent, Policy
from tenprint.fingerprinting.engine.config_merging import merged_config
from tenprint.fingerprinting.errors import TrainingError
from tenprint.fingerprinting.sections import NLU, Section
from tenprint.fingerprinting.trainer import component_entries
from tenprint.importers import Registered
from tenprint.importers.data import NluData

RETRIEVAL_RESPONSES = "retrieval-responses"
STORY_MESSAGES = "story-messages"
TEXTS = "texts"
INTENTS = "intents"
EXAMPLES = "examples"
TOKENS = "tokens"
FEATURES = "features"

PREPARED = frozenset({TOKENS, FEATURES})
"""What earlier components of the pipeline make of the texts."""

READABLE = frozenset({RETRIEVAL_RESPONSES, STORY_MESSAGES})
"""Keys of the fingerprint that only components which say so are trained on."""

NLU_READABLE = NLU_DATA | READABLE | PREPARED | {TEXTS, INTENTS}
"""All that `reads` of an NLU component may name."""


def keys_read(config: Mapping[str, Any], components: Components) -> frozenset[str]:
    """Join what the entries of `pipeline` read, as far as the fingerprint has keys for it alone.

    Raises:
        TrainingError: A component fails to say what it reads.
    """
    entries = component_entries(config, "nlu")
    read = frozenset[str]().union(*(component_reads(entry.name, entry.options, components) for entry in entries))
    return read & READABLE


def component_reads(name: str, options: Mapping[str, Any], components: Components) -> frozenset[str]:
    """Ask one NLU component, with its defaults filled in.

    Raises:
        TrainingError: It fails to answer, or names what nobody can read.
    """
    return _asked(name, options, components.get(name), NluComponent, NLU_READABLE)


def policy_reads(name: str, options: Mapping[str, Any], components: Components) -> frozenset[str]:
    """Ask one policy, with its defaults filled in.

    Raises:
        TrainingError: It fails to answer, or names what nobody can read.
    """
    return _asked(name, options, components.get(name), Policy, CORE_DATA)


def _asked(
    name: str,
    options: Mapping[str, Any],
    registered: Registered[type[Any]] | None,
    kind: type[Any],
    readable: frozenset[str],
) -> frozenset[str]:
    reads = None if registered is None else getattr(registered.provided, "reads", None)
    if registered is None or reads is None or not issubclass(registered.provided, kind):
        return readable
    try:
        answer = frozenset(reads(merged_config(registered.provided.get_default_config(), options)))
    except Exception as error:  # foreign code may raise anything
        raise TrainingError(f"`{name}` failed to say what it reads: {type(error).__name__}: {error}") from error
    if not answer <= readable:
        odd = ", ".join(sorted(map(repr, answer - readable)))
        *others, last = sorted(readable)
        raise TrainingError(
            f"`{name}` says that it reads {odd}", hint=f"`reads` may name {', '.join(others)} and {last}"
        )
    return answer


def narrowed(sections: Iterable[Section], read: Collection[str]) -> tuple[Section, ...]:
    """Leave the keys out of the section NLU that no component of the pipeline reads."""
    unread = READABLE.difference(read)
    return tuple(
        Section(name, tuple(key for key in keys if name != NLU.name or key not in unread)) for name, keys in sections
    )


def with_readable(nlu: NluData, read: Collection[str]) -> NluData:
    """Leave out what no component of the pipeline reads of that which has a key of its own."""
    return replace(
        nlu,
        responses=nlu.responses if RETRIEVAL_RESPONSES in read else (),
        messages=nlu.messages if STORY_MESSAGES in read else (),
    )
