"""Provided: names to classes, each imported when it is asked for."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Generic, TypeVar

from tenprint.importers import ConfigurationError, Registered, foreign_code
from tenprint.plugins.asking import Owner, Section
from tenprint.plugins.declared import Declared
from tenprint.plugins.targets import loaded

T = TypeVar("T")


class Provided(Mapping[str, Registered[T]], Generic[T]):
    """What all plugins provide of one kind. Names and owners are known; a class is imported with its first use.

    Asking for a name that only a plugin has which is left out raises a `ConfigurationError` that says so.
    """

    def __init__(
        self,
        section: Section,
        entries: Mapping[str, tuple[Declared, Owner]],
        left_out: Mapping[str, str],
        *,
        on_missing: Callable[[], None] = lambda: None,
    ) -> None:
        self._section = section
        self._entries = entries
        self._left_out = left_out
        self._on_missing = on_missing

    def __getitem__(self, name: str) -> Registered[T]:
        if name not in self._entries and name in self._left_out:
            raise ConfigurationError(
                f"there is no {self._section.thing} {name!r}: {self._left_out[name]}",
                hint="let the plugin in again, or name another one",
            )
        declared, owner = self._entries[name]
        return Registered(name, self._imported(declared, owner), owner.distribution, owner.version)

    def __contains__(self, name: object) -> bool:
        return name in self._entries

    def __iter__(self) -> Iterator[str]:
        return iter(self._entries)

    def __len__(self) -> int:
        return len(self._entries)

    def owner(self, name: str) -> Owner:
        return self._entries[name][1]

    def _imported(self, declared: Declared, owner: Owner) -> Any:
        if not isinstance(declared.target, str):
            return declared.target
        with foreign_code(lambda chain: self._unloadable(declared, owner, chain)):
            found = loaded(declared.target)
        if not (isinstance(found, type) and issubclass(found, self._section.bases())):
            raise self._unloadable(declared, owner, f"{declared.target} is not {self._section.what}")
        return found

    def _unloadable(self, declared: Declared, owner: Owner, why: str) -> ConfigurationError:
        self._on_missing()
        return ConfigurationError(
            f"{declared.name!r} of the plugin {owner.plugin!r} cannot be loaded: {why}",
            hint=f"mend, reinstall or uninstall {owner.distribution}",
        )


def same(one: Declared, other: Declared) -> bool:
    """Tell whether two declarations are of one class; it is imported only where the targets differ in writing."""
    if one.target == other.target:
        return True
    try:
        return _class_of(one) is _class_of(other)
    except Exception:  # noqa: BLE001 - what cannot be imported is nobody's class; that is told when it is used
        return False


def _class_of(declared: Declared) -> Any:
    return loaded(declared.target) if isinstance(declared.target, str) else declared.target
