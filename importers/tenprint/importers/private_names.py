"""Private names of base classes: an author who takes one by chance would change what the base class does."""

from collections.abc import Iterable

from tenprint.importers.errors import ConfigurationError

_OURS = "tenprint."


def check_private_names(made: type, attributes: Iterable[str] = ()) -> None:
    """Refuse a class of a plugin that defines a private name its base classes of ours use themselves.

    Args:
        made: The class.
        attributes: Private names that the base classes give to their objects.

    Raises:
        ConfigurationError: It takes such names; all of them are told.
    """
    if _is_ours(made):
        return
    bases = [base for base in made.__mro__[1:] if _is_ours(base)]
    used = {name for base in bases for name in vars(base)} | set(attributes)
    taken = sorted(name for name in vars(made) if _is_private(name) and name in used)
    if taken:
        raise ConfigurationError(
            f"the class {made.__qualname__} defines {', '.join(taken)}, which its base class needs for itself",
            hint="give it another name",
        )


def _is_private(name: str) -> bool:
    return name.startswith("_") and not name.startswith(("__", "_abc_"))


def _is_ours(made: type) -> bool:
    return made.__module__.startswith(_OURS)
