"""Kinds of data: config, domain, stories and NLU, each a descriptor."""

from tenprint.importers.kinds.config import CONFIG, WITHOUT_EPOCHS
from tenprint.importers.kinds.descriptor import Aspect, ItemKind, Kind, NamedValue, as_it_is, whole
from tenprint.importers.kinds.domain import DOMAIN, core_view
from tenprint.importers.kinds.nlu import NLU, nlu_view
from tenprint.importers.kinds.renaming import Names, Rename
from tenprint.importers.kinds.stories import BOT_TEXTS, STORIES, TRAINING, USER_TEXTS, nameless, training_digest

BUILT_IN_KINDS = (CONFIG, DOMAIN, NLU, STORIES)

__all__ = (
    "BOT_TEXTS",
    "BUILT_IN_KINDS",
    "CONFIG",
    "DOMAIN",
    "NLU",
    "STORIES",
    "TRAINING",
    "USER_TEXTS",
    "WITHOUT_EPOCHS",
    "Aspect",
    "ItemKind",
    "Kind",
    "NamedValue",
    "Names",
    "Rename",
    "as_it_is",
    "core_view",
    "nameless",
    "nlu_view",
    "training_digest",
    "whole",
)
