"""Kinds of plugins are foreign code: whatever their functions raise comes out as an error that names the kind.

A file that a kind fails on is a problem of its own, at that file, so that all others are still read.
"""

from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import ParamSpec, TypeVar

from tenprint.importers.errors import ConfigurationError, ProblemsError, TenprintError
from tenprint.importers.foreign import foreign_code
from tenprint.importers.kinds.descriptor import ItemKind, Kind
from tenprint.importers.problem import Problem
from tenprint.importers.reading import Reader

P = ParamSpec("P")
T = TypeVar("T")


def guarded(kind: Kind, provider: str) -> Kind:
    """Return the same kind with a guard around each of its functions; `provider` is the distribution it comes from."""
    guard = _Guard(kind.name, provider)
    return replace(
        kind,
        item_kinds=tuple(_guarded_item(item_kind, guard) for item_kind in kind.item_kinds),
        read=guard.reading(kind.read),
        take_apart=guard.listing("take_apart", kind.take_apart),
        put_together=guard.around("put_together", kind.put_together),
        write=None if kind.write is None else guard.around("write", kind.write),
        check=None if kind.check is None else guard.listing("check", kind.check),
        provider=provider,
    )


def _guarded_item(item_kind: ItemKind, guard: "_Guard") -> ItemKind:
    rename, name_in, path_of, fault = item_kind.rename, item_kind.name_in, item_kind.path_of, item_kind.fault
    return replace(
        item_kind,
        itemise=guard.around("itemise", item_kind.itemise),
        rename=None if rename is None else guard.around("rename", rename),
        name_in=None if name_in is None else guard.around("name_in", name_in),
        path_of=None if path_of is None else guard.around("path_of", path_of),
        fault=None if fault is None else guard.around("fault", fault),
    )


class _Guard:
    """Goes around the functions of one kind, and says whose they are."""

    def __init__(self, kind: str, provider: str) -> None:
        self._kind = kind
        self._provider = provider
        self._hint = f"upgrade or uninstall {provider}"

    def around(self, name: str, function: Callable[P, T]) -> Callable[P, T]:
        def guarded_function(*arguments: P.args, **named: P.kwargs) -> T:
            with foreign_code(lambda chain: ConfigurationError(self._failed(name, chain), hint=self._hint)):
                return function(*arguments, **named)

        return guarded_function

    def listing(self, name: str, function: Callable[P, Iterable[T]]) -> Callable[P, Iterable[T]]:
        """Guard a function whose answer may be made while it is looked at."""

        def complete(*arguments: P.args, **named: P.kwargs) -> Iterable[T]:
            return tuple(function(*arguments, **named))

        return self.around(name, complete)

    def reading(self, read: Callable[[Reader], None]) -> Callable[[Reader], None]:
        def guarded_read(reader: Reader) -> None:
            place = reader.document.id.at(1, 1)

            def failed(chain: str) -> TenprintError:
                return ProblemsError([Problem("kind-failed", self._failed("read", chain), place, self._hint)])

            with foreign_code(failed):
                read(reader)

        return guarded_read

    def _failed(self, function: str, chain: str) -> str:
        return f"the kind {self._kind!r} of {self._provider} failed in `{function}`: {chain}"
