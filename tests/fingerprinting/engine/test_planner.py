"""Plans of small graphs: verdicts and reasons, before a run and while it goes on."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import pytest

from tenprint.fingerprinting.engine import (
    GraphComponent,
    GraphPlan,
    GraphRunError,
    GraphSchema,
    NodeKey,
    Record,
    SchemaNode,
    node_key,
    plan_graph,
)


class Plain(GraphComponent):
    """Nothing of it is run."""

    VERSION = "1"
    READS_MODE = True

    @classmethod
    def create(cls, *arguments: Any, **named: Any) -> "Plain":
        del arguments, named
        return cls()

    @staticmethod
    def get_default_config() -> Mapping[str, Any]:
        return {"size": {"min": 1, "max": 2}}


class Newer(Plain):
    VERSION = "2"


def fp(text: str) -> str:
    """Fingerprint of a value that is known by a text."""
    return f"sha256:{text.encode().hex():0>64}"


def node(uses: type[GraphComponent] = Plain, *, config: Mapping[str, Any] | None = None, **needs: str) -> SchemaNode:
    return SchemaNode(needs, uses, "create", "run", dict(config or {}))


def source() -> SchemaNode:
    return SchemaNode({}, Plain, "create", "run", {}, is_input=True)


def target(uses: type[GraphComponent] = Plain, *, config: Mapping[str, Any] | None = None, **needs: str) -> SchemaNode:
    return replace(node(uses, config=config, **needs), is_target=True)


@dataclass
class Book:
    """Records in a dictionary."""

    found: dict[str, Record] = field(default_factory=dict)
    keys: dict[str, NodeKey] = field(default_factory=dict)

    def find(self, key: NodeKey) -> Record | None:
        return self.found.get(key.digest)

    def last(self, node_name: str) -> NodeKey | None:
        return self.keys.get(node_name)

    def note(self, plan: GraphPlan, *, has_payload: bool = True, is_storable: bool = True) -> None:
        """Record all a plan knows."""
        for name, planned in plan.nodes.items():
            if planned.key is not None and planned.output_fingerprint is not None:
                record = Record(planned.output_fingerprint, has_payload, is_storable)
                self.found[planned.key.digest] = record
                self.keys[name] = planned.key

    def change(self, name: str, **changes: Any) -> None:
        """Change the record of the last run of a node."""
        digest = self.keys[name].digest
        self.found[digest] = replace(self.found[digest], **changes)


INPUTS = {"file": fp("text")}


def chain(**changed: SchemaNode) -> GraphSchema:
    """A file, what prepares it, what learns from that, and what is made of both."""
    nodes = {
        "file": source(),
        "prepare": node(text="file"),
        "learn": node(lesson="prepare"),
        "model": target(weights="learn", lesson="prepare"),
    }
    return GraphSchema({**nodes, **changed})


def run_of(
    schema: GraphSchema, book: Book, give: Callable[[str], str] = fp, inputs: Mapping[str, str] = INPUTS, **how: Any
) -> GraphPlan:
    """Plan and run, and record what came out."""
    plan = plan_graph(schema, inputs, book, **how)
    while plan.ready:
        name = plan.ready[0]
        plan = plan.resolved(name, inputs.get(name) or give(name))
    book.note(plan)
    return plan


@pytest.fixture
def book() -> Book:
    """Records of one run of the chain."""
    book = Book()
    run_of(chain(), book)
    return book


def verdicts(plan: GraphPlan) -> dict[str, str]:
    return {name: planned.verdict for name, planned in plan.nodes.items()}


def codes(plan: GraphPlan, name: str) -> list[str]:
    return [reason.code for reason in plan.nodes[name].reasons]


# What a plan says before anything runs


def test_a_first_run_knows_only_that_the_first_node_runs() -> None:
    plan = plan_graph(chain(), INPUTS, Book())
    assert verdicts(plan) == {"file": "run", "prepare": "run", "learn": "depends", "model": "depends"}
    assert codes(plan, "prepare") == ["no-record"]
    assert [(reason.code, reason.key, reason.parent) for reason in plan.nodes["model"].reasons] == [
        ("upstream-ran", "weights", "learn"),
        ("upstream-ran", "lesson", "prepare"),
    ]


def test_nothing_is_done_where_everything_is_recorded(book: Book) -> None:
    plan = plan_graph(chain(), INPUTS, book)
    assert verdicts(plan) == dict.fromkeys(chain().nodes, "hit")
    assert plan.is_settled
    assert plan.ready == ()


def test_only_the_values_that_the_model_holds_are_restored(book: Book) -> None:
    plan = plan_graph(chain(), INPUTS, book, needed_resources=["learn"])
    assert verdicts(plan) == {"file": "hit", "prepare": "hit", "learn": "restored", "model": "hit"}
    assert codes(plan, "learn") == ["needed"]


def test_an_input_node_that_nobody_knows_runs_first(book: Book) -> None:
    plan = plan_graph(chain(), {}, book)
    assert verdicts(plan) == {"file": "run", "prepare": "depends", "learn": "depends", "model": "depends"}
    assert set(verdicts(plan.resolved("file", fp("text"))).values()) == {"run", "hit"}


def test_what_nobody_asked_for_is_skipped(book: Book) -> None:
    schema = chain(other=target(text="file"), idle=source())
    plan = plan_graph(schema, INPUTS, book, asked=["learn"])
    assert verdicts(plan) == {
        "file": "hit", "prepare": "hit", "learn": "hit", "model": "skipped", "other": "skipped", "idle": "skipped"
    }  # fmt: skip
    assert codes(plan, "idle") == ["not-asked"]


def test_nobody_may_ask_for_nothing() -> None:
    assert set(verdicts(plan_graph(chain(), INPUTS, Book(), asked=())).values()) == {"skipped"}


@pytest.mark.parametrize("how", [{"asked": ["lern"]}, {"forced": ["lern"]}, {"needed_resources": ["lern"]}])
def test_names_of_no_node_are_refused_with_the_nearest_one(how: dict[str, Any]) -> None:
    with pytest.raises(GraphRunError, match="no node is called `lern`") as refused:
        plan_graph(chain(), INPUTS, Book(), **how)
    assert refused.value.hint == "did you mean `learn`?"


def test_nodes_that_need_each_other_are_refused_with_the_cycle() -> None:
    schema = GraphSchema({"a": target(p="c"), "b": node(p="a"), "c": node(p="b")})
    with pytest.raises(GraphRunError, match=r"nodes need each other: .*`a` -> `b`"):
        plan_graph(schema, {}, Book())


def test_a_cycle_that_nothing_leads_to_is_passed_over() -> None:
    schema = GraphSchema({"a": target(), "b": node(p="c"), "c": node(p="b")})
    assert verdicts(plan_graph(schema, {}, Book())) == {"a": "run", "b": "skipped", "c": "skipped"}


def test_a_placeholder_without_a_fingerprint_matches_nothing() -> None:
    schema = GraphSchema({"a": target(messages="__message__")})
    plan = run_of(schema, Book())
    assert (verdicts(plan), codes(plan, "a")) == ({"a": "run"}, ["no-record"])
    known = Book()
    run_of(schema, known, inputs={"__message__": fp("hello")})
    assert verdicts(plan_graph(schema, {"__message__": fp("hello")}, known)) == {"a": "hit"}


# Why a node runs


def test_an_option_is_named_with_both_values(book: Book) -> None:
    plan = plan_graph(chain(learn=node(config={"size": {"max": 5}}, lesson="prepare")), INPUTS, book)
    (reason,) = plan.nodes["learn"].reasons
    assert (reason.code, reason.key, reason.before, reason.after) == ("config-changed", "size.max", "2", "5")
    assert reason.message == "the option `size.max` is 5, and was 2"
    assert verdicts(plan) == {"file": "hit", "prepare": "restored", "learn": "run", "model": "depends"}


def test_an_option_is_named_where_an_input_is_open_too(book: Book) -> None:
    changed = chain(prepare=node(Newer, text="file"), learn=node(config={"size": {"max": 3}}, lesson="prepare"))
    plan = plan_graph(changed, INPUTS, book)
    assert verdicts(plan) == {"file": "run", "prepare": "run", "learn": "depends", "model": "depends"}
    option, parent = plan.nodes["learn"].reasons
    assert (option.code, option.key, option.before, option.after) == ("config-changed", "size.max", "2", "3")
    assert (parent.code, parent.parent) == ("upstream-ran", "prepare")
    assert [reason.code for reason in plan.nodes["model"].reasons] == ["upstream-ran", "upstream-ran"]


def test_new_and_lost_options_are_named(book: Book) -> None:
    plan = plan_graph(chain(learn=node(config={"size": 3}, lesson="prepare")), INPUTS, book)
    assert [reason.message for reason in plan.nodes["learn"].reasons] == [
        "the option `size` is new: 3",
        "the option `size.max` is gone; it was 2",
        "the option `size.min` is gone; it was 1",
    ]


def test_another_input_is_named_with_the_parameter_and_the_parent(book: Book) -> None:
    plan = plan_graph(chain(), {"file": fp("other")}, book)
    (reason,) = plan.nodes["prepare"].reasons
    assert (reason.code, reason.key, reason.parent) == ("input-changed", "text", "file")
    assert (reason.before, reason.after) == (fp("text"), fp("other"))
    assert codes(plan, "file") == ["input-node"]


def test_another_class_and_other_code_are_named(book: Book) -> None:
    plan = plan_graph(chain(prepare=node(Newer, text="file")), INPUTS, book)
    (reason,) = plan.nodes["prepare"].reasons
    assert (reason.code, reason.key) == ("code-changed", "component")
    key = book.keys["prepare"]
    book.keys["prepare"] = replace(key, code=dict.fromkeys(key.code, "version 0"))
    book.found.clear()
    (reason,) = plan_graph(chain(), INPUTS, book).nodes["prepare"].reasons
    assert (reason.code, reason.before) == ("code-changed", "version 0")
    assert reason.key is not None
    assert reason.key.endswith("Plain")


@pytest.mark.parametrize(
    ("change", "code", "key"),
    [
        ({"fn": "other"}, "code-changed", "fn"),
        ({"constructor_name": "load"}, "code-changed", "constructor_name"),
        ({"packages": {"numpy": "numpy 1.0"}}, "package-changed", "numpy"),
        ({"mode": "finetune"}, "mode-changed", None),
        ({"addon": "weights"}, "input-changed", "addon"),
        ({"scheme": 0}, "code-changed", "scheme"),
        ({"inputs": {}}, "input-changed", "text"),
    ],
)
def test_every_other_part_of_a_key_has_a_reason(book: Book, change: dict[str, Any], code: str, key: str | None) -> None:
    book.keys["prepare"] = replace(book.keys["prepare"], **change)
    book.found.clear()
    (reason,) = plan_graph(chain(), INPUTS, book).nodes["prepare"].reasons
    assert (reason.code, reason.key) == (code, key)


def test_a_mode_is_part_of_the_key_of_those_who_read_it(book: Book) -> None:
    plan = plan_graph(chain(), INPUTS, book, mode="finetune")
    assert codes(plan, "prepare") == ["mode-changed"]
    assert plan.nodes["prepare"].reasons[0].message == "it is run in the mode `finetune`, and was in the ordinary way"


def test_a_record_that_is_gone_is_said_to_be_gone(book: Book) -> None:
    book.found.clear()
    assert plan_graph(chain(), INPUTS, book).nodes["prepare"].reasons[0].message == (
        "it is as it was, and the record of that run is gone"
    )


def test_a_forced_node_runs_and_the_others_depend_on_what_it_gives(book: Book) -> None:
    plan = plan_graph(chain(), INPUTS, book, forced=["prepare"])
    assert verdicts(plan) == {"file": "run", "prepare": "run", "learn": "depends", "model": "depends"}
    assert codes(plan, "prepare") == ["forced"]
    assert verdicts(plan.resolved("file", fp("text")).resolved("prepare", fp("prepare")))["model"] == "hit"


def test_a_forced_node_that_nobody_asked_for_does_not_run(book: Book) -> None:
    plan = plan_graph(chain(other=node(text="file")), INPUTS, book, forced=["other"])
    assert verdicts(plan)["other"] == "skipped"


def test_a_forced_input_node_is_run_and_still_gives_what_is_known(book: Book) -> None:
    plan = plan_graph(chain(), INPUTS, book, forced=["file"])
    assert verdicts(plan) == {"file": "run", "prepare": "hit", "learn": "hit", "model": "hit"}


# What becomes known


def test_equal_output_of_a_node_that_ran_again_ends_the_run_there(book: Book) -> None:
    plan = plan_graph(chain(prepare=node(config={"unread": 1}, text="file")), INPUTS, book)
    plan = plan.resolved("file", fp("text")).resolved("prepare", fp("prepare"))
    assert verdicts(plan) == {"file": "run", "prepare": "run", "learn": "hit", "model": "hit"}


def test_other_output_lets_the_next_node_run(book: Book) -> None:
    plan = plan_graph(chain(prepare=node(config={"unread": 1}, text="file")), INPUTS, book)
    plan = plan.resolved("file", fp("text")).resolved("prepare", fp("other"))
    assert verdicts(plan) == {"file": "run", "prepare": "run", "learn": "run", "model": "depends"}
    assert plan.nodes["learn"].reasons[0].parent == "prepare"
    assert plan.ready == ("learn",)


def test_a_payload_that_is_gone_and_not_needed_is_no_matter(book: Book) -> None:
    book.change("prepare", has_payload=False)
    assert set(verdicts(plan_graph(chain(), INPUTS, book)).values()) == {"hit"}


def test_a_payload_that_is_gone_and_needed_lets_its_node_run(book: Book) -> None:
    book.change("prepare", has_payload=False)
    plan = plan_graph(chain(learn=node(config={"unread": 1}, lesson="prepare")), INPUTS, book)
    assert verdicts(plan) == {"file": "run", "prepare": "run", "learn": "run", "model": "depends"}
    (reason,) = plan.nodes["prepare"].reasons
    assert (reason.code, reason.parent) == ("payload-missing", "learn")


def test_what_is_never_stored_runs_where_it_is_needed(book: Book) -> None:
    book.change("prepare", has_payload=False, is_storable=False)
    plan = plan_graph(chain(learn=node(config={"unread": 1}, lesson="prepare")), INPUTS, book)
    assert codes(plan, "prepare") == ["uncacheable-output"]


def test_a_child_of_a_node_that_runs_for_its_value_stays_if_the_value_is_the_recorded_one(book: Book) -> None:
    book.change("learn", has_payload=False)
    plan = plan_graph(chain(), INPUTS, book, needed_resources=["learn", "model"])
    assert verdicts(plan) == {"file": "hit", "prepare": "restored", "learn": "run", "model": "depends"}
    assert verdicts(plan.resolved("learn", fp("learn")))["model"] == "restored"


def test_a_child_of_a_node_that_runs_for_its_value_runs_if_the_value_is_another(book: Book) -> None:
    book.change("learn", has_payload=False)
    plan = plan_graph(chain(), INPUTS, book, needed_resources=["learn", "model"]).resolved("learn", fp("other"))
    assert verdicts(plan)["model"] == "run"
    (reason,) = plan.nodes["model"].reasons
    assert (reason.code, reason.key, reason.parent) == ("input-changed", "weights", "learn")
    assert plan.nodes["model"].key == node_key(
        Plain, {}, {"weights": fp("other"), "lesson": fp("prepare")}, constructor_name="create", fn="run"
    )


def test_a_payload_found_broken_lets_its_node_run(book: Book) -> None:
    plan = plan_graph(chain(), INPUTS, book, needed_resources=["model"])
    plan = plan.lost("model")
    assert verdicts(plan) == {"file": "hit", "prepare": "restored", "learn": "restored", "model": "run"}
    assert codes(plan, "model") == ["payload-corrupt"]
    plan = plan.lost("prepare")
    assert verdicts(plan) == {"file": "run", "prepare": "run", "learn": "depends", "model": "run"}


def test_a_broken_payload_that_nobody_needs_is_no_matter(book: Book) -> None:
    assert verdicts(plan_graph(chain(), INPUTS, book).lost("learn"))["learn"] == "hit"


def test_a_payload_cannot_be_lost_once_it_was_used_or_where_there_is_none(book: Book) -> None:
    plan = plan_graph(chain(learn=node(config={"unread": 1}, lesson="prepare")), INPUTS, book)
    with pytest.raises(GraphRunError, match="after `learn` had taken it"):
        plan.resolved("learn", fp("new")).lost("prepare")
    with pytest.raises(GraphRunError, match="`learn` is not to be restored"):
        plan.lost("learn")


def recorded_run(schema: GraphSchema, book: Book) -> None:
    """Record one run of all nodes."""
    run_of(schema, book, inputs={}, asked=list(schema.nodes))


def test_a_value_runs_that_may_be_needed_only_after_what_waits_for_it() -> None:
    schema = GraphSchema(
        {"gone": node(), "kept": node(p="gone"), "changed": node(p="kept"), "last": target(p="changed", q="gone")}
    )
    book = Book()
    recorded_run(schema, book)
    book.change("gone", has_payload=False)
    schema.nodes["changed"].config = {"unread": 1}
    plan = plan_graph(schema, {}, book)
    # Whether `last` needs it is known after `changed` ran, which is given something that would be another then.
    assert verdicts(plan) == {"gone": "run", "kept": "depends", "changed": "run", "last": "depends"}
    assert plan.nodes["gone"].reasons[-1].message == ("its value is not stored any more, and `last` may need its value")
    assert plan.ready == ("gone",)
    plan = plan.resolved("gone", fp("gone")).resolved("changed", fp("changed"))
    assert verdicts(plan) == {"gone": "run", "kept": "restored", "changed": "run", "last": "hit"}


def test_values_that_wait_for_each_other_in_a_ring_do_not_wait_for_ever() -> None:
    nodes: dict[str, SchemaNode] = {}
    for here, there in (("a", "b"), ("b", "a")):
        nodes |= {
            f"{here}-gone": node(),
            f"{here}-kept": node(p=f"{here}-gone"),
            f"{here}-changed": node(p=f"{here}-kept"),
            f"{here}-last": target(p=f"{here}-gone", q=f"{there}-changed"),
        }
    # Told apart by an option, as their keys would be equal.
    schema = GraphSchema({name: replace(each, config={"name": name}) for name, each in nodes.items()})
    book = Book()
    recorded_run(schema, book)
    for here in "ab":
        book.change(f"{here}-gone", has_payload=False)
        schema.nodes[f"{here}-changed"].config = {"name": here}
    plan = run_of(schema, book, inputs={})
    assert plan.is_settled
    assert {name for name, verdict in verdicts(plan).items() if verdict == "run"} == {
        "a-gone", "a-changed", "b-changed"
    }  # fmt: skip


def test_only_what_is_ready_can_be_resolved(book: Book) -> None:
    plan = plan_graph(chain(), INPUTS, Book())
    with pytest.raises(GraphRunError, match="`model` is not ready to run"):
        plan.resolved("model", fp("model"))
    with pytest.raises(GraphRunError, match="`file` is not ready to run"):
        plan_graph(chain(), INPUTS, book).resolved("file", fp("text"))


def test_an_outcome_is_told_once() -> None:
    plan = plan_graph(chain(), INPUTS, Book()).resolved("file", fp("text"))
    assert plan.resolved("file", fp("text")) == plan
    with pytest.raises(GraphRunError, match="ran already with another outcome"):
        plan.resolved("file", fp("other"))


def test_an_input_that_changes_while_the_graph_runs_is_refused() -> None:
    with pytest.raises(GraphRunError, match="input node `file` gives another value"):
        plan_graph(chain(), INPUTS, Book()).resolved("file", fp("other"))


def test_a_plan_is_a_value() -> None:
    before = plan_graph(chain(), INPUTS, Book())
    after = before.resolved("file", fp("text")).resolved("prepare", fp("prepare"))
    assert verdicts(before)["learn"] == "depends"
    assert verdicts(after)["learn"] == "run"
    assert before == plan_graph(chain(), INPUTS, Book())
    assert before != after


# As JSON


def test_the_nodes_of_a_plan_are_written_with_sections_and_reasons(book: Book) -> None:
    plan = plan_graph(chain(learn=node(config={"size": {"max": 5}}, lesson="prepare")), INPUTS, book)
    written = json.loads(json.dumps(plan.to_json({"learn": ["nlu"]})))
    assert [entry["name"] for entry in written] == ["file", "prepare", "learn", "model"]
    assert written[2] == {
        "name": "learn",
        "sections": ["nlu"],
        "verdict": "run",
        "reasons": [
            {
                "code": "config-changed",
                "message": "the option `size.max` is 5, and was 2",
                "key": "size.max",
                "parent": None,
                "before": "2",
                "after": "5",
            }
        ],
    }


# Large graphs


def path_graph(length: int) -> GraphSchema:
    nodes = {"n0": node()} | {f"n{number}": node(p=f"n{number - 1}") for number in range(1, length)}
    return GraphSchema(nodes)


def lattice(levels: int) -> GraphSchema:
    """Pairs of nodes, each of which needs both of the pair before: two paths more for each level."""
    nodes = {f"{side}0": node(config={"side": side}) for side in "lr"}
    for level in range(1, levels):
        left, right = f"l{level - 1}", f"r{level - 1}"
        nodes |= {f"{side}{level}": node(config={"side": side}, a=left, b=right) for side in "lr"}
    return GraphSchema(nodes)


@pytest.mark.parametrize(("schema", "last"), [(path_graph(2_000), "n1999"), (lattice(40), "l39")])
def test_a_long_graph_is_planned_and_resolved(schema: GraphSchema, last: str) -> None:
    book = Book()
    plan = run_of(schema, book, inputs={}, asked=[last])
    assert plan.verdict(last) == "run"
    again = plan_graph(schema, {}, book, asked=[last], needed_resources=[last])
    assert again.verdict(last) == "restored"


def test_each_node_is_looked_up_once(book: Book) -> None:
    asked: list[str] = []

    @dataclass
    class Counted:
        def find(self, key: NodeKey) -> Record | None:
            asked.append(key.digest)
            return book.find(key)

        def last(self, node_name: str) -> NodeKey | None:
            return book.last(node_name)

    plan = plan_graph(lattice(40), {}, Counted(), asked=["l39", "r39"])
    while plan.ready:
        plan = plan.resolved(plan.ready[0], fp(plan.ready[0]))
    assert len(asked) == 80
