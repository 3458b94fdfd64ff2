"""Cases A of the engine: schemas and how they are written. The names of the tests are those of the cases."""

import json
from copy import deepcopy
from typing import Any, ClassVar

import pytest
import yaml

from tenprint.fingerprinting.engine import (
    GraphSchema,
    GraphSchemaError,
    Resource,
    SchemaNode,
    class_name,
    known_classes,
)


class Reader:
    """A class without a name of its own."""


class Trainer:
    NAME: ClassVar[str] = "Trainer"


class Heir(Trainer):
    """Inherits a name, which is that of its parent."""


def node(*needs: str, uses: type[Any] = Reader, **options: Any) -> SchemaNode:
    settings: dict[str, Any] = {"constructor_name": "create", "fn": "run", "config": {}, **options}
    return SchemaNode({f"p{number}": name for number, name in enumerate(needs)}, uses, **settings)


def two_nodes() -> GraphSchema:
    train = node("__importer__", uses=Trainer, config={"a": {"b": [1, None, "x"]}, "c": 1.5}, is_target=True)
    load = node("train", is_input=True, eager=True, resource=Resource("nlu/0-Words", "sha256:" + "0" * 64))
    return GraphSchema({"train": train, "load": load})


KNOWN = known_classes(Reader, Trainer)


def test_a01_a_schema_written_as_yaml_is_restored() -> None:
    schema = two_nodes()
    for written in (yaml.safe_load(yaml.safe_dump(schema.as_dict())), json.loads(json.dumps(schema.as_dict()))):
        restored = GraphSchema.from_dict(written, KNOWN)
        assert restored == schema
        assert restored.nodes["load"].resource == schema.nodes["load"].resource
        assert restored.nodes["load"].resource is not None
        assert restored.nodes["load"].resource.output_fingerprint == "sha256:" + "0" * 64


def test_a01_classes_are_written_by_name_or_path_and_all_keys_are_there() -> None:
    document = two_nodes().as_dict()
    assert [each["uses"] for each in document["nodes"].values()] == ["Trainer", f"{__name__}.Reader"]
    keys = ["needs", "uses", "constructor_name", "fn", "config", "eager", "is_target", "is_input", "resource"]
    assert [list(each) for each in document["nodes"].values()] == [keys, keys]


def test_what_is_written_and_what_is_restored_share_nothing() -> None:
    schema = two_nodes()
    document = schema.as_dict()
    before = deepcopy(document)
    restored = GraphSchema.from_dict(document, KNOWN)
    assert document == before
    document["nodes"]["train"]["config"]["a"]["b"].append(1)
    document["nodes"]["train"]["needs"]["p0"] = "other"
    assert schema == restored == two_nodes()


def test_a_name_that_is_inherited_is_not_that_of_the_heir() -> None:
    assert class_name(Heir) == f"{__name__}.Heir"
    with pytest.raises(GraphSchemaError, match="two classes are called `Trainer`"):
        known_classes(Trainer, type("Other", (), {"NAME": "Trainer"}))


def test_a02_a_class_that_is_not_known_is_an_error_and_nothing_is_imported() -> None:
    document = two_nodes().as_dict()
    document["nodes"]["load"]["uses"] = "antigravity.Reader"
    with pytest.raises(GraphSchemaError, match=r"load: no class is known as 'antigravity\.Reader'"):
        GraphSchema.from_dict(document, KNOWN)


def test_a02_a_class_of_nearly_that_name_is_offered() -> None:
    document = two_nodes().as_dict()
    document["nodes"]["train"]["uses"] = "Trianer"
    with pytest.raises(GraphSchemaError, match="did you mean 'Trainer'"):
        GraphSchema.from_dict(document, KNOWN)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"uses": None}, r"load: no class is known as None"),
        ({"needs": ["train"]}, "load: `needs` is no mapping"),
        ({"needs": {"a": 1}}, "load: `needs` is no mapping"),
        ({"fn": 1}, "load: `fn` is no text"),
        ({"eager": 1}, "load: `eager` is neither true nor false"),
        ({"config": None}, "load: `config` is no mapping"),
        ({"config": []}, "load: `config` is no mapping"),
        ({"resource": "x"}, "load: `resource` is neither null nor"),
        ({"resource": {"name": "../x", "output_fingerprint": None}}, "load: `resource` is neither null nor"),
        ({"resource": {"name": "x"}}, "load: `resource` is neither null nor"),
        ({"resource": {"name": "x", "output_fingerprint": 1}}, "load: `resource` is neither null nor"),
        ({"further": 1}, "load: unknown: 'further'"),
    ],
)
def test_a02_whatever_is_wrong_with_a_node_is_told(change: dict[str, Any], message: str) -> None:
    document = two_nodes().as_dict()
    document["nodes"]["load"].update(change)
    with pytest.raises(GraphSchemaError, match=message):
        GraphSchema.from_dict(document, KNOWN)


def test_a02_all_that_is_wrong_is_told_at_once() -> None:
    document: dict[str, Any] = {"nodes": {"a": {}, "b": None, 3: {}}}
    with pytest.raises(GraphSchemaError) as refused:
        GraphSchema.from_dict(document, KNOWN)
    assert [line.strip().partition(":")[0] for line in str(refused.value).splitlines()[1:]] == ["a", "'b'", "3"]
    odd: Any
    for odd in ({}, {"nodes": []}, None, []):
        with pytest.raises(GraphSchemaError, match="a mapping with `nodes`"):
            GraphSchema.from_dict(odd, KNOWN)


def nine_nodes() -> GraphSchema:
    """Two targets; one chain ends in a placeholder nobody declares; some nodes are needed by nobody."""
    return GraphSchema(
        {
            "read": node("__anything__"),
            "alone": node(),
            "split": node("read"),
            "train": node("split", is_target=True),
            "above": node(),
            "second": node("above", "split"),
            "last": node("second", is_target=True),
            "after": node("last"),
            "beside": node("read"),
        }
    )


def test_a03_what_targets_need_remains() -> None:
    minimal = nine_nodes().minimal_graph_schema()
    assert list(minimal.nodes) == ["read", "split", "train", "above", "second", "last"]


def test_a03_nodes_are_shared_and_the_schema_is_as_it_was() -> None:
    schema = nine_nodes()
    minimal = schema.minimal_graph_schema()
    assert all(minimal.nodes[name] is schema.nodes[name] for name in minimal.nodes)
    assert schema == nine_nodes()
    assert minimal.minimal_graph_schema() == minimal


def test_a04_one_target_alone() -> None:
    schema = nine_nodes()
    assert list(schema.minimal_graph_schema(["train"]).nodes) == ["read", "split", "train"]
    assert list(schema.minimal_graph_schema(["beside", "alone"]).nodes) == ["read", "alone", "beside"]
    # Of a name that is no node nothing is needed, and no names at all are those of the schema.
    assert list(schema.minimal_graph_schema(["__anything__", "alone"]).nodes) == ["alone"]
    assert schema.minimal_graph_schema([]) == schema.minimal_graph_schema()


def test_a05_target_names_are_in_order() -> None:
    assert nine_nodes().target_names == ["train", "last"]
    assert GraphSchema().target_names == []
    assert GraphSchema().minimal_graph_schema() == GraphSchema()


def diamonds(levels: int) -> GraphSchema:
    nodes = {"n0": node()}
    for level in range(levels):
        nodes |= {f"a{level}": node(f"n{level}"), f"b{level}": node(f"n{level}")}
        nodes[f"n{level + 1}"] = node(f"a{level}", f"b{level}", is_target=level == levels - 1)
    return GraphSchema(nodes)


class Asked(dict[str, str]):
    """Needs of a node that count how often a walk looks at them."""

    times = 0

    def values(self) -> Any:
        self.times += 1
        return super().values()


def test_a06_in_diamonds_upon_diamonds_each_node_is_looked_at_once() -> None:
    schema = diamonds(40)
    asked = [Asked(each.needs) for each in schema.nodes.values()]
    for each, needs in zip(schema.nodes.values(), asked, strict=True):
        each.needs = needs
    # Path by path it would take days.
    assert len(schema.minimal_graph_schema().nodes) == 121
    assert {needs.times for needs in asked} == {1}


def test_a06_a_long_chain_and_a_cycle_need_no_deep_stack() -> None:
    chain = GraphSchema({f"n{number}": node(f"n{number + 1}", is_target=number == 0) for number in range(50_000)})
    assert len(chain.minimal_graph_schema().nodes) == 50_000
    cycle = GraphSchema({"a": node("b", is_target=True), "b": node("a"), "c": node("c")})
    assert list(cycle.minimal_graph_schema().nodes) == ["a", "b"]
