"""Kinds of data: config, domain, stories and NLU, each a descriptor; and what authors of others need."""

from typing import TYPE_CHECKING

from tenprint.importers.lazy import lazy_door

if TYPE_CHECKING:
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

_HOMES = {
    "BOT_TEXTS": "stories",
    "BUILT_IN_KEYS": "known",
    "BUILT_IN_KINDS": "known",
    "CONFIG": "config",
    "DOMAIN": "domain",
    "LANGUAGE": "config",
    "NLU": "nlu",
    "STORIES": "stories",
    "TRAINING": "stories",
    "UNTRAINED_KEYS": "config",
    "USER_TEXTS": "stories",
    "WITHOUT_EPOCHS": "config",
    "Aspect": "descriptor",
    "Check": "descriptor",
    "Identity": ".merging",
    "ItemKind": "descriptor",
    "Kind": "descriptor",
    "NamedValue": "descriptor",
    "Names": "renaming",
    "Reader": ".reading",
    "Rename": "renaming",
    "TrainedSection": "descriptor",
    "as_it_is": "descriptor",
    "core_view": "domain",
    "further_kinds": "known",
    "guarded": "guarding",
    "nameless": "stories",
    "namespaced_kinds": "known",
    "nlu_view": "nlu",
    "plain_value": ".reading",
    "training_digest": "stories",
    "whole": "descriptor",
}
__getattr__ = lazy_door(__name__, _HOMES)

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
