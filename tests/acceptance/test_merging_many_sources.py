"""Projects of many sources, through the command line: each policy on each level, and what the field got wrong.

Cases are those of the merging chapter of our notes on users (A54-A64), and warts of the systems we replace (W-IMP-n).
"""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
from tests.program import Outcome, run_here

ProjectWriter = Callable[[Mapping[str, "str | bytes"]], Path]
Capture = pytest.CaptureFixture[str]

SOURCES = """\
pipeline:
- name: KeywordIntentClassifier
importers:
- name: file
  as: base
  domain: base/domain.yml
  data: base/data
- name: file
  as: brand
  domain: brand/domain.yml
  data: brand/data
"""
NLU = "nlu:\n- intent: greet\n  examples: |\n    - {}\n"
STORY = "stories:\n- story: {}\n  steps:\n  - intent: greet\n  - action: utter_greet\n"


def responding(text: str) -> str:
    return f"intents: [greet]\nresponses:\n  utter_greet:\n  - text: {text}\n"


def two_sources(merge: str = "") -> dict[str, str]:
    """Files of a project whose two sources differ in the text of one response."""
    return {
        "config.yml": SOURCES,
        "base/domain.yml": responding("hello"),
        "brand/domain.yml": responding("ahoy"),
        "base/data/nlu.yml": NLU.format("hello"),
        "brand/data/nlu.yml": NLU.format("ahoy"),
        **({"tenprint.yml": merge} if merge else {}),
    }


def shown(capsys: Capture, project: Path, *arguments: str) -> Any:
    outcome = run_here(capsys, "-C", str(project), "show", *arguments, "--json")
    assert outcome.code == 0, outcome.out + outcome.err
    return outcome.document


def item(capsys: Capture, project: Path, what: str, name: str) -> Any:
    return shown(capsys, project, what, name)["item"]


def texts(capsys: Capture, project: Path, name: str = "utter_greet") -> list[str]:
    return [each["value"]["text"] for each in item(capsys, project, "response", name)["items"]]


def problems(capsys: Capture, project: Path) -> dict[str, list[dict[str, Any]]]:
    """Problems by their code."""
    outcome: Outcome = run_here(capsys, "-C", str(project), "validate", "--json")
    found: dict[str, list[dict[str, Any]]] = {}
    for problem in outcome.document["problems"]:
        found.setdefault(problem["code"], []).append(problem)
    return found


# A54, A56: policies, declared and not a matter of the order in which a file system lists its files


@pytest.mark.parametrize(("merge", "text"), [("", "hello"), ("merge: first\n", "hello"), ("merge: last\n", "ahoy")])
def test_users_a54_precedence_is_the_order_of_the_sources(
    write_project: ProjectWriter, capsys: Capture, merge: str, text: str
) -> None:
    project = write_project(two_sources(merge))
    assert texts(capsys, project) == [text]
    (conflict,) = problems(capsys, project)["conflict"]
    assert conflict["severity"] == "warning"
    assert 'here [{"text": "' in conflict["message"]
    places = {(place["source"], place["path"], place["line"]) for place in (conflict["location"], *conflict["related"])}
    assert places == {("base", "base/domain.yml", 4), ("brand", "brand/domain.yml", 4)}


def test_users_a56_the_other_order_gives_the_other_result_and_nothing_is_dropped(
    write_project: ProjectWriter, capsys: Capture
) -> None:
    entries = SOURCES.partition("importers:\n")[2].split("- name: file")[1:]
    flipped = SOURCES.partition("importers:\n")[0] + "importers:\n" + "".join(f"- name: file{e}" for e in entries[::-1])
    project = write_project({**two_sources(), "config.yml": flipped})
    assert texts(capsys, project) == ["ahoy"]
    examples = item(capsys, project, "intent", "greet")["related"][0]
    assert [each["value"] for each in examples["items"]] == ["ahoy", "hello"]


def test_users_a54_refusing_lists_every_conflict_with_both_values_and_both_places(
    write_project: ProjectWriter, capsys: Capture
) -> None:
    project = write_project(
        two_sources("merge: error\n")
        | {"base/data/slots.yml": "slots:\n  s: {type: text}\n", "brand/data/slots.yml": "slots:\n  s: {type: bool}\n"}
    )
    for command in ("plan", "train", "show", "export"):
        arguments = ("out",) if command == "export" else ()
        outcome = run_here(capsys, "-C", str(project), command, *arguments)
        assert (outcome.code, outcome.out) == (1, "")
        assert (
            "brand/data/slots.yml:2:3: error: slot 's' is given twice with different content: "
            'here {"type": "bool"}, there {"type": "text"}; this must not be [conflict]\n'
            "  see also base/data/slots.yml:2:3\n"
        ) in outcome.err
        assert "brand/domain.yml:4:5: error: response 'utter_greet' is given twice" in outcome.err
        assert 'here [{"text": "ahoy"}], there [{"text": "hello"}]' in outcome.err
        assert "2 errors" in outcome.err
    assert len(shown(capsys, project, "conflicts")["conflicts"]) == 2


def test_users_a54_kinds_differ_and_a_kind_of_item_differs_from_its_kind(
    write_project: ProjectWriter, capsys: Capture
) -> None:
    slots = "slots:\n  s: {{type: {}}}\n"
    files = {"base/data/slots.yml": slots.format("text"), "brand/data/slots.yml": slots.format("bool")}
    rules = "merge:\n  importers:\n    domain: first\n    response: last\n    config: error\n"
    project = write_project(two_sources(rules) | files)
    assert texts(capsys, project) == ["ahoy"]
    assert item(capsys, project, "slot", "s")["items"][0]["value"] == {"type": "text"}
    write_project({"brand.yml": "language: de\n", "config.yml": f"language: en\n{SOURCES}  config: brand.yml\n"})
    outcome = run_here(capsys, "-C", str(project), "plan")
    assert outcome.code == 1
    assert "brand.yml:1:1: error: config key 'language' is given twice with different content" in outcome.err
    assert 'here "de", there "en"' in outcome.err


@pytest.mark.parametrize(("policy", "text", "code"), [("first", "a", 0), ("last", "b", 0), ("error", None, 1)])
def test_users_a56_files_of_one_source_have_a_policy_of_their_own_and_are_sorted(
    write_project: ProjectWriter, capsys: Capture, policy: str, text: str | None, code: int
) -> None:
    files = {f"domain/{name}.yml": responding(name) for name in "ba"}
    project = write_project(
        {"config.yml": "language: en\n", "data/nlu.yml": NLU.format("hi"), **files}
        | {"tenprint.yml": f"merge:\n  files: {policy}\n"}
    )
    outcome = run_here(capsys, "-C", str(project), "show")
    assert (outcome.code, "[conflict]" in outcome.err) == (code, text is None)
    if text is not None:
        document = item(capsys, project, "response", "utter_greet")
        assert [each["value"]["text"] for each in document["items"]] == [text]
        (lost,) = document["items"][0]["overrides"]
        assert (lost["level"], lost["policy"], lost["location"]["line"]) == ("files", policy, 4)


@pytest.mark.parametrize(
    ("policy", "answers", "code"),
    [
        ("error", None, 1),
        ("first", {"utter_greet": ["own"]}, 0),
        ("last", {"utter_greet": ["b"]}, 0),
        ("overlay", {"utter_greet": ["b"]}, 0),
        ("namespace", {"utter_greet": ["own"], "utter_a.greet": ["a"], "utter_b.greet": ["b"]}, 0),
    ],
)
def test_projects_have_a_policy_of_their_own(
    write_project: ProjectWriter, capsys: Capture, policy: str, answers: Mapping[str, list[str]] | None, code: int
) -> None:
    imported = {f"{name}/domain.yml": responding(name) for name in "ab"}
    project = write_project(
        {
            "config.yml": "imports: [a, b]\nimporters: [{name: MultiProjectImporter}]\n",
            "tenprint.yml": f"merge:\n  projects: {policy}\n",
            "domain.yml": responding("own"),
            "data/nlu.yml": NLU.format("hi"),
            **imported,
        }
    )
    assert run_here(capsys, "-C", str(project), "train").code == code
    for name, expected in (answers or {}).items():
        assert texts(capsys, project, name) == expected


def test_users_a64_a_layer_changes_keys_of_the_configuration_and_synonyms(
    write_project: ProjectWriter, capsys: Capture
) -> None:
    synonyms = "- synonym: {}\n  examples: |\n    - big apple\n"
    project = write_project(
        two_sources(OVERLAY)
        | {"brand.yml": "language.replace: nl\n", "config.yml": f"language: en\n{SOURCES}  config: brand.yml\n"}
        | {"base/data/s.yml": "nlu:\n" + synonyms.format("NY")}
        | {"brand/data/s.yml": "nlu:\n" + synonyms.format("LA.replace")}
    )
    assert shown(capsys, project, "config")["config"]["language"] == "nl"
    assert item(capsys, project, "synonym", "big apple")["items"][0]["value"] == {"value": "LA"}


def test_users_a54_packs_keep_their_names_apart_and_their_stories_refer_to_their_own(
    write_project: ProjectWriter, capsys: Capture
) -> None:
    files = two_sources("merge:\n  importers: namespace\n") | {
        "base/data/stories.yml": STORY.format("hello"),
        "brand/data/stories.yml": STORY.format("hello"),
    }
    project = write_project(files)
    assert texts(capsys, project) == ["hello"]
    assert texts(capsys, project, "utter_brand.greet") == ["ahoy"]
    own = item(capsys, project, "intent", "brand.greet")
    examples, _, users = own["related"]
    assert [each["value"] for each in examples["items"]] == ["ahoy"]
    assert [(each["name"], each["location"]["path"]) for each in users["items"]] == [
        ("brand.hello", "brand/data/stories.yml")
    ]
    steps = item(capsys, project, "story", "brand.hello")["items"][0]["value"]["steps"]
    assert steps == [{"intent": "brand.greet"}, {"action": "utter_brand.greet"}]
    assert problems(capsys, project).keys().isdisjoint({"conflict", "undeclared-intent", "undeclared-action"})
    assert run_here(capsys, "-C", str(project), "train", "--quiet").code == 0


def test_users_a54_a_name_that_would_make_retrieval_intents_of_all_intents_is_refused(
    write_project: ProjectWriter, capsys: Capture
) -> None:
    files = two_sources("merge:\n  importers: namespace\n")
    project = write_project(files | {"config.yml": SOURCES.replace("as: brand", "as: team/brand")})
    outcome = run_here(capsys, "-C", str(project), "plan")
    assert outcome.code == 1
    assert "config.yml:9:7: error: a source cannot be called 'team/brand'" in outcome.err
    assert "[source-name]" in outcome.err


def test_users_a54_what_a_namespace_does_not_cover_must_agree(write_project: ProjectWriter, capsys: Capture) -> None:
    slots = "slots:\n  s: {{type: {}}}\n"
    files = {"base/data/slots.yml": slots.format("text"), "brand/data/slots.yml": slots.format("bool")}
    project = write_project(two_sources("merge:\n  importers: namespace\n") | files)
    (conflict,) = problems(capsys, project)["conflict"]
    assert (conflict["severity"], conflict["location"]["path"]) == ("error", "brand/data/slots.yml")


# A62-A64, C6: a base, and a customer or locale on top of it


OVERLAY = "merge:\n  importers: overlay\n"


def test_users_a64_a_customer_replaces_adds_and_keeps_what_it_does_not_name(
    write_project: ProjectWriter, capsys: Capture
) -> None:
    base = (
        "intents: [greet, bye]\nresponses:\n  utter_greet:\n  - text: hello\n"
        "  utter_bye:\n  - text: bye\n  utter_help:\n  - text: help\n"
    )
    brand = "responses:\n  utter_greet.replace:\n  - text: ahoy\n  utter_bye.add:\n  - text: so long\n"
    project = write_project(
        two_sources(OVERLAY)
        | {"base/domain.yml": base, "brand/domain.yml": brand}
        | {"base/data/nlu.yml": NLU.format("hello") + "- intent: bye\n  examples: |\n    - bye\n"}
        | {"brand/data/nlu.yml": NLU.format("ahoy").replace("greet", "greet.replace")}
    )
    assert {name: texts(capsys, project, name) for name in ("utter_greet", "utter_bye", "utter_help")} == {
        "utter_greet": ["ahoy"],
        "utter_bye": ["bye", "so long"],
        "utter_help": ["help"],
    }
    (greet,) = item(capsys, project, "response", "utter_greet")["items"]
    (lost,) = greet["overrides"]
    assert (lost["value"], lost["policy"], lost["location"]["source"]) == ({"text": "hello"}, "overlay", "base")
    (example,) = item(capsys, project, "intent", "greet")["related"][0]["items"]
    assert (example["value"], [each["value"] for each in example["overrides"]]) == ("ahoy", ["hello"])
    assert problems(capsys, project).keys().isdisjoint({"conflict", "nothing-to-replace"})


def test_users_a64_replacing_what_is_not_there_is_an_error_with_its_place(
    write_project: ProjectWriter, capsys: Capture
) -> None:
    brand = "responses:\n  utter_gret.replace:\n  - text: ahoy\n"
    project = write_project(two_sources(OVERLAY) | {"brand/domain.yml": brand})
    outcome = run_here(capsys, "-C", str(project), "plan")
    assert outcome.code == 1
    assert "brand/domain.yml:3:5: error: 'utter_gret' is to be replaced" in outcome.err


def test_users_a64_adding_a_thing_that_is_there_already_is_an_error(
    write_project: ProjectWriter, capsys: Capture
) -> None:
    brand = "slots:\n  s.add: {type: bool}\n"
    base = responding("hello") + "slots:\n  s: {type: text}\n"
    project = write_project(two_sources(OVERLAY) | {"base/domain.yml": base, "brand/domain.yml": brand})
    (conflict,) = problems(capsys, project)["conflict"]
    assert (conflict["severity"], conflict["location"]["path"]) == ("error", "brand/domain.yml")
    assert "it is to be added, but is there already" in conflict["message"]


def test_users_a64_without_the_policy_a_mark_is_a_part_of_the_name(
    write_project: ProjectWriter, capsys: Capture
) -> None:
    brand = "responses:\n  utter_greet.replace:\n  - text: ahoy\n"
    project = write_project(two_sources() | {"brand/domain.yml": brand})
    assert texts(capsys, project, "utter_greet.replace") == ["ahoy"]


# A61: the effective view


def test_users_a61_the_effective_view_names_source_path_line_column_and_revision_of_both_sides(
    write_project: ProjectWriter, capsys: Capture
) -> None:
    project = write_project(two_sources())
    document = shown(capsys, project, "--blame")
    (response,) = [each for each in document["items"] if each["kind"] == "response"]
    revisions = {source["name"]: source["revision"] for source in document["sources"]}
    base = {"source": "base", "path": "base/domain.yml", "line": 4, "column": 5, "revision": revisions["base"]}
    brand = {"source": "brand", "path": "brand/domain.yml", "line": 4, "column": 5, "revision": revisions["brand"]}
    assert (response["value"], response["location"]) == ({"text": "hello"}, base)
    (lost,) = response["overrides"]
    assert (lost["value"], lost["location"], lost["policy"]) == ({"text": "ahoy"}, brand, "first")
    text = run_here(capsys, "-C", str(project), "show", "--blame").out
    short = {name: revision.removeprefix("sha256:")[:8] for name, revision in revisions.items()}
    line = f'  utter_greet  {{"text": "hello"}}  base/domain.yml:4:5  [base {short["base"]}]\n'
    assert line in text
    assert (
        f'instead of {{"text": "ahoy"}}  brand/domain.yml:4:5  [brand {short["brand"]}]  (first for importers)\n'
        in text
    )


# A57-A60: bugs of the field that were open for years


def test_users_a57_entities_of_an_intent_stay_those_that_are_written_when_the_domain_is_split(
    write_project: ProjectWriter, capsys: Capture
) -> None:
    one = "intents:\n- greet:\n    use_entities: [city]\n- bye\nentities: [city]\n"
    other = "intents: [book]\nentities: [date]\n"
    for first, second in ((one, other), (other, one)):
        project = write_project({"config.yml": "language: en\n", "domain/1.yml": first, "domain/2.yml": second})
        assert item(capsys, project, "intent", "greet")["items"][0]["value"] == {"use_entities": ["city"]}
        assert item(capsys, project, "intent", "bye")["items"][0]["value"] == {}


def test_users_a58_roles_of_one_entity_may_stand_in_two_domains(write_project: ProjectWriter, capsys: Capture) -> None:
    role = "entities:\n- city:\n    roles: [{}]\n"
    project = write_project(
        {"config.yml": "language: en\n", "domain/1.yml": role.format("from"), "domain/2.yml": role.format("to")}
    )
    names = [each["name"] for each in item(capsys, project, "entity", "city")["items"]]
    assert names == ["city", "city > roles > from", "city > roles > to"]
    assert "conflict" not in problems(capsys, project)


def test_users_a59_an_intent_of_the_user_with_the_name_of_a_default_one_does_not_vanish(
    write_project: ProjectWriter, capsys: Capture
) -> None:
    project = write_project(
        {"config.yml": "language: en\n", "domain/1.yml": "intents: [greet]\n"}
        | {"domain/2.yml": "intents:\n- restart:\n    use_entities: []\n- greet\n"}
    )
    (restart,) = item(capsys, project, "intent", "restart")["items"]
    assert (restart["value"], restart["location"]["path"]) == ({"use_entities": []}, "domain/2.yml")


def test_users_a60_actions_keep_their_properties_and_the_first_file_needs_no_intents(
    write_project: ProjectWriter, capsys: Capture
) -> None:
    project = write_project(
        {"config.yml": "language: en\n", "domain/1.yml": "actions:\n- action_ask: {send_domain: true}\n- action_b\n"}
        | {"domain/2.yml": "intents: [greet]\nactions: [action_c, action_b]\n"}
    )
    assert item(capsys, project, "action", "action_ask")["items"][0]["value"] == {"send_domain": True}
    (repeated,) = item(capsys, project, "action", "action_b")["items"]
    assert [place["path"] for place in repeated["also"]] == ["domain/2.yml"]
    assert shown(capsys, project)["counts"]["actions"] == 3


# Sources that meet, and sources that are missing


def test_w_imp_19_a_file_that_two_sources_reach_counts_once(write_project: ProjectWriter, capsys: Capture) -> None:
    project = write_project(
        {
            "config.yml": "importers:\n- {name: file, as: all}\n- {name: file, as: again, data: data/shared}\n",
            "domain.yml": responding("hello"),
            "data/shared/nlu.yml": NLU.format("hello") + "- lookup: size\n  examples: |\n    - big\n",
            "data/shared/stories.yml": STORY.format("hello"),
        }
    )
    counts = shown(capsys, project)["counts"]
    assert (counts["stories"], counts["nlu_examples"], counts["lookups"]) == (1, 1, 1)
    (story,) = item(capsys, project, "story", "hello")["items"]
    assert (story["location"]["source"], [place["source"] for place in story["also"]]) == ("all", ["again"])
    files = {(file["source"], file["path"]): file["counting"] for file in shown(capsys, project, "sources")["files"]}
    assert (files["all", "data/shared/stories.yml"], files["again", "data/shared/stories.yml"]) == (1, 0)


def test_w_imp_19_what_is_odd_about_a_file_that_two_sources_reach_is_told_once(
    write_project: ProjectWriter, capsys: Capture
) -> None:
    project = write_project(
        {
            "config.yml": "importers:\n- {name: file, as: all}\n- {name: file, as: again}\n",
            "domain.yml": "slots: {s: {type: text}}\n",
            "data/more.yml": "slots: {s: {type: bool}}\nwhat: 1\n",
        }
    )
    found = problems(capsys, project)
    assert (len(found["conflict"]), len(found["unknown-key"])) == (1, 1)
    assert found["conflict"][0]["location"]["source"] == "all"


def test_an_optional_source_may_be_missing_and_a_required_one_may_not(
    write_project: ProjectWriter, capsys: Capture
) -> None:
    project = write_project(two_sources() | {"config.yml": SOURCES.replace("brand/", "gone/") + "  policy: optional\n"})
    outcome = run_here(capsys, "-C", str(project), "plan", "--json")
    assert outcome.code == 0
    statuses = {source["name"]: source["status"] for source in outcome.document["sources"]}
    assert statuses == {"base": "ok", "brand": "missing"}
    (warning,) = [problem for problem in outcome.document["problems"] if problem["code"] == "missing-source"]
    assert warning["severity"] == "warning"
    text = run_here(capsys, "-C", str(project), "show", "sources").out
    assert "\nbrand, importer file, missing\n" in text
    write_project({"config.yml": SOURCES.replace("brand/", "gone/")})
    assert run_here(capsys, "-C", str(project), "plan").code == 1
