"""Who imports a URL: plugins are asked one after the other, and imported only then; the first that knows it answers."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from tenprint.importers import ConfigurationError, foreign_code
from tenprint.plugins.asking import Owner

URL_HOOK = "tenprint_source_for_url"

_PAIR = 2


@dataclass(frozen=True, slots=True)
class UrlOpener:
    """One plugin that may know a URL; `find` imports it."""

    owner: Owner
    find: Callable[[], Callable[..., Any]]


class UrlOpeners:
    """Asks all of them in their order."""

    def __init__(self, openers: Sequence[UrlOpener] = ()) -> None:
        self._openers = tuple(openers)

    def __call__(self, url: str) -> tuple[str, Mapping[str, Any]] | None:
        """Return the name of an importer and its options; None for a URL that nobody knows.

        Raises:
            ConfigurationError: A plugin cannot be loaded, fails, or answers something else.
        """
        for opener in self._openers:
            answer = self._asked(opener, url)
            if answer is not None:
                return answer
        return None

    def _asked(self, opener: UrlOpener, url: str) -> tuple[str, Mapping[str, Any]] | None:
        function = opener.find()
        with foreign_code(lambda chain: _failed(opener.owner, chain)):
            answer = function(url=url)
        if answer is None:
            return None
        if not (isinstance(answer, tuple) and len(answer) == _PAIR):
            raise _failed(opener.owner, f"it returned {type(answer).__name__}, not a name and options")
        name, options = answer
        if not (isinstance(name, str) and name and isinstance(options, Mapping)):
            raise _failed(opener.owner, "it returned something else than a name and options")
        return name, options


def _failed(owner: Owner, why: str) -> ConfigurationError:
    return ConfigurationError(
        f"plugin {owner.plugin!r} failed in {URL_HOOK}: {why}", hint=f"upgrade or uninstall {owner.distribution}"
    )
