"""Cases E of the engine, and A153 to A156 of Rasa's: keys of executions."""

import importlib
import json
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any, ClassVar

import pytest

from tenprint.fingerprinting import FingerprintError
from tenprint.fingerprinting.engine import (
    GraphComponent,
    NodeKey,
    calculate_fingerprint_key,
    fingerprint_of,
    fingerprints_of,
    node_key,
)
from tenprint.importers import CanonicalFormError


class Adder(GraphComponent):
    VERSION = "1"

    @classmethod
    def create(cls, *_: Any) -> "Adder":
        return cls()

    @staticmethod
    def get_default_config() -> Mapping[str, Any]:
        return {"x": 0, "nested": {"a": 1, "b": {"c": 2, "d": 3}}}


class Other(Adder):
    VERSION = "1"


class Second(Adder):
    VERSION = "2"


class Reader(Adder):
    VERSION = "1"

    @classmethod
    def fingerprint_addon(cls, config: dict[str, Any]) -> str | None:
        return Path(config["file"]).read_text(encoding="utf-8")


class Mode(Adder):
    VERSION = "1"
    READS_MODE: ClassVar[bool] = True


class Packages(Adder):
    VERSION = "1"

    @staticmethod
    def required_packages() -> list[str]:
        return ["yaml", "json", "no_such_package_zz"]


class Standing(Adder):
    """Stands for two others, as what wraps the components of authors does."""

    VERSION = "1"

    @classmethod
    def implemented_by(cls) -> tuple[type, ...]:
        return (Other, Second)


CONFIG: dict[str, Any] = {"x": 1}
INPUTS: dict[str, Any] = {"i": 1, "j": "text"}


def key_of(config: Mapping[str, Any] = CONFIG, inputs: Mapping[str, Any] = INPUTS, uses: type[Any] = Adder) -> str:
    return calculate_fingerprint_key(uses, config, inputs)


def test_e01_the_same_execution_has_the_same_key() -> None:
    assert key_of() == key_of()


test_rasa_a153_the_same_execution_has_the_same_key = test_e01_the_same_execution_has_the_same_key


@pytest.mark.parametrize(
    ("config", "inputs", "uses"),
    [
        (CONFIG, INPUTS, Other),
        (CONFIG, INPUTS, Second),
        ({"x": 2}, INPUTS, Adder),
        ({"x": 1, "unknown": None}, INPUTS, Adder),
        (CONFIG, {"i": 2, "j": "text"}, Adder),
        (CONFIG, {"i": 1}, Adder),
        (CONFIG, {"j": 1, "i": "text"}, Adder),
        (CONFIG, {"i": 1, "k": "text"}, Adder),
    ],
)
def test_e02_another_class_config_or_input_is_another_key(
    config: dict[str, Any], inputs: dict[str, Any], uses: type[Any]
) -> None:
    assert key_of(config, inputs, uses) != key_of()


test_rasa_a154_another_class_config_or_input_is_another_key = test_e02_another_class_config_or_input_is_another_key

MODULE = """
from tenprint.fingerprinting.engine import GraphComponent
def double(n): return n * 2
class Doubler(GraphComponent):
    @classmethod
    def create(cls, *_): return cls()
    def run(self, n): return double(n)
"""


def test_e03_an_edited_class_or_function_it_calls_is_another_key(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    keys = []
    for number, text in enumerate(
        (
            MODULE,
            MODULE + "# a comment\n",
            MODULE.replace("return double(n)", "return double(n) + 1"),
            MODULE.replace("n * 2", "n + n"),
        )
    ):
        name = "e03_doubler"
        (tmp_path / f"{name}.py").write_text(text, encoding="utf-8")
        importlib.invalidate_caches()
        sys.modules.pop(name, None)
        keys.append(key_of({}, {"n": 1}, importlib.import_module(name).Doubler))
        assert len(keys) == number + 1
    sys.modules.pop("e03_doubler", None)
    assert keys[0] == keys[1]
    assert len(set(keys)) == 3


test_rasa_a154_an_edited_class_is_another_key = test_e03_an_edited_class_or_function_it_calls_is_another_key


def test_e04_a_file_that_is_read_beside_the_inputs_is_part_of_the_key(tmp_path: Path) -> None:
    file = tmp_path / "words.txt"
    file.write_text("a", encoding="utf-8")
    before = key_of({"file": str(file)}, uses=Reader)
    assert key_of({"file": str(file)}, uses=Reader) == before
    file.write_text("b", encoding="utf-8")
    assert key_of({"file": str(file)}, uses=Reader) != before


test_rasa_a154_a_file_that_is_read_is_part_of_the_key = (
    test_e04_a_file_that_is_read_beside_the_inputs_is_part_of_the_key
)


@pytest.mark.parametrize(
    ("one", "other"), [(1, "1"), (1, True), (1, 1.0), (None, "None"), ((1,), "(1,)"), ((1,), [1]), ({}, [])]
)
def test_e10_values_that_only_print_alike_have_different_keys(one: Any, other: Any) -> None:
    assert key_of({"x": one}) != key_of({"x": other})
    assert key_of(inputs={"i": one}) != key_of(inputs={"i": other})


def test_e11_the_function_and_the_constructor_are_part_of_the_key() -> None:
    keys = {
        node_key(Adder, CONFIG, {}, constructor_name=constructor, fn=fn).digest
        for constructor in (None, "create", "load")
        for fn in (None, "run", "process")
    }
    assert len(keys) == 9


def test_e13_an_option_that_is_its_default_may_be_left_out() -> None:
    assert key_of({"x": 0}) == key_of({})
    assert key_of({"nested": {"b": {"c": 2}}}) == key_of({})


def test_e14_a_nested_default_is_overridden_in_part() -> None:
    assert key_of({"nested": {"b": {"c": 5}}}) == key_of({"nested": {"a": 1, "b": {"c": 5, "d": 3}}})
    assert key_of({"nested": {"b": {"c": 5}}}) != key_of({})
    assert key_of({"nested": {"a": 1, "b": {"c": 5}}}) == key_of({"nested": {"b": {"c": 5}, "a": 1}})


def test_the_mode_is_part_of_the_key_of_those_that_read_it() -> None:
    assert node_key(Mode, {}, {}, mode="finetune") != node_key(Mode, {}, {})
    assert node_key(Mode, {}, {}, mode="finetune").digest != node_key(Mode, {}, {}, mode="other").digest
    assert node_key(Adder, {}, {}, mode="finetune") == node_key(Adder, {}, {})


def test_packages_that_are_named_are_part_of_the_key() -> None:
    found = node_key(Packages, {}, {}).packages
    assert found["yaml"].startswith("pyyaml ")
    assert found["json"].startswith("python 3.")
    assert found["no_such_package_zz"] == "missing"


def test_a_class_that_stands_for_others_has_their_code() -> None:
    found = node_key(Standing, {}, {})
    assert found.component == f"{__name__}.Standing"
    assert found.code == {f"{__name__}.Other": "version 1", f"{__name__}.Second": "version 2"}


def test_inputs_may_be_fingerprints_and_texts_must_be() -> None:
    assert node_key(Adder, CONFIG, fingerprints_of(INPUTS)).digest == key_of()
    assert node_key(Adder, CONFIG, {"i": 1, "j": fingerprint_of("text")}).digest == key_of()
    with pytest.raises(ValueError, match='input j: "text" is no fingerprint'):
        node_key(Adder, CONFIG, INPUTS)


def test_what_has_no_fingerprint_is_told_by_its_place() -> None:
    with pytest.raises(CanonicalFormError, match=r"config\['x'\]\[0\]"):
        key_of({"x": [object()]})
    with pytest.raises(CanonicalFormError, match=r"^i: "):
        key_of(inputs={"i": object()})


def test_a_key_is_read_as_it_was_written() -> None:
    odd: dict[Any, Any] = {"x": {"deep": [1]}, "empty": {}, 5: "five"}
    found = node_key(Mode, odd, {"i": 1}, fn="run", mode="finetune")
    read = NodeKey.from_json(json.loads(json.dumps(found.to_json())))
    assert (read, read.config_parts, read.digest) == (found, found.config_parts, found.digest)
    shown = {".".join(part.path): part.shown for part in found.config_parts}
    assert shown == {
        "x.deep": "[1]",
        "empty": "{}",
        "5": '"five"',
        "nested.a": "1",
        "nested.b.c": "2",
        "nested.b.d": "3",
    }


def test_two_keys_can_be_compared_part_by_part() -> None:
    one, other = node_key(Adder, {"nested": {"b": {"c": 5}}}, {"i": 1}), node_key(Adder, {}, {"i": 2})
    differing = set(one.config_parts) ^ set(other.config_parts)
    assert {part.path for part in differing} == {("nested", "b", "c")}
    assert (one.code, one.packages) == (other.code, other.packages)
    assert one.inputs != other.inputs


def test_long_and_odd_options_are_shown_in_short() -> None:
    parts = {
        part.path[0]: part.shown
        for part in node_key(Adder, {"a": "x" * 500, "b": Path("p"), "c": [{(1,): 2}]}, {}).config_parts
    }
    assert parts["a"].endswith("x ...")
    assert len(parts["a"]) == 200
    assert (parts["b"], parts["c"]) == ('"<PosixPath>"', "<list>")


DAMAGED: list[Any] = [None, [], "x", 1, {}, {"scheme": 99}]


@pytest.mark.parametrize("document", DAMAGED)
def test_a_damaged_record_of_a_key_is_an_error_of_ours(document: Any) -> None:
    with pytest.raises(FingerprintError, match="a recorded key cannot be read"):
        NodeKey.from_json(document)


@pytest.mark.parametrize("part", sorted(node_key(Adder, {}, {}).to_json()))
@pytest.mark.parametrize("value", [7, [7], {"a": 7}, [[]]])
def test_every_part_of_a_record_is_checked(part: str, value: Any) -> None:
    document = node_key(Adder, {}, {}).to_json()
    with pytest.raises(FingerprintError, match="a recorded key cannot be read"):
        NodeKey.from_json({**document, part: value})
    with pytest.raises(FingerprintError, match="a recorded key cannot be read"):
        NodeKey.from_json({name: each for name, each in document.items() if name != part})
