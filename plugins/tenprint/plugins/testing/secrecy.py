"""Properties of an importer that is given secrets: nobody can read them anywhere."""

import logging
import traceback
from collections.abc import Iterable, Mapping
from dataclasses import fields, is_dataclass
from pathlib import Path
from typing import Any

import pytest

from tenprint.importers import ReadingRules, RemoteImporter
from tenprint.plugins.testing.importer_kit import ImporterKit
from tenprint.plugins.testing.pictures import picture_of


class Secrecy(ImporterKit):
    """Properties of an importer that is given secrets, as `SECRETS` names them."""

    def test_a_secret_is_not_in_the_text_of_an_importer(self) -> None:
        """Neither `repr` nor `str` of an importer, before and after its use, shows a secret."""
        self._needles()
        importer = self.importer()
        before = f"{importer!r} {importer!s}"
        self.run(lambda: self.work(importer))
        self._free_of_secrets(f"{before} {importer!r} {importer!s}", "the text of the importer")

    def test_a_secret_is_not_kept(self) -> None:
        """What an importer is made of holds no secret after its use, so nothing can print, pickle or store it."""
        self._needles()
        importer = self.importer()
        self.run(lambda: self.work(importer))
        self._free_of_secrets("\n".join(_texts(vars(importer))), "an attribute of the importer")

    def test_a_secret_is_not_in_the_data(self) -> None:
        """Items, documents, revisions and problems of a snapshot hold no secret."""
        self._needles()
        snapshot = self.snapshot(self.importer())
        shown = "\n".join([*picture_of(snapshot), *_texts(snapshot)])
        self._free_of_secrets(shown, "the snapshot")

    def test_a_secret_is_not_in_a_log(self) -> None:
        """At no level a secret is logged."""
        self._needles()
        heard = _Heard()
        root = logging.getLogger()
        level = root.level
        root.addHandler(heard)
        root.setLevel(logging.DEBUG)
        try:
            self.run(lambda: self.work(self.importer()))
        finally:
            root.removeHandler(heard)
            root.setLevel(level)
        self._free_of_secrets("\n".join(heard.lines), "a message of the log")

    def test_a_secret_is_not_in_an_error(self) -> None:
        """Errors hold no secret, nor do those they come from."""
        self._needles()
        self.written()
        self.remove_source(self.project)
        try:
            self.run(lambda: self.work(self.importer()))
        except Exception as error:  # noqa: BLE001 - whatever it is, it must not tell
            self._free_of_secrets("".join(traceback.format_exception(error)), "the error of a missing source")

    def test_a_secret_is_not_in_the_lock(self) -> None:
        """What identifies a remote source, which stands in tenprint.lock, holds no secret."""
        self._needles()
        importer = self.importer()
        if not isinstance(importer, RemoteImporter):
            pytest.skip("only remote sources are locked")
        self._free_of_secrets("\n".join(_texts(importer.identity())), "the identity of the source")

    def _needles(self) -> Mapping[str, str]:
        if not self.SECRETS:
            pytest.skip("set SECRETS to variables that the options name as secrets")
        return self.SECRETS

    def _free_of_secrets(self, text: str, where: str) -> None:
        for name, value in self.SECRETS.items():
            if value in text:
                advice = "reveal it where the request is made, and keep it nowhere"
                self.fail(f"{where} shows the secret {name}", advice)


class _Heard(logging.Handler):
    """Keeps the messages of a log."""

    def __init__(self) -> None:
        super().__init__(logging.DEBUG)
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(f"{record.getMessage()} {record.exc_text or ''}")


def _texts(value: Any, seen: frozenset[int] = frozenset()) -> Iterable[str]:
    """All texts a value leads to, but for the environment of its context, where secrets come from."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, bytes):
        yield value.decode("utf-8", "replace")
    elif id(value) not in seen:
        for part in _parts(value):
            yield from _texts(part, seen | {id(value)})


def _parts(value: Any) -> Iterable[Any]:
    if isinstance(value, Mapping):
        return [*value.keys(), *value.values()]
    if isinstance(value, (list, tuple, set, frozenset)):
        return value
    if isinstance(value, ReadingRules):
        return ()
    if is_dataclass(value):
        return [getattr(value, field.name) for field in fields(value)]
    return [] if isinstance(value, (type, Path)) else list(getattr(value, "__dict__", {}).values())
