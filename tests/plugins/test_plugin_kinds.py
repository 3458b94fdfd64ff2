"""A kind of data that a plugin adds, end to end: tests/example_plugin adds `flows` and a policy for them."""

import asyncio
import inspect
import json
import re
import sys
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from tests.program import run_here

from tenprint.fingerprinting import (
    Dialogue,
    Message,
    NluComponent,
    TrainingPlan,
    archive_member_names,
    read_archive_head,
    unpack_model,
)
from tenprint.importers import (
    ImporterContext,
    ProblemsError,
    ReadingRules,
    TenprintError,
    TrainingDataImporter,
    WrappingImporter,
    load_importer,
)
from tenprint.importers.core_only import CoreDataImporter
from tenprint.importers.data import ActionStep, IntentStep, NluData, SlotStep
from tenprint.importers.kinds import BUILT_IN_KINDS, Identity, ItemKind, Kind, NamedValue, as_it_is, whole
from tenprint.importers.memory import MemoryImporter
from tenprint.importers.nlu_only import NluDataImporter
from tenprint.plugins import Project, Registry, create_plugin_manager, hookimpl, hookspecs, open_project, registry_of
from tenprint_example import plugin
from tenprint_example.components import FlowPolicy
from tenprint_example.flows import Flow, FlowStep
from tenprint_example.kinds import FLOWS

PROJECT: Mapping[str, str] = {
    "config.yml": "pipeline:\n- name: KeywordIntentClassifier\npolicies:\n- name: FlowPolicy\n",
    "domain.yml": (
        "intents: [greet, lend]\nslots:\n  thing: {type: text}\nactions: [action_check_shelf]\n"
        "responses:\n  utter_hello:\n  - text: hello\n  utter_ask_thing:\n  - text: which?\n"
    ),
    "data/nlu.yml": (
        "nlu:\n- intent: greet\n  examples: |\n    - hello\n    - hi\n"
        "- intent: lend\n  examples: |\n    - lend me\n    - may I have\n"
    ),
    "data/stories.yml": (
        "stories:\n- story: greet\n  steps:\n  - intent: greet\n  - action: utter_hello\n"
        "- story: lend\n  steps:\n  - intent: lend\n  - action: utter_hello\n"
    ),
    "data/flows.yml": (
        "flows:\n"
        "  lend:\n"
        "    description: Lend a thing\n"
        "    steps:\n"
        "    - collect: thing\n"
        "    - action: action_check_shelf\n"
        "    - link: part\n"
        "  part:\n"
        "    steps:\n"
        "    - action: utter_hello\n"
    ),
}


def laid_out(root: Path, files: Mapping[str, str] = PROJECT) -> Path:
    for name, text in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text, encoding="utf-8")
    return root


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """Lay out a project that uses the kind."""
    return laid_out(tmp_path / "project")


def registry(*plugins: Any) -> Registry:
    return registry_of(create_plugin_manager(plugins=plugins))


def ask(root: Path, ask_for: Callable[[Project], Awaitable[Any]], *, plugins: tuple[Any, ...] = (plugin,)) -> Any:
    async def call() -> Any:
        async with open_project(root, registry=registry(*plugins)) as opened:
            return await ask_for(opened)

    return asyncio.run(call())


def change(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


def plan_of(root: Path, **options: Any) -> TrainingPlan:
    plan: TrainingPlan = ask(root, lambda opened: opened.plan(), **options)
    return plan


def told(problems: Any) -> list[tuple[str, str, str]]:
    return [(problem.code, problem.severity, str(problem.location)) for problem in problems]


# Reading


def test_values_come_with_the_project_data(project: Path) -> None:
    flows = ask(project, lambda opened: opened.data()).further["flows"]

    assert flows == {
        "lend": Flow(
            "lend",
            (FlowStep("collect", "thing"), FlowStep("action", "action_check_shelf"), FlowStep("link", "part")),
            "Lend a thing",
        ),
        "part": Flow("part", (FlowStep("action", "utter_hello"),)),
    }


def test_a_project_without_such_data_has_no_value_of_it(project: Path) -> None:
    (project / "data/flows.yml").unlink()

    assert ask(project, lambda opened: opened.data()).further == {}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("flows: [a]\n", [("wrong-type", "error", "data/flows.yml:1:8")]),
        ("flows:\n  a: 1\n", [("wrong-type", "error", "data/flows.yml:2:6")]),
        ("flows:\n  a: {}\n", [("flow-without-steps", "error", "data/flows.yml:2:3")]),
        (
            "flows:\n  a:\n    stops: []\n    steps: []\n    description: 1\n",
            [("unknown-key", "error", "data/flows.yml:3:5"), ("wrong-type", "error", "data/flows.yml:5:18")],
        ),
        (
            "flows:\n  a:\n    steps:\n    - collect: x\n      action: y\n    - 1\n    - action: 2\n    - run: b\n",
            [
                ("flow-step", "error", "data/flows.yml:4:7"),
                ("wrong-type", "error", "data/flows.yml:6:7"),
                ("wrong-type", "error", "data/flows.yml:7:15"),
                ("flow-step", "error", "data/flows.yml:8:7"),
            ],
        ),
    ],
)
def test_what_is_wrong_in_a_file_is_told_with_its_line(project: Path, text: str, expected: Any) -> None:
    (project / "data/flows.yml").write_text(text, encoding="utf-8")

    assert told(ask(project, lambda opened: opened.problems())) == expected


def test_one_file_may_hold_it_beside_other_kinds(project: Path) -> None:
    flows = (project / "data/flows.yml").read_text(encoding="utf-8")
    (project / "data/flows.yml").unlink()
    with (project / "data/nlu.yml").open("a", encoding="utf-8") as file:
        file.write(flows)

    data = ask(project, lambda opened: opened.data())
    assert (len(data.further["flows"]), len(data.nlu.examples)) == (2, 4)


# Merging


def test_two_files_that_disagree_are_told_with_both_places(project: Path) -> None:
    (project / "data/more.yml").write_text("flows:\n  part:\n    steps:\n    - action: other\n", encoding="utf-8")

    (conflict,) = [problem for problem in ask(project, lambda opened: opened.problems()) if problem.code == "conflict"]
    assert (str(conflict.location), *map(str, conflict.related)) == ("data/more.yml:2:3", "data/flows.yml:8:3")
    assert "flow 'part'" in conflict.message
    assert ask(project, lambda opened: opened.data()).further["flows"]["part"].steps[0].name == "utter_hello"


@pytest.mark.parametrize("name", ["flow", "flows"])
def test_settings_name_the_policy_of_a_plugin_kind(project: Path, name: str) -> None:
    laid_out(project, {"data/more.yml": "flows:\n  part:\n    steps:\n    - action: other\n"})
    (project / "tenprint.yml").write_text(f"merge:\n  files: {{{name}: last}}\n", encoding="utf-8")

    assert ask(project, lambda opened: opened.data()).further["flows"]["part"].steps[0].name == "other"


def test_settings_that_name_a_kind_nobody_provides_are_told_after_the_plugins_are_known(project: Path) -> None:
    (project / "tenprint.yml").write_text("merge:\n  files: {flow: last, flaws: last}\n", encoding="utf-8")

    with pytest.raises(ProblemsError) as caught:
        ask(project, lambda opened: opened.data())
    (problem,) = caught.value.problems
    assert (problem.code, str(problem.location)) == ("unknown-kind", "tenprint.yml:2:23")
    assert "flows" in str(problem.hint)
    with pytest.raises(ProblemsError, match="'flow'"):
        ask(project, lambda opened: opened.data(), plugins=())


def layered(project: Path, merge: str, text: str) -> Path:
    laid_out(project / "layer/data", {"flows.yml": text})
    importers = "- name: file\n- {name: file, as: layer, directory: layer, config: ../config.yml}\n"
    settings = f"merge: {merge}\nimporters:\n{importers}"
    (project / "tenprint.yml").write_text(settings, encoding="utf-8")
    return project


def test_an_overlay_replaces_a_flow_with_all_that_stands_below_it(project: Path) -> None:
    layered(project, "{importers: overlay}", "flows:\n  lend.replace:\n    steps:\n    - action: utter_hello\n")

    flows = ask(project, lambda opened: opened.data()).further["flows"]
    assert flows["lend"] == Flow("lend", (FlowStep("action", "utter_hello"),))
    assert set(flows) == {"lend", "part"}


def test_an_overlay_that_replaces_nothing_is_told_at_its_line(project: Path) -> None:
    layered(project, "{importers: {flows: overlay}}", "flows:\n  nobody.replace:\n    steps: []\n")

    found = told(ask(project, lambda opened: opened.problems()))
    assert ("nothing-to-replace", "error", "layer/data/flows.yml:2:3") in found


def test_a_namespace_gives_flows_and_what_they_mention_its_prefix(project: Path) -> None:
    text = "flows:\n  lend:\n    steps:\n    - action: utter_hello\n    - link: part\n"
    layered(project, "{importers: {flow: namespace, response: namespace}}", text)

    flows = ask(project, lambda opened: opened.data()).further["flows"]
    assert flows["layer.lend"].steps == (FlowStep("action", "utter_layer.hello"), FlowStep("link", "layer.part"))
    assert flows["lend"].description == "Lend a thing"


def test_a_kind_without_namespaced_names_cannot_have_them(project: Path) -> None:
    (project / "tenprint.yml").write_text("merge: {importers: {flow-description: namespace}}\n", encoding="utf-8")

    with pytest.raises(ProblemsError, match="names of flow-description get no prefix"):
        ask(project, lambda opened: opened.plan())


# Fingerprint, plan, training


def test_a_project_without_the_kind_has_the_same_fingerprint_with_and_without_the_plugin(project: Path) -> None:
    (project / "data/flows.yml").unlink()

    with_it, without = (ask(project, lambda opened: opened.fingerprint(), plugins=each) for each in ((plugin,), ()))
    assert with_it == without


def test_its_keys_stand_beside_the_twelve(project: Path) -> None:
    with_it, without = (ask(project, lambda opened: opened.fingerprint(), plugins=each) for each in ((plugin,), ()))

    assert with_it.keys() - without.keys() == {"flows", "flow-descriptions"}
    assert {key: value for key, value in with_it.items() if key in without} == without


def test_changed_steps_make_core_due_and_nothing_else(project: Path) -> None:
    ask(project, lambda opened: opened.train())
    change(project / "data/flows.yml", "- action: utter_hello", "- action: action_check_shelf")

    plan = plan_of(project)
    assert [name for name in ("core", "nlu") if plan.retrains(name)] == ["core"]
    assert [reason.key for reason in plan.sections["core"].reasons] == ["flows"]
    (found,) = plan.changes
    assert (found.change, found.kind, found.path, found.sections) == ("modified", "flow", ("flows", "part"), ("core",))
    assert [str(place) for place in found.locations] == ["data/flows.yml:8:3"]


def test_a_changed_description_is_a_change_that_makes_nothing_due(project: Path) -> None:
    ask(project, lambda opened: opened.train())
    change(project / "data/flows.yml", "Lend a thing", "Lend anything")

    plan = plan_of(project)
    assert plan.action == "none"
    (found,) = plan.changes
    assert (found.kind, found.path, found.sections) == ("flow-description", ("flows", "lend", "description"), ())


def test_removed_data_make_core_due(project: Path) -> None:
    ask(project, lambda opened: opened.train())
    (project / "data/flows.yml").unlink()

    plan = plan_of(project)
    assert [reason.key for reason in plan.sections["core"].reasons] == ["flows"]
    assert {(found.change, found.kind) for found in plan.changes} == {
        ("removed", "flow"),
        ("removed", "flow-description"),
    }
    assert plan.problems == ()


def test_a_component_is_trained_on_what_its_section_reads_and_on_nothing_else(project: Path, tmp_path: Path) -> None:
    model = ask(project, lambda opened: opened.train()).model
    unpack_model(model, tmp_path / "model")

    written = json.loads((tmp_path / "model/core/0-FlowPolicy/flows.json").read_text(encoding="utf-8"))
    assert written == {
        "lend": [["collect", "thing"], ["action", "action_check_shelf"], ["link", "part"]],
        "part": [["action", "utter_hello"]],
    }
    policy = FlowPolicy.load({}, {"flows.json": written})
    events: list[Any] = [IntentStep("lend")]
    actions: list[str] = []
    while len(actions) < 5:
        predicted = policy.predict(Dialogue(tuple(events)))
        assert predicted is not None
        actions.append(predicted.name)
        answer = [SlotStep("thing", "tent")] if predicted.name == "action_listen" else [ActionStep(predicted.name)]
        events += answer
    assert actions == ["utter_ask_thing", "action_listen", "action_check_shelf", "utter_hello", "action_listen"]


def test_equal_data_in_another_order_train_an_equal_model(project: Path, tmp_path: Path) -> None:
    first = ask(project, lambda opened: opened.train(fixed_model_name="first")).model
    flows = (project / "data/flows.yml").read_text(encoding="utf-8")
    lend, part = flows.removeprefix("flows:\n").split("  part:\n")
    (project / "data/flows.yml").write_text(f"flows:\n  part:\n{part}{lend}", encoding="utf-8")

    assert plan_of(project).action == "none"
    second = ask(project, lambda opened: opened.train(fixed_model_name="second", force=True)).model
    contents = []
    for model in (first, second):
        unpack_model(model, tmp_path / Path(model).name)
        contents.append((tmp_path / Path(model).name / "core/0-FlowPolicy/flows.json").read_bytes())
    assert contents[0] == contents[1]


def test_flows_alone_are_training_data_of_core(project: Path) -> None:
    (project / "data/stories.yml").unlink()
    (project / "data/nlu.yml").unlink()

    assert "no-training-data" not in {code for code, _, _ in told(ask(project, lambda opened: opened.problems()))}
    model = ask(project, lambda opened: opened.train()).model
    assert {"core/0-FlowPolicy/flows.json", "core/domain.yml"} <= set(archive_member_names(model))
    assert ask(project, lambda opened: opened.train()).written is False


# The plugin is gone


def test_a_plan_against_a_model_of_a_missing_plugin_says_so_and_a_training_refuses(project: Path) -> None:
    ask(project, lambda opened: opened.train())

    plan = plan_of(project, plugins=())
    assert "unknown-kind" in [reason.code for reason in plan.sections["core"].reasons]
    assert "unknown-kind" not in [reason.code for reason in plan.sections["nlu"].reasons]
    assert plan.changes == ()
    codes = {problem.code: problem for problem in plan.problems}
    assert codes.keys() == {"unused-file", "unknown-component", "unknown-kind"}
    assert codes["unknown-kind"].severity == "warning"
    assert str(codes["unused-file"].location) == "data/flows.yml:1:1"
    change(project / "config.yml", "FlowPolicy", "MemoizationPolicy")
    with pytest.raises(ProblemsError, match="no plugin provides now") as caught:
        ask(project, lambda opened: opened.train(), plugins=())
    assert "tenprint_example.plugin" in str(caught.value.problems[0].hint)
    assert len(list((project / "models").iterdir())) == 1


def test_forced_it_trains_without_them(project: Path) -> None:
    ask(project, lambda opened: opened.train())
    change(project / "config.yml", "FlowPolicy", "MemoizationPolicy")

    report = ask(project, lambda opened: opened.train(force=True, fixed_model_name="without"), plugins=())
    head = read_archive_head(report.model)
    assert "flows" not in head.fingerprint
    assert "kinds" not in head.metadata


def test_a_model_remembers_the_kinds_it_was_trained_on(project: Path) -> None:
    head = read_archive_head(ask(project, lambda opened: opened.train()).model)

    assert head.metadata["kinds"] == {
        "flows": {
            "provider": "tenprint_example.plugin",
            "keys": ["flows"],
            "trains": {"flow-descriptions": [], "flows": ["core"]},
        }
    }
    assert {"flow", "flow-description"} <= set(head.items or ())


# Checks, reports, export


def test_what_a_kind_looks_for_is_told_by_validate(project: Path) -> None:
    change(project / "data/flows.yml", "link: part", "link: nowhere")
    change(project / "data/flows.yml", "action: utter_hello", "action: utter_nothing")

    assert told(ask(project, lambda opened: opened.problems())) == [
        ("unknown-flow", "error", "data/flows.yml:2:3"),
        ("undeclared-action", "warning", "data/flows.yml:8:3"),
    ]


def test_what_flows_mention_counts_as_used(project: Path) -> None:
    assert ask(project, lambda opened: opened.problems()) == ()
    (project / "data/flows.yml").unlink()

    codes = [code for code, _, _ in told(ask(project, lambda opened: opened.problems()))]
    assert codes == ["unused-slot", "unused-action"]


def test_an_export_is_read_as_the_project_it_was_made_of(project: Path, tmp_path: Path) -> None:
    report = ask(project, lambda opened: opened.export(tmp_path / "out"))
    assert "data/flows.yml" in report.files

    before, after = (ask(path, lambda opened: opened.fingerprint()) for path in (project, tmp_path / "out"))
    assert before == after
    (project / "data/flows.yml").unlink()
    report = ask(project, lambda opened: opened.export(tmp_path / "out", force=True))
    assert report.removed == ("data/flows.yml",)


def test_the_example_in_the_documentation_of_the_hook_works(project: Path) -> None:
    documented = re.search(r"```python\n(.*?)```", inspect.getdoc(hookspecs.tenprint_register_kinds) or "", re.DOTALL)
    assert documented is not None
    names: dict[str, Any] = {"__name__": "example"}
    exec(documented[1], names)  # noqa: S102 - the documentation is the thing under test
    example = SimpleNamespace(__name__="example", tenprint_register_kinds=names["tenprint_register_kinds"])
    laid_out(project, {"data/words.yml": "glossary:\n  tent: a house of cloth\n  rope: 1\n"})

    found = told(ask(project, lambda opened: opened.problems(), plugins=(plugin, example)))
    assert found == [("wrong-type", "error", "data/words.yml:3:9")]
    change(project / "data/words.yml", "  rope: 1\n", "")
    data = ask(project, lambda opened: opened.data(), plugins=(plugin, example))
    assert data.further["glossary"] == {"tent": "a house of cloth"}


class Providing:
    """A plugin that adds kinds."""

    def __init__(self, *kinds: Any, answer: Any = None) -> None:
        self._answer = list(kinds) if answer is None else answer

    @hookimpl
    def tenprint_register_kinds(self) -> Any:
        return self._answer


class Other(Providing):
    """Another plugin that adds kinds."""


def test_a_kind_that_does_not_say_how_it_is_written_is_not_exported(project: Path, tmp_path: Path) -> None:
    with pytest.raises(ProblemsError, match="does not say how they are written") as caught:
        ask(
            project,
            lambda opened: opened.export(tmp_path / "out"),
            plugins=(Providing(replace(FLOWS, write=None)), Components()),
        )
    assert told(caught.value.problems) == [("not-writable", "error", "data/flows.yml:2:3")]
    assert not (tmp_path / "out").exists()


class Components:
    """The component of the example without its kind."""

    @hookimpl
    def tenprint_register_components(self) -> Any:
        return [FlowPolicy]


@pytest.mark.parametrize("answer", [None, ["flows"], {"flows": 1}, {"flaws": {}}])
def test_a_kind_that_writes_something_else_is_told(project: Path, tmp_path: Path, answer: Any) -> None:
    broken = replace(FLOWS, write=lambda _: answer)

    with pytest.raises(ProblemsError) as caught:
        ask(project, lambda opened: opened.export(tmp_path / "out"), plugins=(Providing(broken), Components()))
    assert {problem.code for problem in caught.value.problems} == {"not-writable"}


@pytest.fixture
def shown(project: Path, capsys: pytest.CaptureFixture[str]) -> Callable[..., Any]:
    """Run a command on the project, whose settings name the plugin."""
    (project / "tenprint.yml").write_text("plugins: [tenprint_example.plugin]\n", encoding="utf-8")
    return lambda *arguments: run_here(capsys, "-C", str(project), *arguments)


def test_commands_show_the_kind_like_any_other(shown: Callable[..., Any]) -> None:
    assert "flow description       1" in shown("show").out
    blamed = shown("show", "--blame").out
    assert "flow (2)" in blamed
    assert "data/flows.yml:2:3" in blamed
    named = shown("show", "flow", "lend").out
    assert named.startswith("flow lend  data/flows.yml:2:3")
    assert "collect" in named
    assert "flow lend" in shown("show", "action", "action_check_shelf").out
    wrong = shown("show", "flow", "lent")
    assert (wrong.code, "did you mean lend?" in wrong.err) == (1, True)
    assert "did you mean flow" in shown("show", "flaw").err
    assert "flow 2" in shown("show", "sources").out


def test_commands_compare_and_train_the_kind_like_any_other(shown: Callable[..., Any], project: Path) -> None:
    assert shown("fingerprint", "--json").document["further"].keys() >= {"flows", "flow-descriptions"}
    assert shown("train", "--quiet").code == 0
    change(project / "data/flows.yml", "    - collect: thing\n", "")
    planned = shown("plan")
    assert "~ flow: lend  (data/flows.yml:2:3)  [Core]" in planned.out
    assert shown("validate").code == 0


# Values of other importers


def rules_with(*kinds: Kind) -> ReadingRules:
    return ReadingRules(kinds=(*BUILT_IN_KINDS, *kinds))


class Plain(TrainingDataImporter):
    NAME = "plain"

    def get_further(self) -> Any:
        return self.options["further"]


def snapshot_of_plain(further: Any, *kinds: Kind) -> Any:
    importer = Plain({"further": further}, ImporterContext(Path(), rules=rules_with(*kinds)))
    return asyncio.run(importer.snapshot())


def test_an_importer_without_files_provides_values() -> None:
    snapshot = snapshot_of_plain({"flows": {"a": Flow("a", description="d")}}, FLOWS)

    assert [(item.kind, item.path) for item in snapshot.table] == [
        ("flow", ("flows", "a")),
        ("flow-description", ("flows", "a", "description")),
    ]
    assert snapshot.documents[0].id.path == "<plain flows>"


@pytest.mark.parametrize(
    ("further", "code", "words"),
    [
        (["flows"], "wrong-answer", "returned list, not Mapping"),
        ({"flaws": {}}, "unknown-kind", "'flaws', which no plugin adds"),
    ],
)
def test_an_answer_that_is_no_mapping_of_known_kinds_is_told(further: Any, code: str, words: str) -> None:
    with pytest.raises(ProblemsError) as caught:
        snapshot_of_plain(further, FLOWS)
    (problem,) = caught.value.problems
    assert (problem.code, words in problem.message) == (code, True)


def test_a_value_that_the_kind_cannot_take_apart_is_an_error_that_names_it() -> None:
    guarded_flows = registry(plugin).kinds["flows"].provided

    with pytest.raises(TenprintError, match=r"the kind 'flows' of tenprint_example\.plugin failed in `take_apart`"):
        snapshot_of_plain({"flows": {"a": 1}}, guarded_flows)


def loaded(project: Path) -> WrappingImporter:
    context = ImporterContext(project, rules=rules_with(FLOWS, GLOSSARY))
    return load_importer((), context, known=registry().importers)


def test_all_importers_around_others_pass_the_values_on(project: Path) -> None:
    laid_out(project, {"data/words.yml": "glossary:\n  tent: a house of cloth\n"})
    whole_project = loaded(project)

    def kinds_of(importer: TrainingDataImporter) -> tuple[set[str], set[str]]:
        further = asyncio.run(importer.get_further())
        found = asyncio.run(importer.snapshot()).table.kinds()
        return set(further), {"flow", "word"} & found

    assert kinds_of(whole_project) == ({"flows", "glossary"}, {"flow", "word"})
    assert kinds_of(CoreDataImporter(whole_project)) == ({"flows"}, {"flow"})
    assert kinds_of(NluDataImporter(whole_project)) == ({"glossary"}, {"word"})
    assert kinds_of(
        MemoryImporter(further={"flows": {"a": Flow("a")}}, context=ImporterContext(Path(), rules=rules_with(FLOWS)))
    ) == ({"flows"}, {"flow"})


# A kind that trains NLU


def _read_words(reader: Any) -> None:
    for word, meaning, place, _ in reader.members(reader.root["glossary"], "glossary"):
        reader.emit("word", ("glossary", word), meaning, place)


GLOSSARY = Kind(
    name="glossary",
    keys=frozenset({"glossary"}),
    item_kinds=(ItemKind("word", Identity.ONE, whole(as_it_is), {"glossary": "digest"}, name_at=1),),
    read=_read_words,
    take_apart=lambda words: (NamedValue("word", ("glossary", word), words[word]) for word in words),
    put_together=lambda parts: {part.path[1]: part.value for part in parts},
    write=lambda words: {"glossary": words},
    trains={"glossary": ("nlu",)},
)


class Listing(NluComponent):
    NAME = "Listing"
    VERSION = "1"

    @classmethod
    def train(cls, config: Mapping[str, Any], nlu: NluData) -> Mapping[str, Any]:
        del config
        return {"words.json": dict(nlu.further.get("glossary", {})), "further.json": sorted(nlu.further)}

    @classmethod
    def load(cls, config: Mapping[str, Any], files: Mapping[str, Any]) -> "Listing":
        del config, files
        return cls()

    def process(self, message: Message) -> Message:
        return message


class Glossary(Providing):
    def __init__(self) -> None:
        super().__init__(GLOSSARY)

    @hookimpl
    def tenprint_register_components(self) -> Any:
        return [Listing]


def test_a_kind_may_train_nlu_alone(project: Path, tmp_path: Path) -> None:
    laid_out(project, {"data/words.yml": "glossary:\n  tent: a house of cloth\n"})
    change(project / "config.yml", "KeywordIntentClassifier", "Listing")
    both = (plugin, Glossary())

    model = ask(project, lambda opened: opened.train(), plugins=both).model
    unpack_model(model, tmp_path / "model")
    folder = tmp_path / "model/nlu/0-Listing"
    assert json.loads((folder / "words.json").read_text(encoding="utf-8")) == {"tent": "a house of cloth"}
    assert json.loads((folder / "further.json").read_text(encoding="utf-8")) == ["glossary"]
    change(project / "data/words.yml", "cloth", "canvas")
    plan = plan_of(project, plugins=both)
    assert [name for name in ("core", "nlu") if plan.retrains(name)] == ["nlu"]


# What plugins may not do


def clashes(*plugins: Any) -> list[tuple[str, str]]:
    with pytest.raises(ProblemsError) as caught:
        registry(*plugins)
    assert all(problem.hint for problem in caught.value.problems)
    return [(problem.code, problem.message) for problem in caught.value.problems]


def word(name: str = "word", **values: Any) -> ItemKind:
    return replace(GLOSSARY.item_kinds[0], name=name, **values)


def test_the_same_kind_from_two_plugins_is_no_clash() -> None:
    assert set(registry(Providing(FLOWS), Other(FLOWS)).kinds) == {"flows"}


def test_kinds_are_sorted_whoever_comes_first() -> None:
    one, two = registry(Providing(GLOSSARY), Other(FLOWS)), registry(Providing(FLOWS), Other(GLOSSARY))
    assert list(one.kinds) == list(two.kinds) == ["flows", "glossary"]


@pytest.mark.parametrize(
    ("values", "name"),
    [
        ({"name": "flows"}, "name 'flows'"),
        ({"name": "flow"}, "name 'flow'"),
        ({"item_kinds": (word("flow"),)}, "name 'flow'"),
        ({"keys": frozenset({"flows", "glossary"})}, "top-level key 'flows'"),
        (
            {"item_kinds": (word(read_by={"flows": "digest"}),), "trains": {"flows": ("nlu",)}},
            "key of the fingerprint 'flows'",
        ),
    ],
)
def test_a_clash_of_two_plugins_names_both(values: Any, name: str) -> None:
    ((code, message),) = clashes(Providing(FLOWS), Other(replace(GLOSSARY, **values)))

    assert (code, name in message) == ("plugin-clash", True)
    assert "by Providing and by Other" in message


@pytest.mark.parametrize(
    ("values", "name"),
    [
        ({"name": "stories"}, "name 'stories'"),
        ({"name": "rules"}, "name 'rules'"),
        ({"name": "counts"}, "name 'counts'"),
        ({"item_kinds": (word("story"),)}, "name 'story'"),
        ({"keys": frozenset({"nlu"})}, "top-level key 'nlu'"),
        ({"keys": frozenset({"version"})}, "top-level key 'version'"),
        ({"item_kinds": (word(read_by={"nlg": "digest"}),), "trains": {}}, "key of the fingerprint 'nlg'"),
        ({"item_kinds": (word(read_by={"trained_at": "path"}),), "trains": {}}, "key of the fingerprint 'trained_at'"),
        ({"item_kinds": (word(read_by={"story-messages": "path"}),), "trains": {}}, "'story-messages'"),
    ],
)
def test_a_clash_with_what_comes_with_tenprint_names_both(values: Any, name: str) -> None:
    ((code, message),) = clashes(Providing(replace(GLOSSARY, **values)))

    assert (code, name in message) == ("plugin-clash", True)
    assert "by tenprint and by Providing" in message


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"name": "My Words"}, "names are lower-case words"),
        ({"name": 5}, "names are lower-case words"),
        ({"item_kinds": ()}, "at least one"),
        ({"item_kinds": ("word",)}, "no tuple of ItemKind"),
        ({"keys": frozenset()}, "at least one"),
        ({"item_kinds": (word("glossary"),)}, "names that differ"),
        ({"item_kinds": (word(), word())}, "names that differ"),
        ({"trains": {"glossary": ("nlg",)}}, "trains 'nlg'"),
        ({"trains": {"words": ("nlu",)}}, "which none of its items is read by"),
        ({"item_kinds": (word(read_by={"glossary": "path"}),)}, "must read the digest"),
    ],
)
def test_what_is_wrong_with_a_kind_is_told(values: Any, words: str) -> None:
    ((code, message),) = clashes(Providing(replace(GLOSSARY, **values)))

    assert (code, words in message) == ("plugin-answer", True)
    assert "of plugin 'Providing' is wrong" in message


@pytest.mark.parametrize("answer", ["flows", 5, {"flows": FLOWS}, [Flow], [FLOWS.name]])
def test_something_else_than_kinds_is_told(answer: Any) -> None:
    ((code, message),) = clashes(Providing(answer=answer))

    assert (code, "Providing" in message) == ("plugin-answer", True)


def failing(*_: Any) -> Any:
    raise RuntimeError("out of glue")


def test_a_kind_that_fails_on_a_file_is_told_at_that_file_with_all_else(project: Path) -> None:
    (project / "data/nlu.yml").write_text("nlu: 1\n", encoding="utf-8")

    found = ask(
        project,
        lambda opened: opened.problems(),
        plugins=(Providing(replace(FLOWS, read=failing)), Components()),
    )
    assert told(found) == [
        ("kind-failed", "error", "data/flows.yml:1:1"),
        ("wrong-type", "error", "data/nlu.yml:1:6"),
    ]
    assert "RuntimeError: out of glue" in found[0].message
    assert "the kind 'flows' of Providing failed in `read`" in found[0].message


@pytest.mark.parametrize("function", ["check", "put_together", "take_apart", "write"])
def test_a_kind_that_fails_elsewhere_is_an_error_that_names_it(project: Path, tmp_path: Path, function: str) -> None:
    plugins = (Providing(replace(FLOWS, **{function: failing})), Components())  # type: ignore[arg-type]  # any of them

    async def use(opened: Project) -> None:
        await opened.problems()
        await opened.export(tmp_path / "out")

    with pytest.raises(TenprintError, match=f"the kind 'flows' of Providing failed in `{function}`: RuntimeError"):
        ask(project, use, plugins=plugins)


def test_the_hooks_of_the_example_are_found_by_its_entry_point(project: Path) -> None:
    del project
    text = (Path(plugin.__file__).parents[1] / "pyproject.toml").read_text(encoding="utf-8")

    assert f'tenprint-example = "{plugin.__name__}"' in text
    assert plugin.__name__ in sys.modules


def test_a_newer_version_of_a_kind_may_have_other_keys(project: Path) -> None:
    ask(project, lambda opened: opened.train())
    steps, descriptions = FLOWS.item_kinds
    newer = replace(
        FLOWS,
        item_kinds=(replace(steps, read_by={"flow-steps": "digest"}), descriptions),
        trains={"flow-steps": ("core",)},
    )

    plan = plan_of(project, plugins=(Providing(newer), Components()))
    assert {reason.key for reason in plan.sections["core"].reasons if reason.code == "changed"} == {
        "flows",
        "flow-steps",
    }
    assert [problem.code for problem in plan.problems] == []
