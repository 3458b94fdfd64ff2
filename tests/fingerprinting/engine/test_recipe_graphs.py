"""Case K08 of the engine notes: a configuration that holds its graphs, in the library (ADR 0041)."""

import sys
from collections.abc import Mapping
from copy import deepcopy
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from tests.graph_components import Plain
from tests.training_components import Loader, Text, Trainer

from tenprint.fingerprinting import ActionPrediction, Dialogue, Message, ParsedIntent
from tenprint.fingerprinting.engine import (
    CacheRecords,
    ExecutionContext,
    GraphModelConfiguration,
    GraphSchemaError,
    GraphTrainer,
    InvalidConfig,
    LocalGraphRunner,
    LocalModelStorage,
    MemoryCache,
    TrainingType,
    fingerprint_of,
    graph_recipe,
    known_classes,
    plan_graph,
    validate,
)
from tenprint.importers import ImporterContext, TrainingDataImporter
from tenprint.importers.file import FileImporter

CONFIG = """
recipe: graph.v1
language: en
assistant_id: peg
nlu_target: understand
core_target: select
train_schema:
  nodes:
    texts:
      {uses: Texts, constructor_name: create, fn: read, needs: {importer: __importer__}, config: {}, is_input: true}
    train: {uses: tests.training_components.Trainer, constructor_name: create, fn: train, needs: {data: texts},
      config: {rounds: 1}, eager: false, is_target: true, is_input: false, resource: null}
predict_schema:
  nodes:
    understand:
      uses: Answers
      constructor_name: load
      fn: understand
      needs: {messages: __message__}
      config: {}
      eager: true
      resource: {name: train}
    select:
      uses: Answers
      constructor_name: load
      fn: select
      needs: {tracker: __tracker__}
      config: {}
      eager: true
      resource: {name: train, output_fingerprint: null}
"""


class Texts(Plain):
    """Reads the texts of examples."""

    NAME = "Texts"

    async def read(self, importer: TrainingDataImporter) -> Text:
        return Text(" ".join(example.text for example in (await importer.get_nlu_data()).examples))


class Answers(Loader):
    """Answers everything with what was trained."""

    NAME = "Answers"

    def understand(self, messages: list[Message]) -> list[Message]:
        return [Message(message.text, ParsedIntent(self.text, 1.0)) for message in messages]

    def select(self, tracker: Dialogue) -> ActionPrediction:
        del tracker
        return ActionPrediction(self.text, 1.0)


KNOWN = known_classes(Texts, Trainer, Answers)


@dataclass
class Bench:
    """A project that is trained by the graphs of its configuration, on one cache."""

    folder: Path
    cache: MemoryCache = field(default_factory=MemoryCache)
    storage: LocalModelStorage = field(init=False)
    count: int = 0

    def write(self, text: str, config: str = CONFIG) -> None:
        (self.folder / "data").mkdir(exist_ok=True)
        (self.folder / "config.yml").write_text(config, encoding="utf-8")
        nlu = f"nlu:\n- intent: greet\n  examples: |\n    - {text}\n"
        (self.folder / "data/nlu.yml").write_text(nlu, encoding="utf-8")

    async def read(self) -> tuple[FileImporter, GraphModelConfiguration]:
        importer = FileImporter(context=ImporterContext(self.folder))
        recipe = graph_recipe(await importer.get_config(), KNOWN)
        assert recipe.problems == ()
        validate(recipe.model_configuration)
        return importer, recipe.model_configuration

    async def train(self) -> dict[str, str]:
        """Train, and return the verdicts."""
        importer, configuration = await self.read()
        self.count += 1
        self.storage = LocalModelStorage(self.folder / f"storage-{self.count}")
        trainer = GraphTrainer(self.storage, self.cache, graph="bench")
        model = self.folder / f"{self.count}.tar.gz"
        outcome = await trainer.train(configuration, {"__importer__": importer}, model)
        return {name: node.verdict for name, node in outcome.nodes.items()}

    async def planned(self, text: str) -> dict[str, str]:
        """Plan by values alone: what `plan_graph` says if the examples are this text."""
        _, configuration = await self.read()
        records = CacheRecords(self.cache, "bench")
        fingerprints = {"texts": fingerprint_of(Text(text))}
        plan = plan_graph(configuration.train_schema, fingerprints, records, needed_resources=["train"])
        return {name: node.verdict for name, node in plan.nodes.items()}

    async def answers(self) -> tuple[str, str]:
        _, configuration = await self.read()
        context = ExecutionContext(configuration.predict_schema)
        async with LocalGraphRunner.create(context.graph_schema, self.storage, context) as runner:
            given = {"__message__": [Message("hello")], "__tracker__": Dialogue()}
            found = await runner.run(given, ["understand", "select"])
        return found["understand"][0].intent.name, found["select"].name


@pytest.mark.anyio
async def test_k08_graphs_of_a_configuration_are_trained_and_answer(tmp_path: Path) -> None:
    bench = Bench(tmp_path)
    bench.write("ahoy")
    assert await bench.planned("ahoy") == {"texts": "run", "train": "run"}
    assert await bench.train() == {"texts": "run", "train": "run"}
    trained = "trained on Text(text='ahoy') with {'rounds': 1}"
    assert await bench.answers() == (trained, trained)
    metadata = LocalModelStorage.metadata_from_archive(tmp_path / "1.tar.gz", known=KNOWN)
    assert (metadata.nlu_target, metadata.core_target, metadata.language, metadata.assistant_id) == (
        "understand",
        "select",
        "en",
        "peg",
    )
    assert list(metadata.resources) == ["train"]


@pytest.mark.anyio
async def test_k08_a_second_run_has_the_verdicts_of_the_planner(tmp_path: Path) -> None:
    bench = Bench(tmp_path)
    bench.write("ahoy")
    await bench.train()
    assert await bench.train() == await bench.planned("ahoy") == {"texts": "hit", "train": "restored"}

    bench.write("avast")
    assert await bench.planned("avast") == {"texts": "run", "train": "run"}
    assert await bench.train() == {"texts": "run", "train": "run"}

    bench.write("avast", CONFIG.replace("rounds: 1", "rounds: 2"))
    assert await bench.train() == {"texts": "run", "train": "run"}
    assert await bench.answers() == ("trained on Text(text='avast') with {'rounds': 2}",) * 2

    bench.write("ahoy")
    assert await bench.train() == await bench.planned("ahoy") == {"texts": "hit", "train": "restored"}


def config(**changes: Any) -> dict[str, Any]:
    """Return a configuration of two nodes, with changes; what is changed to None is not there."""
    node = {"needs": {}, "uses": "Texts", "constructor_name": "create", "fn": "read", "config": {}}
    graphs = {f"{run}_schema": {"nodes": {run: dict(node)}} for run in ("train", "predict")}
    whole = {"recipe": "graph.v1", "nlu_target": "predict", "core_target": "predict", **graphs, **changes}
    return {key: value for key, value in whole.items() if value is not None}


def refused(given: Mapping[str, Any], error: type[GraphSchemaError | InvalidConfig], **options: Any) -> list[str]:
    """Return the lines of a refusal, without the first."""
    before = deepcopy(given)
    with pytest.raises(error) as caught:
        graph_recipe(given, KNOWN, **options)
    assert given == before
    return [line.strip() for line in str(caught.value).splitlines()[1:]]


@pytest.mark.parametrize(
    ("training_type", "missing"),
    [
        (TrainingType.BOTH, ["`nlu_target` is missing", "`core_target` is missing"]),
        (TrainingType.CORE, ["`nlu_target` is missing", "`core_target` is missing"]),
        (TrainingType.END_TO_END, ["`nlu_target` is missing", "`core_target` is missing"]),
        (TrainingType.NLU, ["`nlu_target` is missing"]),
    ],
    ids=lambda value: value.name if isinstance(value, TrainingType) else "",
)
def test_k08_missing_targets_are_an_invalid_configuration(training_type: TrainingType, missing: list[str]) -> None:
    given = config(nlu_target=None, core_target=None)
    assert refused(given, InvalidConfig, training_type=training_type) == missing


def test_k08_nlu_alone_needs_no_target_for_core_and_takes_none() -> None:
    for given in (config(core_target=None), config()):
        made = graph_recipe(given, KNOWN, training_type=TrainingType.NLU).model_configuration
        assert (made.training_type, made.nlu_target, made.core_target) == (TrainingType.NLU, "predict", None)


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"recipe": None}, "`recipe` is None, not 'graph.v1'"),
        ({"recipe": "default.v1"}, "`recipe` is 'default.v1', not 'graph.v1'"),
        ({"train_schema": None}, "`train_schema` is missing"),
        ({"predict_schema": None}, "`predict_schema` is missing"),
        ({"core_target": 1}, "`core_target` is no text"),
        ({"language": ["en"]}, "`language` is no text"),
    ],
    ids=["no recipe", "another recipe", "no training", "no prediction", "target", "language"],
)
def test_k08_what_is_no_configuration_of_graphs_is_told(changes: Mapping[str, Any], told: str) -> None:
    assert refused(config(**changes), InvalidConfig) == [told]


def test_k08_an_unknown_class_is_told_with_its_graph_and_node_and_never_imported() -> None:
    given = config()
    given["train_schema"]["nodes"]["train"]["uses"] = "Text"
    given["predict_schema"]["nodes"]["predict"]["uses"] = "tests.importing_this_fails.Class"
    assert refused(given, GraphSchemaError) == [
        "train_schema: train: no class is known as 'Text'; did you mean 'Texts'?",
        "predict_schema: predict: no class is known as 'tests.importing_this_fails.Class'",
    ]
    assert "tests.importing_this_fails" not in sys.modules


@pytest.mark.parametrize("schema", [[], {}, {"nodes": ["train"]}, "train"], ids=["list", "empty", "nodes", "text"])
def test_k08_a_graph_that_is_none_is_told(schema: Any) -> None:
    told = "train_schema: a schema is a mapping with `nodes`, a mapping from names to nodes"
    assert refused(config(train_schema=schema), GraphSchemaError) == [told]


def test_k08_all_that_is_wrong_is_told_at_once() -> None:
    given = config(recipe=None, nlu_target=None, train_schema={"nodes": {"train": {"uses": "Text"}, "none": None}})
    assert refused(given, InvalidConfig) == [
        "`recipe` is None, not 'graph.v1'",
        "`nlu_target` is missing",
        "train_schema: train: `needs`, `constructor_name`, `fn`, `config` missing",
        "train_schema: train: no class is known as 'Text'; did you mean 'Texts'?",
        "train_schema: 'none': a node is a mapping under a name",
    ]


def test_k08_parameters_of_the_command_line_and_a_finetuning_are_warned_of() -> None:
    plain = graph_recipe(config(), KNOWN, cli_parameters={"num_threads": None})
    assert plain.problems == ()
    warned = graph_recipe(config(), KNOWN, cli_parameters={"num_threads": 0, "augmentation": 50}, is_finetuning=True)
    assert warned.model_configuration == plain.model_configuration
    assert [(problem.code, problem.severity, problem.message) for problem in warned.problems] == [
        (
            "graph-recipe",
            "warning",
            "recipe graph.v1: its graphs do not depend on `augmentation`, `num_threads` of the command line",
        ),
        ("graph-recipe", "warning", "recipe graph.v1: its graphs are the same for a finetuning"),
    ]


def test_k08_what_a_node_leaves_out_is_what_it_is_without_it() -> None:
    short, long = config(), config()
    long["train_schema"]["nodes"]["train"] |= {"eager": False, "is_target": False, "is_input": False, "resource": None}
    short["predict_schema"]["nodes"]["predict"] |= {"resource": {"name": "train"}}
    long["predict_schema"]["nodes"]["predict"] |= {"resource": {"name": "train", "output_fingerprint": None}}
    assert graph_recipe(short, KNOWN) == graph_recipe(long, KNOWN)
