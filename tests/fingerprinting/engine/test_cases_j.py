"""Acceptance cases of engine.md 7.9: whole trainings, on a cache that outlives them."""

import re
import sqlite3
import tarfile
import time
from collections.abc import Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any, ClassVar

import anyio
import pytest
from tests.graph_components import Failing, Plain, node
from tests.training_components import (
    Add,
    AddUnstored,
    Asserter,
    Loader,
    Prefix,
    Ran,
    Reader,
    Text,
    Trainer,
    Weighty,
    configuration,
    told,
)

from tenprint.fingerprinting.engine import (
    DiskCache,
    GraphComponentError,
    GraphModelConfiguration,
    GraphRunError,
    GraphSchema,
    GraphStorageError,
    GraphTrainer,
    LocalGraphRunner,
    LocalModelStorage,
    MemoryCache,
    NodeLimits,
    Resource,
    SchemaNode,
    TrainingCache,
    TrainingOutcome,
    TrainingType,
)
from tenprint.importers.store import Store


@dataclass
class Bench:
    """One cache, and trainings one after the other, each with a storage of its own."""

    folder: Path
    cache: TrainingCache
    ran: Ran = field(default_factory=Ran)
    storage: LocalModelStorage = field(init=False)
    outcome: TrainingOutcome = field(init=False)
    count: int = 0

    def trainer(self, **options: Any) -> GraphTrainer:
        self.count += 1
        self.storage = LocalModelStorage(self.folder / f"storage-{self.count}")
        return GraphTrainer(self.storage, self.cache, hooks=[self.ran], graph="bench", **options)

    async def train(self, nodes: Mapping[str, SchemaNode], **options: Any) -> list[str]:
        """Train, and return the sorted names of the nodes that ran."""
        self.ran.taken()
        output = self.folder / f"model-{self.count}.tar.gz" if options.pop("packs", False) else None
        predict = options.pop("predict", ())
        inputs = options.pop("inputs", {})
        self.outcome = await self.trainer().train(configuration(nodes, predict), inputs, output, **options)
        return self.ran.taken()

    @property
    def verdicts(self) -> dict[str, str]:
        return {name: each.verdict for name, each in self.outcome.nodes.items()}

    def codes(self, name: str) -> list[str]:
        return [reason.code for reason in self.outcome.nodes[name].reasons]


@pytest.fixture(params=["memory", "disk"])
def bench(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Bench]:
    with closing(Store(tmp_path / "cache")) as store:
        yield Bench(tmp_path, MemoryCache() if request.param == "memory" else DiskCache(store))


def file_graph(path: Path, expected: str, **changes: Any) -> dict[str, SchemaNode]:
    """Read a file, add to what stands there, train on that, load what was trained, and assert what it is."""
    loaded = f"trained on {expected} with {{}}"
    return {
        "read": node(Reader, "read", {"file": str(path)}, is_input=True),
        "add": node(Add, config=changes, needs={"i": "read"}),
        "train": node(Trainer, "train", needs={"data": "add"}, target=True),
        "process": node(Loader, "process", needs={"resource": "train"}, constructor="load"),
        "assert": node(Asserter, config={"value": loaded}, needs={"i": "process"}, target=True),
    }


ALL = ["add", "assert", "process", "train"]


@pytest.fixture
def number(tmp_path: Path) -> Path:
    path = tmp_path / "number"
    path.write_text("3", encoding="utf-8")
    return path


@pytest.mark.anyio
async def test_j01_the_metadata_tell_schemas_and_domain(bench: Bench, number: Path, tmp_path: Path) -> None:
    model = GraphModelConfiguration(
        GraphSchema(file_graph(number, "4", plus=1)),
        GraphSchema({"load": node(Loader, "process", constructor="load", eager=True, resource=Resource("train"))}),
        TrainingType.NLU,
        language="en",
        nlu_target="load",
    )
    domain = {"intents": ["greet"]}
    outcome = await bench.trainer().train(model, {}, tmp_path / "below" / "model.tar.gz", domain=domain)
    metadata = outcome.metadata
    assert metadata is not None
    assert metadata.model_id
    assert metadata.domain == {"intents": ["greet"]}
    assert (metadata.train_schema, metadata.predict_schema) == (model.train_schema, model.predict_schema)
    assert (metadata.training_type, metadata.nlu_target, metadata.language) == (TrainingType.NLU, "load", "en")
    assert set(metadata.resources) == {"train"}


@pytest.mark.anyio
async def test_j02_each_node_runs_once(bench: Bench, number: Path) -> None:
    assert await bench.train(file_graph(number, "4", plus=1)) == ALL
    assert bench.verdicts == {"read": "run", "add": "run", "train": "run", "process": "run", "assert": "run"}
    assert set(bench.outcome.seconds) >= set(ALL)


@pytest.mark.anyio
async def test_j03_nothing_runs_when_nothing_changed(bench: Bench, number: Path) -> None:
    await bench.train(file_graph(number, "4", plus=1))
    assert await bench.train(file_graph(number, "4", plus=1)) == []
    assert bench.verdicts == {
        "read": "hit",
        "add": "hit",
        "train": "restored",
        "process": "hit",
        "assert": "restored",
    }
    assert bench.outcome.problems == ()


@pytest.mark.anyio
async def test_j04_an_unknown_option_of_a_node_runs_it_and_no_more_than_needs_it(bench: Bench, number: Path) -> None:
    await bench.train(file_graph(number, "4", plus=1))
    # An equal sum lets all that follows be found.
    assert await bench.train(file_graph(number, "4", plus=1, odd=True)) == ["add"]
    assert bench.codes("add") == ["config-changed"]
    changed = file_graph(number, "4", plus=1, odd=True)
    changed["assert"].config["odd"] = True
    assert await bench.train(changed) == ["assert"]
    assert bench.verdicts["process"] == "restored"


@pytest.mark.anyio
async def test_j05_all_nodes_run_when_they_are_forced_and_input_nodes_once(bench: Bench, number: Path) -> None:
    reads: list[str] = []

    def read() -> str:
        reads.append("read")
        return "3"

    graph = {**file_graph(number, "4", plus=1), "read": told(read, is_input=True)}
    await bench.train(graph)
    assert await bench.train(graph, force=True) == ALL
    assert bench.verdicts["train"] == "run"
    assert bench.codes("train") == ["forced"]
    assert len(reads) == 2
    assert await bench.train(graph) == []


@pytest.mark.anyio
async def test_nodes_are_forced_by_name(bench: Bench, number: Path) -> None:
    graph = file_graph(number, "4", plus=1)
    await bench.train(graph)
    assert await bench.train(graph, force=["train"]) == ["train"]
    assert await bench.train(graph, force="train") == ["train"]
    assert bench.codes("train") == ["forced"]
    assert bench.verdicts["add"] == "restored"
    with pytest.raises(GraphRunError, match="trian"):
        await bench.train(graph, force=["trian"])


@pytest.mark.anyio
async def test_j06_a_changed_file_runs_what_depends_on_it(bench: Bench, number: Path) -> None:
    await bench.train(file_graph(number, "4", plus=1))
    await anyio.Path(number).write_text("30", encoding="utf-8")
    with pytest.raises(GraphComponentError, match="assert"):
        await bench.train(file_graph(number, "4", plus=1))
    assert await bench.train(file_graph(number, "31", plus=1)) == ["assert"]


@pytest.mark.anyio
async def test_j07_plain_values_are_cached_too(bench: Bench) -> None:
    graph = {"one": node(Add, config={"plus": 1}), "two": node(Add, needs={"i": "one"}, target=True)}
    assert await bench.train(graph) == ["one", "two"]
    assert await bench.train(graph) == []


@pytest.mark.anyio
async def test_j07_what_cannot_be_stored_runs_again_where_it_is_needed(bench: Bench) -> None:
    graph = {
        "one": node(AddUnstored, config={"plus": 1}),
        "two": node(AddUnstored, needs={"i": "one"}, target=True),
        "weighty": told(partial(Weighty, 1), target=True),
    }
    assert await bench.train(graph) == ["one", "two", "weighty"]
    assert await bench.train(graph) == ["one", "two", "weighty"]
    assert {name: bench.codes(name) for name in graph} == {name: ["uncacheable-output"] for name in graph}


@pytest.mark.anyio
async def test_j08_a_resource_is_more_than_its_name(bench: Bench, number: Path) -> None:
    for text in ("4", "5"):
        await anyio.Path(number).write_text(text, encoding="utf-8")
        await bench.train(file_graph(number, text))
    third = file_graph(number, "5")
    third["assert"].config["odd"] = 1
    assert await bench.train(third) == ["assert"]


@pytest.mark.anyio
async def test_j09_a_restored_resource_keeps_its_fingerprint(bench: Bench, number: Path) -> None:
    await bench.train(file_graph(number, "3"))
    before = {name: each.key for name, each in bench.outcome.nodes.items()}
    await bench.train(file_graph(number, "3"), force=["process"])
    assert bench.verdicts["train"] == "restored"
    assert {name: each.key for name, each in bench.outcome.nodes.items()} == before
    assert all(key is not None for name, key in before.items() if name != "read")


@pytest.mark.anyio
async def test_j10_what_was_finished_before_a_failure_is_not_repeated(bench: Bench, number: Path) -> None:
    graph = file_graph(number, "wrong")
    with pytest.raises(GraphComponentError):
        await bench.train(graph)
    assert await bench.train(file_graph(number, "3")) == ["assert"]


@pytest.mark.anyio
async def test_j11_an_equal_output_lets_the_children_be_found(bench: Bench) -> None:
    def graph(one: int, two: int) -> dict[str, SchemaNode]:
        return {
            "sum": node(Add, config={"plus": one, "with": two}),
            "child": node(Trainer, "train", needs={"data": "sum"}, target=True),
            "last": node(Loader, "process", needs={"resource": "child"}, constructor="load", target=True),
        }

    await bench.train(graph(3, 1))
    assert await bench.train(graph(3, 2)) == ["sum"]
    assert bench.verdicts == {"sum": "run", "child": "restored", "last": "restored"}
    assert await bench.train(graph(4, 2)) == ["child", "last", "sum"]


class Counting(Trainer):
    """Never writes the same twice."""

    runs = 0

    def train(self, data: Any) -> Resource:
        type(self).runs += 1
        with self.storage.write_to(self.resource) as folder:
            (folder / "model").write_text(f"{data} run {self.runs}", encoding="utf-8")
        return self.resource


def lineage(odd: int = 0) -> dict[str, SchemaNode]:
    """One trainer whose resource two nodes read, of which the second has an option."""
    return {
        "parent": node(Counting, "train", {}, needs={"data": "__number__"}),
        "child": node(Loader, "process", needs={"resource": "parent"}, constructor="load", target=True),
        "other": node(Loader, "process", {"odd": odd}, needs={"resource": "parent"}, constructor="load", target=True),
    }


def stored_model(store: Store) -> Path:
    """Find what a trainer has written, among the contents of a store."""
    contents = [path for path in (store.folder / "cas").rglob("*") if path.is_file()]
    (found,) = [path for path in contents if re.fullmatch(rb"1 run \d+", path.read_bytes())]
    return found


@pytest.mark.anyio
async def test_j12_a_lost_payload_leaves_one_lineage(tmp_path: Path) -> None:
    with closing(Store(tmp_path / "cache")) as store:
        bench = Bench(tmp_path, DiskCache(store))
        options = {"inputs": {"__number__": 1}}
        assert await bench.train(lineage(), **options) == ["child", "other", "parent"]
        stored_model(store).unlink()
        # Another option of `other` needs the payload of `parent`, so it runs and gives something else: `child` too.
        assert await bench.train(lineage(odd=1), **options) == ["child", "other", "parent"]
        assert set(bench.codes("parent")) == {"payload-missing"}
        assert await bench.train(lineage(odd=1), **options) == []


@pytest.mark.anyio
@pytest.mark.parametrize("content", [b"", b"rotten"])
async def test_j12_a_damaged_payload_leaves_one_lineage_too(tmp_path: Path, content: bytes) -> None:
    with closing(Store(tmp_path / "cache")) as store:
        bench = Bench(tmp_path, DiskCache(store))
        options = {"inputs": {"__number__": 1}}
        await bench.train(lineage(), **options)
        stored_model(store).write_bytes(content)
        assert await bench.train(lineage(odd=1), **options) == ["child", "other", "parent"]
        assert set(bench.codes("parent")) == {"payload-corrupt"}
        assert [problem.code for problem in bench.outcome.problems] == ["cache-damaged"]
        assert await bench.train(lineage(odd=1), **options) == []


class Slow(Add):
    """Is done when all others were decided."""

    def run(self, **inputs: Any) -> int:
        time.sleep(0.3)
        return super().run(**inputs)


@pytest.mark.anyio
async def test_j12_a_payload_that_turns_out_late_to_be_damaged_leaves_one_lineage(tmp_path: Path) -> None:
    def graph(plus: int) -> dict[str, SchemaNode]:
        needs = {"slow": "slow", "model": "read_again"}
        return {
            "parent": node(Counting, "train", needs={"data": "__number__"}),
            "read": node(Loader, "process", needs={"resource": "parent"}, constructor="load", target=True),
            "read_again": node(Unstored, "process", needs={"resource": "parent"}, constructor="load"),
            "slow": node(Slow, config={"plus": plus}),
            "both": node(Joined, needs=needs, target=True),
        }

    with closing(Store(tmp_path / "cache")) as store:
        bench = Bench(tmp_path, DiskCache(store))
        options = {"inputs": {"__number__": 1}}
        await bench.train(graph(1), **options)
        stored_model(store).write_bytes(b"rotten")
        # `both` runs, and so does `read_again`, whose value is never stored; only then is it seen that `parent` must,
        # long after `read` was found.
        assert set(await bench.train(graph(2), **options)) == {"both", "parent", "read", "read_again", "slow"}
        ran = [name for name, verdict in bench.verdicts.items() if verdict == "run"]
        assert ran == ["parent", "read", "read_again", "slow", "both"]
        assert await bench.train(graph(2), **options) == []


class Unstored(Loader):
    STORES_OUTPUT: ClassVar[bool] = False


class Joined(Plain):
    """Joins its inputs."""

    def run(self, slow: int, model: str) -> Text:
        return Text(f"{slow} {model}")


def members(path: Path) -> dict[str, bytes]:
    with tarfile.open(path) as archive:
        found = {member.name: archive.extractfile(member) for member in archive if member.isfile()}
        return {name: b"" if file is None else file.read() for name, file in found.items()}


@pytest.mark.anyio
@pytest.mark.parametrize("predict", [(), ("train",)])
async def test_j13_the_model_follows_from_the_plan(
    bench: Bench, number: Path, monkeypatch: pytest.MonkeyPatch, predict: tuple[str, ...]
) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1700000000")
    graph = file_graph(number, "3")
    graph["train"].is_target = False
    archives = []
    for change in ({}, {}, {"force": True}):
        await bench.train(graph, packs=True, predict=predict, **change)
        archives.append(members(bench.folder / f"model-{bench.count - 1}.tar.gz"))
    assert archives[0] == archives[1] == archives[2]
    assert ("train/model" in archives[0]) == bool(predict)


@pytest.mark.anyio
async def test_j13_without_a_resource_there_is_no_model(bench: Bench, number: Path) -> None:
    with pytest.raises(GraphStorageError, match="nobody"):
        await bench.train(file_graph(number, "3"), packs=True, predict=("nobody",))
    assert list(bench.folder.glob("*.tar.gz")) == []


@pytest.mark.anyio
async def test_j14_a_finetuned_resource_is_not_that_of_a_training(bench: Bench) -> None:
    graph = {"train": node(Trainer, "train", needs={"data": "__number__"}, target=True)}
    options = {"inputs": {"__number__": 1}}
    assert await bench.train(graph, is_finetuning=True, **options) == ["train"]
    assert await bench.train(graph, **options) == ["train"]
    assert bench.codes("train") == ["mode-changed"]
    with bench.storage.read_from(Resource("train")) as folder:
        assert (folder / "model").read_text(encoding="utf-8") == "trained on 1 with {}"
    assert await bench.train(graph, is_finetuning=True, **options) == []
    assert await bench.train(graph, is_finetuning=True, mode="finetuning sha256:1", **options) == ["train"]


@pytest.mark.anyio
@pytest.mark.parametrize("force", [False, True])
async def test_j15_an_input_node_that_nobody_needs_never_runs(bench: Bench, number: Path, *, force: bool) -> None:
    graph = {**file_graph(number, "3"), "unneeded": node(Failing, is_input=True), "odd": node(Failing)}
    assert await bench.train(graph, force=force) == ALL
    assert (bench.verdicts["unneeded"], bench.verdicts["odd"]) == ("skipped", "skipped")


@pytest.mark.anyio
@pytest.mark.parametrize("value", [None, 0, "", [], {}, ()])
async def test_j16_an_output_that_is_nothing_is_a_hit(bench: Bench, value: Any) -> None:
    seen = []

    def see(nothing: Any) -> int:
        seen.append(nothing)
        return 1

    graph = {
        "nothing": told(lambda: value),
        "child": told(see, "nothing", target=True),
    }
    await bench.train(graph)
    assert await bench.train(graph) == []
    graph["child"].config["odd"] = 1
    assert await bench.train(graph) == ["child"]
    assert seen == [value, value]
    assert bench.verdicts["nothing"] == "restored"


class Greedy(Prefix):
    """Changes its options."""

    def run(self, name: Any) -> Text:
        self.config["nested"]["a"] = 100
        self.config["new"] = True
        return super().run(name)


@pytest.mark.anyio
@pytest.mark.parametrize("force", [False, True])
async def test_j17_options_that_a_component_changes_are_its_own(bench: Bench, *, force: bool) -> None:
    graph = {"greedy": node(Greedy, config={"nested": {"b": 3}}, needs={"name": "__name__"}, target=True)}
    for expected in (["greedy"], ["greedy"] if force else []):
        assert await bench.train(graph, inputs={"__name__": "Joe"}, packs=True, force=force) == expected
        assert graph["greedy"].config == {"nested": {"b": 3}}
        metadata = bench.outcome.metadata
        assert metadata is not None
        assert metadata.train_schema.nodes["greedy"].config == {"nested": {"b": 3}}


@pytest.mark.anyio
@pytest.mark.parametrize("is_input", [False, True])
async def test_j17_an_input_that_a_component_changes_is_found(bench: Bench, *, is_input: bool) -> None:
    graph = {
        "list": told(lambda: [1], is_input=is_input),
        "bad": told(lambda list: list.append(2), "list", target=True),  # noqa: A006
    }
    with pytest.raises(GraphComponentError, match="has changed its input `list`") as caught:
        await bench.train(graph)
    assert caught.value.node_name == "bad"
    # It was not kept, so it is found again.
    with pytest.raises(GraphComponentError, match="has changed its input `list`"):
        await bench.train(graph)


@pytest.mark.anyio
async def test_equal_executions_run_once(bench: Bench) -> None:
    graph = {
        "a": node(Trainer, "train", needs={"data": "__number__"}, target=True),
        "b": node(Trainer, "train", needs={"data": "__number__"}, target=True),
        "c": node(AddUnstored, config={"plus": 1}, target=True),
        "d": node(AddUnstored, config={"plus": 1}, target=True),
    }
    ran = await bench.train(graph, inputs={"__number__": 1})
    assert sorted(name[0] for name in ran) in (["a", "c"], ["a", "d"], ["b", "c"], ["b", "d"])
    for name in "ab":
        with bench.storage.read_from(Resource(name)) as folder:
            assert (folder / "model").read_text(encoding="utf-8") == "trained on 1 with {}"
    assert set(bench.verdicts.values()) == {"run"}


def doubling(plus: int) -> dict[str, SchemaNode]:
    """Two nodes that are equal, one whose output cannot be stored and another."""
    return {name: node(AddUnstored, config={"plus": plus}, target=True) for name in "cd"}


@pytest.mark.anyio
async def test_a_node_that_shares_an_equal_execution_is_explained_as_if_it_had_run(bench: Bench) -> None:
    assert len(await bench.train(doubling(1))) == 1
    await bench.train(doubling(2))
    for name in "cd":
        (reason,) = bench.outcome.nodes[name].reasons
        assert (reason.code, reason.before, reason.after) == ("config-changed", "1", "2")


@pytest.mark.anyio
async def test_a_node_that_was_found_is_explained_by_what_it_was_found_under(bench: Bench) -> None:
    for plus in (1, 2, 1, 3):
        await bench.train({"add": node(Add, config={"plus": plus}, target=True)})
    (reason,) = bench.outcome.nodes["add"].reasons
    assert (reason.code, reason.before, reason.after) == ("config-changed", "1", "3")


@pytest.mark.anyio
async def test_renaming_a_node_runs_nothing(bench: Bench) -> None:
    inputs = {"__number__": 1}
    await bench.train({"a": node(Trainer, "train", needs={"data": "__number__"}, target=True)}, inputs=inputs)
    renamed = {"b": node(Trainer, "train", needs={"data": "__number__"}, target=True)}
    assert await bench.train(renamed, inputs=inputs, packs=True, predict=("b",)) == []
    assert bench.storage.resources() == (Resource("b"),)


@pytest.mark.anyio
async def test_what_depends_on_a_live_object_runs_each_time(bench: Bench) -> None:
    graph = {
        "first": told(lambda live: type(live).__name__, "live"),
        "child": node(Prefix, needs={"name": "first"}, target=True),
    }
    graph["first"].needs = {"live": "__live__"}
    for expected in (["child", "first"], ["first"]):
        assert await bench.train(graph, inputs={"__live__": object()}) == expected


@pytest.mark.anyio
async def test_an_input_without_fingerprint_is_an_error_that_names_it(bench: Bench) -> None:
    graph = {
        "live": told(object, is_input=True),
        "child": told(repr, "live", target=True),
    }
    with pytest.raises(GraphRunError, match="what input node live gives has no fingerprint"):
        await bench.train(graph)


@pytest.mark.anyio
async def test_the_statuses_of_a_fingerprint_run_are_the_verdicts_of_the_plan(bench: Bench, number: Path) -> None:
    graph = file_graph(number, "3")
    for edit in ("nothing known", "nothing changed", "option", "file"):
        if edit == "option":
            graph["process"].config["odd"] = 1
        if edit == "file":
            await anyio.Path(number).write_text("5", encoding="utf-8")
            graph["assert"].config["value"] = "trained on 5 with {}"
        statuses = await bench.trainer().fingerprint(GraphSchema(graph), {})
        plan = await bench.trainer().plan(configuration(graph), {})
        assert statuses.pop("read") == ("5" if edit == "file" else "3")
        found = {name: status.is_hit for name, status in statuses.items()}
        assert found == {name: plan.nodes[name].verdict in ("hit", "restored") for name in found}
        assert {name: status.output_fingerprint for name, status in statuses.items() if status.is_hit} == {
            name: plan.nodes[name].output_fingerprint for name in found if found[name]
        }
        before = {name: each.verdict for name, each in plan.nodes.items()}
        await bench.train(graph)
        resolved = bench.verdicts
        assert {name: verdict for name, verdict in before.items() if verdict != "depends"} == {
            name: resolved[name] for name, verdict in before.items() if verdict != "depends"
        }
        assert "depends" not in resolved.values()


@pytest.mark.anyio
async def test_a_plan_keeps_and_restores_nothing(bench: Bench, number: Path) -> None:
    plan = await bench.trainer().plan(configuration(file_graph(number, "3")), {})
    assert bench.ran.taken() == []
    assert not bench.storage.root.exists()
    assert plan.nodes["add"].verdict == "run"
    assert await bench.train(file_graph(number, "3")) == ALL


@pytest.mark.anyio
async def test_only_what_is_asked_for_runs(bench: Bench, number: Path) -> None:
    graph = file_graph(number, "3")
    assert await bench.train(graph, asked=["train"]) == ["add", "train"]
    assert await bench.train(graph, asked=[]) == []
    assert set(bench.verdicts.values()) == {"skipped"}
    with pytest.raises(GraphRunError, match="nobody"):
        await bench.train(graph, asked=["nobody"])


def wide() -> dict[str, SchemaNode]:
    """Four nodes side by side on four levels, each with two parents; then four that train."""
    graph = {"in": node(Add, config={"plus": 3}, is_input=True)}
    for level in range(4):
        for place in range(4):
            parents = ["in"] if not level else [f"n{level - 1}{place}", f"n{level - 1}{(place + 1) % 4}"]
            needs = dict(zip("ab", parents, strict=False))
            graph[f"n{level}{place}"] = node(Add, config={"plus": place}, needs=needs)
    for place in range(4):
        graph[f"train{place}"] = node(Trainer, "train", needs={"data": f"n3{place}"}, target=True)
    return graph


async def trained_with(folder: Path, slots: int) -> tuple[str, dict[str, Any]]:
    """Train in an empty folder; the answer are the digest of the model and all that is known of the nodes."""
    storage = LocalModelStorage(folder / "storage")
    factory = partial(LocalGraphRunner.create, limits=NodeLimits({"cpu": slots}))
    outcome = await GraphTrainer(storage, MemoryCache(), factory).train(
        configuration(wide(), ["train0"]), {}, folder / "model.tar.gz"
    )
    nodes = {name: (each.verdict, each.key, each.output_fingerprint) for name, each in outcome.nodes.items()}
    archive = members(folder / "model.tar.gz")
    return str(sorted(archive.items())), nodes


def trained_in_all_ways(folder: Path) -> list[tuple[str, dict[str, Any]]]:
    ways = [(backend, slots) for backend in ("asyncio", "trio") for slots in (1, 8)]
    return [anyio.run(trained_with, folder / f"{way[0]}{way[1]}", way[1], backend=way[0]) for way in ways]


def test_loops_and_slots_change_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1700000000")
    first, *others = trained_in_all_ways(tmp_path)
    assert others == [first, first, first]


class Waiting(Add):
    """Says that it has begun, and never ends."""

    begun: ClassVar[anyio.Event]

    async def run(self, **inputs: Any) -> int:  # type: ignore[override]  # run functions may be async
        del inputs
        self.begun.set()
        await anyio.sleep_forever()
        return 0


@pytest.mark.anyio
async def test_what_was_finished_before_a_cancellation_is_kept(
    bench: Bench, number: Path, temporary_files: Path
) -> None:
    graph = file_graph(number, "3")
    graph["waiting"] = node(Waiting, needs={"i": "process"}, target=True)
    Waiting.begun = anyio.Event()
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(partial(bench.train, graph, packs=True))
        await Waiting.begun.wait()
        tasks.cancel_scope.cancel()
    assert [path async for path in anyio.Path(temporary_files).iterdir()] == []
    assert list(bench.folder.glob("*.tar.gz")) == []
    assert set(await bench.train(file_graph(number, "3"))) <= {"assert"}


@pytest.mark.anyio
async def test_two_trainings_at_once_do_not_disturb_each_other(bench: Bench, number: Path) -> None:
    outcomes: dict[int, TrainingOutcome] = {}
    trainers = {place: bench.trainer() for place in range(4)}

    async def train(place: int) -> None:
        model = bench.folder / f"at-once-{place}.tar.gz"
        outcomes[place] = await trainers[place].train(configuration(file_graph(number, "3"), ["train"]), {}, model)

    async with anyio.create_task_group() as tasks:
        for place in trainers:
            tasks.start_soon(train, place)
    models = [members(bench.folder / f"at-once-{place}.tar.gz") for place in trainers]
    assert [model["train/model"] for model in models] == [b"trained on 3 with {}"] * 4
    assert [problem for outcome in outcomes.values() for problem in outcome.problems] == []
    bench.ran.taken()
    assert await bench.train(file_graph(number, "3")) == []


@pytest.mark.anyio
@pytest.mark.parametrize("harm", ["locked", "foreign", "off"])
async def test_g17_a_cache_that_cannot_be_used_fails_no_training(tmp_path: Path, number: Path, harm: str) -> None:
    root = tmp_path / "cache"
    with closing(Store(root, patience=0.1, quota=0 if harm == "off" else 10**9)) as store:
        if harm == "foreign":
            await anyio.Path(root / "store" / "mine").mkdir(parents=True)
        store.record("other", "key", {})
        with closing(sqlite3.connect(store.folder / "index.sqlite" if harm == "locked" else ":memory:")) as other:
            other.execute("BEGIN EXCLUSIVE")
            bench = Bench(tmp_path, DiskCache(store))
            for _ in range(2):
                assert await bench.train(file_graph(number, "3"), packs=True, predict=("train",)) == ALL
                codes = {"locked": ["cache-busy"], "foreign": ["cache-unusable"], "off": []}[harm]
                assert [problem.code for problem in bench.outcome.problems] == codes
