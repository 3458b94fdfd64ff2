"""Cases K01 to K09 of the engine notes: what a configuration becomes, and what is refused before anything runs.

Cases that we change say so by name (ADR 0041): there is one recipe, no option sets a number of threads, a dotted path
is looked up and never imported, and everything that is wrong is told at once, as problems with places.
"""

import sys
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from tests.acceptance.nodes_project import FILES, LITERAL_FILES
from tests.acceptance.test_finetuning import BOT, Growing, edit
from tests.acceptance.test_finetuning import train as train_with
from tests.graph_components import Plain
from tests.program import PROJECT, run_here

from tenprint.fingerprinting import (
    ComponentTrainer,
    Dialogue,
    Message,
    TrainingError,
    TrainingRequest,
    read_archive_head,
)
from tenprint.fingerprinting.engine import (
    GraphModelConfiguration,
    GraphSchema,
    GraphSchemaError,
    GraphValidationError,
    SchemaNode,
    TrainingType,
    validate,
)
from tenprint.importers import Problem
from tenprint.importers.data import Domain, Example, IntentStep, NluData, Stories, Story
from tenprint.plugins import run_project

ProjectWriter = Callable[[Mapping[str, str]], Path]

WITH_RECIPE = {**PROJECT, "config.yml": f"recipe: default.v1\n{PROJECT['config.yml']}"}


@pytest.fixture(autouse=True)
def _own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TENPRINT_CACHE_DIR", str(tmp_path / "cache"))


def metadata(project: Path) -> Mapping[str, Any]:
    report = run_project(project, "train")
    assert report.model is not None
    return read_archive_head(report.model).metadata


def refused(project: Path) -> list[Problem]:
    with pytest.raises(TrainingError) as caught:
        run_project(project, "train")
    assert not (project / "models").exists()
    return [problem for problem in caught.value.problems if problem.severity == "error"]


# K01: which recipe


@pytest.mark.parametrize(
    ("named", "message", "hint"),
    [
        ("default.v2", "there is no recipe `default.v2`", "did you mean `default.v1`?"),
        ("mine", "there is no recipe `mine`", "write `recipe: default.v1`, or leave it out; known are `default.v1`"),
        ("[default.v1]", "`recipe` is no text", "write `recipe: default.v1`, or leave it out; known are `default.v1`"),
    ],
)
def test_k01_an_unknown_recipe_is_an_error_with_its_place(
    write_project: ProjectWriter, named: str, message: str, hint: str
) -> None:
    project = write_project({**PROJECT, "config.yml": f"language: en\nrecipe: {named}\n{PROJECT['config.yml']}"})
    (problem,) = refused(project)
    assert (problem.code, problem.message, problem.hint) == ("recipe", message, hint)
    assert str(problem.location) == "config.yml:2:1"


def test_k01_an_unknown_recipe_is_told_together_with_unknown_components(write_project: ProjectWriter) -> None:
    config = PROJECT["config.yml"].replace("KeywordIntentClassifier", "KeywordIntentClasifier")
    project = write_project({**PROJECT, "config.yml": f"recipe: none.v1\n{config}"})
    assert [problem.code for problem in refused(project)] == ["recipe", "unknown-component"]


def test_k01_a_plan_tells_an_unknown_recipe_and_compares_data_all_the_same(write_project: ProjectWriter) -> None:
    plan = run_project(write_project({**PROJECT, "config.yml": f"recipe: no\n{PROJECT['config.yml']}"}), "plan")
    assert plan.action == "train"
    assert [(problem.code, problem.severity, str(problem.location)) for problem in plan.problems] == [
        ("recipe", "warning", "config.yml:1:1")
    ]


@pytest.mark.parametrize("line", ["", "recipe:\n", "recipe: default.v1\n"], ids=["none", "null", "default"])
def test_k01_no_recipe_is_the_default_one_and_nobody_is_warned(write_project: ProjectWriter, line: str) -> None:
    project = write_project({**PROJECT, "config.yml": line + PROJECT["config.yml"]})
    report = run_project(project, "train")
    assert (*report.problems, *report.plan.problems) == ()
    assert sorted(node.name for node in report.plan.nodes) == [
        "core/0-MemoizationPolicy",
        "nlu/0-KeywordIntentClassifier",
    ]


# K02: the graphs of a training of both halves, of one, with literal words, and of a finetuning


def nodes_of(files: Mapping[str, str], write_project: ProjectWriter, graph: str) -> Mapping[str, Mapping[str, Any]]:
    nodes: Mapping[str, Mapping[str, Any]] = metadata(write_project(files))["schemas"][graph]["nodes"]
    return nodes


NLU_NODES = {
    *(f"nlu-data/{facet}" for facet in ("examples", "intents", "lookups", "regexes", "synonyms", "texts")),
    "nlu/0-WhitespaceTokenizer",
    "nlu/1-RegexFeaturizer",
    "nlu/2-CountVectorsFeaturizer",
    "nlu/3-CountVectorsFeaturizer",
    "nlu/4-LogisticRegressionClassifier",
    "nlu/5-RegexEntityExtractor",
    "nlu/6-EntitySynonymMapper",
    "nlu/7-FallbackClassifier",
    "prepared/0-WhitespaceTokenizer",
    "prepared/1-RegexFeaturizer",
    "prepared/2-CountVectorsFeaturizer",
    "prepared/3-CountVectorsFeaturizer",
}
CORE_NODES = {
    *(f"core-data/{facet}" for facet in ("domain", "rules", "stories")),
    "core/0-MemoizationPolicy",
    "core/1-RulePolicy",
}
OF_ONE_HALF: Mapping[str, tuple[Mapping[str, str], set[str]]] = {
    "both": (FILES, NLU_NODES | CORE_NODES),
    "nlu": ({path: text for path, text in FILES.items() if "stories" not in path and "rules" not in path}, NLU_NODES),
    "core": ({path: text for path, text in FILES.items() if "nlu" not in path}, CORE_NODES),
    "end-to-end": (LITERAL_FILES, NLU_NODES | CORE_NODES),
}


@pytest.mark.parametrize("case", OF_ONE_HALF)
def test_k02_the_training_graph_has_what_the_data_needs(write_project: ProjectWriter, case: str) -> None:
    files, expected = OF_ONE_HALF[case]
    nodes = nodes_of(files, write_project, "train")
    assert set(nodes) == expected
    for name, node in nodes.items():
        part = name.partition("/")[0]
        assert node["is_input"] is part.endswith("-data")
        assert node["is_target"] is (part in ("nlu", "core"))
        assert (node["eager"], node["resource"]) == (False, None)
        assert ("__material__" in node["needs"].values()) is node["is_input"]


def test_k02_a_component_needs_what_it_says_it_reads(write_project: ProjectWriter) -> None:
    nodes = nodes_of(FILES, write_project, "train")
    assert nodes["nlu/4-LogisticRegressionClassifier"]["needs"] == {
        "texts": "nlu-data/texts",
        "intents": "nlu-data/intents",
        "features_0": "prepared/1-RegexFeaturizer",
        "features_1": "prepared/2-CountVectorsFeaturizer",
        "features_2": "prepared/3-CountVectorsFeaturizer",
    }
    assert nodes["prepared/0-WhitespaceTokenizer"]["needs"] == {
        "texts": "nlu-data/texts",
        "resource": "nlu/0-WhitespaceTokenizer",
    }
    assert nodes["core/1-RulePolicy"]["needs"] == {"domain": "core-data/domain", "rules": "core-data/rules"}


@pytest.mark.parametrize("case", OF_ONE_HALF)
def test_k02_the_prediction_graph_is_loaded_from_the_resources(write_project: ProjectWriter, case: str) -> None:
    files, trained = OF_ONE_HALF[case]
    nodes = nodes_of(files, write_project, "predict")
    loaded = {name: node for name, node in nodes.items() if node["resource"] is not None}
    assert {node["resource"]["name"] for node in loaded.values()} == {
        name for name in trained if name.startswith(("nlu/", "core/"))
    }
    assert {node["constructor_name"] for node in loaded.values()} == {"load"}
    assert all(node["eager"] and not node["is_target"] for node in nodes.values())
    halves = {name.partition("/")[0] for name in trained}
    assert ("nlu-answer" in nodes, "core-answer" in nodes) == ("nlu" in halves, "core" in halves)


def test_k02_a_finetuning_needs_the_former_resources_too(write_project: ProjectWriter) -> None:
    project = write_project(BOT)
    train_with(project)
    edit(project, "data/nlu.yml", "- goodbye", "- farewell")
    report = train_with(project, finetune=True)
    assert report.model is not None
    inputs = read_archive_head(report.model).metadata["nodes"]["nlu/0-Growing"]["key"]["inputs"]
    assert set(inputs) == {"base", "examples", "synonyms", "regexes", "lookups", "further"}


# Threads, which are K03


def test_k03_changed_no_number_of_threads_is_part_of_what_is_trained(
    write_project: ProjectWriter, capsys: pytest.CaptureFixture[str]
) -> None:
    project = write_project({**FILES, "tenprint.yml": "executor: {name: local}\n"})
    assert run_here(capsys, "-C", str(project), "train", "--num-threads", "2").code == 2
    first = metadata(project)["nodes"]
    write_project({"tenprint.yml": "executor: {name: local, workers: 1}\n"})
    assert run_project(project, "plan").action == "none"
    forced = run_project(project, "train", force=True)
    assert forced.model is not None
    assert read_archive_head(forced.model).metadata["nodes"] == first


# K05: components that are given the dialogue


def test_k05_what_predicts_from_a_dialogue_needs_that_placeholder(write_project: ProjectWriter) -> None:
    nodes = nodes_of(FILES, write_project, "predict")
    assert {name: node["needs"] for name, node in nodes.items() if "__tracker__" in node["needs"].values()} == {
        "predict/0-MemoizationPolicy": {"dialogue": "__tracker__"},
        "predict/1-RulePolicy": {"dialogue": "__tracker__"},
    }


class HearsDialogues(Plain):
    """Answers for NLU with an eye on the dialogue."""

    def process(self, messages: list[Message], tracker: Dialogue) -> list[Message]:
        del tracker
        return messages


def test_k05_in_a_graph_of_ones_own_any_node_may_need_it() -> None:
    needs = {"messages": "__message__", "tracker": "__tracker__"}
    node = SchemaNode(needs, HearsDialogues, "load", "process", {}, eager=True)
    validate(configuration(GraphSchema({"process": node}), nlu_target="process"))
    with pytest.raises(GraphValidationError) as caught:
        validate(
            configuration(
                GraphSchema({"process": replace(node, needs={"messages": "__message__"})}), nlu_target="process"
            )
        )
    assert [problem.code for problem in caught.value.problems] == ["missing-input"]


# K06: what is registered, and what is named


def test_k06_something_else_than_a_component_is_refused_when_it_is_registered(
    write_project: ProjectWriter, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    project = write_project(
        {
            **PROJECT,
            "k06_plugin.py": "from tenprint.plugins import hookimpl\n\n\n@hookimpl\n"
            "def tenprint_register_components():\n    return [dict]\n",
        }
    )
    monkeypatch.syspath_prepend(str(project))
    outcome = run_here(capsys, "-p", "k06_plugin", "-C", str(project), "train")
    assert (outcome.code, "k06_plugin" in outcome.err, "dict" in outcome.err) == (1, True, True)


def test_k06_an_unknown_name_is_told_with_its_place_and_the_nearest(write_project: ProjectWriter) -> None:
    config = "pipeline:\n- name: KeywordIntentClasifier\npolicies:\n- name: MemoizationPolicy\n"
    (problem,) = refused(write_project({**PROJECT, "config.yml": config}))
    assert (problem.code, str(problem.location)) == ("unknown-component", "config.yml:2:3")
    assert problem.hint is not None
    assert problem.hint.startswith("did you mean `KeywordIntentClassifier`?")


def test_k06_changed_a_dotted_path_is_a_name_like_any_other_and_imports_nothing(write_project: ProjectWriter) -> None:
    project = write_project(
        {
            **PROJECT,
            "config.yml": "pipeline:\n- name: k06_never.Component\npolicies:\n- name: no.such.module.Policy\n",
            "k06_never.py": "raise SystemExit('imported')\n",
        }
    )
    assert [problem.code for problem in refused(project)] == ["unknown-component", "unknown-component"]
    assert "k06_never" not in sys.modules


# K07 and K09: lists that do not fit


EMPTY_LISTS = {
    "pipeline": ("data/stories.yml", {"nlu/0-KeywordIntentClassifier", "nlu/1-EntitySynonymMapper"}),
    "policies": ("data/nlu.yml", {"core/0-MemoizationPolicy", "core/1-RulePolicy"}),
}


@pytest.mark.parametrize("key", EMPTY_LISTS)
def test_k07_changed_an_empty_list_is_completed_where_there_is_data(write_project: ProjectWriter, key: str) -> None:
    missing, trained = EMPTY_LISTS[key]
    files = {**PROJECT, "config.yml": f"{key}: []\n"}
    plan = run_project(write_project({path: text for path, text in files.items() if path != missing}), "train").plan
    assert {node.name for node in plan.nodes} == trained


@pytest.mark.anyio
@pytest.mark.parametrize("section", ["nlu", "core"])
async def test_k07_a_trainer_that_is_asked_for_a_half_without_entries_refuses(tmp_path: Path, section: Any) -> None:
    request = TrainingRequest(
        sections=frozenset({section}),
        config={"pipeline": [], "policies": []},
        domain=Domain(),
        stories=Stories((Story("", (IntentStep("greet"),)),)),
        nlu=NluData((Example("hi", "greet"),)),
        components={},
        folder=tmp_path,
    )
    with pytest.raises(TrainingError, match="names no component"):
        await ComponentTrainer().train(request)


def test_k09_a_policy_in_the_pipeline_is_named(write_project: ProjectWriter) -> None:
    config = "pipeline:\n- name: KeywordIntentClassifier\n- name: RulePolicy\npolicies:\n- name: MemoizationPolicy\n"
    (problem,) = refused(write_project({**PROJECT, "config.yml": config}))
    assert (problem.code, problem.message) == (
        "unknown-component",
        "`RulePolicy`, entry 2 of `pipeline`, is no NLU component",
    )
    assert str(problem.location) == "config.yml:3:3"


# K08: graphs of one's own; what the library makes of such a configuration is tested in test_recipe_graphs.py


def test_k08_changed_the_program_refuses_the_recipe_of_graphs_with_what_to_do(
    write_project: ProjectWriter, capsys: pytest.CaptureFixture[str]
) -> None:
    project = write_project({**PROJECT, "config.yml": f"recipe: graph.v1\n{PROJECT['config.yml']}"})
    (problem,) = refused(project)
    assert problem.message.startswith("recipe graph.v1 is not supported")
    assert str(problem.location) == "config.yml:1:1"
    assert problem.hint is not None
    assert "train with a command" in problem.hint
    assert "`graph_recipe` in the library" in problem.hint
    assert run_here(capsys, "-C", str(project), "train").code == 1


def configuration(predict: GraphSchema, *, nlu_target: str | None) -> GraphModelConfiguration:
    return GraphModelConfiguration(GraphSchema(), predict, TrainingType.BOTH, nlu_target=nlu_target)


def test_k08_a_graph_without_the_node_that_answers_is_refused() -> None:
    with pytest.raises(GraphValidationError) as caught:
        validate(configuration(GraphSchema(), nlu_target=None))
    assert [problem.code for problem in caught.value.problems] == ["prediction-target"]


def test_k08_a_graph_with_an_unknown_class_is_refused() -> None:
    node = SchemaNode({}, Growing, "create", "run", {})
    document = GraphSchema({"grow": node}).as_dict()
    with pytest.raises(GraphSchemaError, match="grow: no class is known as"):
        GraphSchema.from_dict(document, {})
