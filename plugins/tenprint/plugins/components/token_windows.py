"""The option `features` of what looks at a token and its neighbours: names of looks, for each place around it. Pure."""

from collections.abc import Iterable, Mapping

from tenprint.fingerprinting import Json
from tenprint.plugins.components.json_text import compact

NO_PARTS_OF_SPEECH: Mapping[str, str] = dict.fromkeys(("pos", "pos2"), "no tokenizer here knows parts of speech")


def listed_looks_objections(window: Json, looks: Iterable[str], unavailable: Mapping[str, str]) -> tuple[str, ...]:
    """Say what is wrong with the names of looks.

    Args:
        window: What was configured.
        looks: Names there are.
        unavailable: Names that others have -> why there are none of them here.
    """
    lists = isinstance(window, list) and all(isinstance(names, list) for names in window)
    if not lists or len(window) % 2 == 0:
        wanted = "an odd number of lists: the token stands in the middle, its neighbours before and after it"
        return (f"option `features` must be {wanted}, not {compact(window)}",)
    names = [name for names in window for name in names]
    missed = [name for name in unavailable if name in names]
    if missed:
        return tuple(f"option `features` names `{name}`: {unavailable[name]}; leave it out" for name in missed)
    known = sorted(looks)
    unknown = sorted({compact(name) for name in names if name not in known})
    if unknown:
        return (f"option `features` names {', '.join(unknown)}, and there are {', '.join(known)}",)
    return ()
