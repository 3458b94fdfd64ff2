"""A secret cannot be printed, stored, digested or pickled, and errors repeat nothing of it."""

import copy
import json
import logging
import pickle
import traceback
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import pytest

from tenprint.importers import CanonicalFormError, Secret, SecretError, canonical_digest

CANARY = "canary-3f9a1c77d0"
ENVIRONMENT = {"GIT_TOKEN": CANARY}


def whole_story(error: BaseException) -> str:
    """Everything a log could hold of an error: its text, its chain, and what those errors carry."""
    told = "".join(traceback.TracebackException.from_exception(error, capture_locals=False).format())
    seen: BaseException | None = error
    while seen is not None:
        told += repr(seen) + repr(seen.__dict__) + repr(seen.args)
        seen = seen.__cause__ or seen.__context__
    return told


def test_it_is_read_where_it_is_used(tmp_path: Path) -> None:
    (tmp_path / "token").write_text(f"{CANARY}\n", encoding="utf-8")
    (tmp_path / "netrc").write_text(f"machine git.example.org login me password {CANARY}\n", encoding="utf-8")
    environment = {**ENVIRONMENT, "NETRC": str(tmp_path / "netrc"), "HOME": str(tmp_path)}
    for reference in (
        {"env": "GIT_TOKEN"},
        {"file": "token"},
        {"file": str(tmp_path / "token")},
        {"file": "~/token"},
        {"netrc": "git.example.org"},
    ):
        assert Secret(reference).reveal(environment, tmp_path) == CANARY
    assert Secret({"netrc": "git.example.org"}).reveal_login(environment) == "me"
    assert Secret({"env": "GIT_TOKEN"}).reveal_login(environment) is None


def test_netrc_of_the_home_folder_is_read_and_its_default_entry_is_not(tmp_path: Path) -> None:
    (tmp_path / ".netrc").write_text(f"machine a password {CANARY}\ndefault password other\n", encoding="utf-8")
    environment = {"HOME": str(tmp_path)}
    assert Secret({"netrc": "a"}).reveal(environment, tmp_path) == CANARY
    assert Secret({"netrc": "a"}).reveal_login(environment) is None
    with pytest.raises(SecretError, match="no entry for the host b"):
        Secret({"netrc": "b"}).reveal(environment, tmp_path)


def test_it_shows_its_reference_everywhere(caplog: pytest.LogCaptureFixture) -> None:
    secret = Secret({"env": "GIT_TOKEN"})
    assert secret.reveal(ENVIRONMENT, Path()) == CANARY
    assert secret.name == "env:GIT_TOKEN"
    with caplog.at_level(logging.INFO):
        logging.getLogger("test").info("with %s and %r", secret, [secret])
    for shown in (repr(secret), str(secret), f"{secret}", f"{secret!r:>40}", f"{[secret]}", caplog.text):
        assert CANARY not in shown
        assert "env:GIT_TOKEN" in shown


def test_two_are_equal_when_their_references_are() -> None:
    one, same, other = Secret({"env": "A"}), Secret({"env": "A"}), Secret({"file": "A"})
    assert one == same
    assert hash(one) == hash(same)
    assert one != other
    assert one != "env:A"
    assert copy.copy(one) is one
    assert copy.deepcopy([one])[0] is one


@dataclass(frozen=True, slots=True)
class Options:
    token: Secret


def test_it_is_neither_pickled_nor_digested_nor_written_as_json() -> None:
    secret = Secret({"env": "GIT_TOKEN"})
    refusals: list[tuple[type[Exception], Callable[[], object]]] = [
        (TypeError, lambda: pickle.dumps(secret)),
        (TypeError, lambda: pickle.dumps(Options(secret))),
        (TypeError, lambda: json.dumps({"token": secret})),
        (TypeError, lambda: json.dumps(asdict(Options(secret)))),
        (CanonicalFormError, lambda: canonical_digest({"token": secret})),
    ]
    for kind, attempt in refusals:
        with pytest.raises(kind) as refused:
            attempt()
        assert CANARY not in whole_story(refused.value)


def test_it_cannot_be_changed() -> None:
    secret = Secret({"env": "A"})
    with pytest.raises(AttributeError):
        secret._place = "B"
    with pytest.raises(AttributeError):
        del secret._place
    assert not hasattr(secret, "__dict__")


@pytest.mark.parametrize(
    "reference",
    [
        CANARY,
        None,
        7,
        [CANARY],
        {},
        {"env": "A", "file": CANARY},
        {"env": CANARY},
        {"env": f"A{CANARY}"},
        {"env": ""},
        {"file": ""},
        {"file": f"{CANARY}\n"},
        {"netrc": f"{CANARY}/x"},
        {"token": CANARY},
        {"env": [CANARY]},
    ],
)
def test_what_is_no_reference_is_refused_and_not_repeated(reference: Any) -> None:
    with pytest.raises(ValueError, match=r"secret|followed by") as refused:
        Secret(reference)
    assert CANARY not in whole_story(refused.value)


@pytest.mark.parametrize(
    ("reference", "environment", "told"),
    [
        ({"env": "A"}, {}, "variable A is not set"),
        ({"env": "A"}, {"A": ""}, "env:A is empty"),
        ({"env": "A"}, {"A": f"{CANARY}\r\nX-Evil: 1"}, "control characters"),
        ({"file": "missing"}, {}, "file:missing: No such file"),
        ({"file": "."}, {}, "no plain file"),
        ({"file": "bytes"}, {}, "no UTF-8 text"),
        ({"file": "lines"}, {}, "control characters"),
        ({"file": "large"}, {}, "too large"),
        ({"file": "empty"}, {}, "file:empty is empty"),
        ({"netrc": "h"}, {}, "no netrc file"),
        ({"netrc": "h"}, {"HOME": "/nowhere"}, "No such file"),
        ({"netrc": "h"}, {"NETRC": "wrong"}, "line 1 cannot be understood"),
        ({"netrc": "h"}, {"NETRC": "bytes"}, "for the secret netrc:h"),
    ],
)
def test_a_value_that_cannot_be_used_is_told_without_it(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    reference: Mapping[str, str],
    environment: Mapping[str, str],
    told: str,
) -> None:
    files = {
        "bytes": CANARY.encode() + b"\xff",
        "lines": f"{CANARY}\nsecond".encode(),
        "large": CANARY.encode() * 10_000,
        "empty": b"\n",
        "wrong": f"{CANARY} {CANARY}".encode(),
    }
    for name, content in files.items():
        (tmp_path / name).write_bytes(content)
    monkeypatch.chdir(tmp_path)
    with pytest.raises(SecretError, match=told) as failed:
        Secret(reference).reveal(environment, tmp_path)
    assert CANARY not in whole_story(failed.value)
    assert failed.value.problems[0].code == "secret"


def test_a_value_in_place_of_a_name_is_not_repeated() -> None:
    # `{env: ${KEY}}`: what looks like a name may be the value itself.
    value = f"AKIA{7 * 7}"
    with pytest.raises(SecretError, match="in place of a name") as failed:
        Secret({"env": value}).reveal({"KEY": value}, Path())
    assert value not in whole_story(failed.value)
