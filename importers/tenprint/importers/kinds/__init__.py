"""Kinds of data: config, domain, stories and NLU, each a descriptor; and what authors of others need."""

from tenprint.importers.kinds.config import CONFIG, LANGUAGE, UNTRAINED_KEYS, WITHOUT_EPOCHS
from tenprint.importers.kinds.descriptor import (
    Aspect,
    Check,
    ItemKind,
    Kind,
    NamedValue,
    TrainedSection,
    as_it_is,
    whole,
)
from tenprint.importers.kinds.domain import DOMAIN, core_view
from tenprint.importers.kinds.guarding import guarded
from tenprint.importers.kinds.known import BUILT_IN_KEYS, BUILT_IN_KINDS, further_kinds, namespaced_kinds
from tenprint.importers.kinds.nlu import NLU, nlu_view
from tenprint.importers.kinds.renaming import Names, Rename
from tenprint.importers.kinds.stories import BOT_TEXTS, STORIES, TRAINING, USER_TEXTS, nameless, training_digest
from tenprint.importers.merging import Identity
from tenprint.importers.reading import Reader, plain_value

__all__ = (
    "BOT_TEXTS",
    "BUILT_IN_KEYS",
    "BUILT_IN_KINDS",
    "CONFIG",
    "DOMAIN",
    "LANGUAGE",
    "NLU",
    "STORIES",
    "TRAINING",
    "UNTRAINED_KEYS",
    "USER_TEXTS",
    "WITHOUT_EPOCHS",
    "Aspect",
    "Check",
    "Identity",
    "ItemKind",
    "Kind",
    "NamedValue",
    "Names",
    "Reader",
    "Rename",
    "TrainedSection",
    "as_it_is",
    "core_view",
    "further_kinds",
    "guarded",
    "nameless",
    "namespaced_kinds",
    "nlu_view",
    "plain_value",
    "training_digest",
    "whole",
)
