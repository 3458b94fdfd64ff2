import json
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
from tests.program import PROJECT, run_here, tree

ProjectWriter = Callable[[Mapping[str, "str | bytes"]], Path]

COUNTS = {
    "intents": 1,
    "entities": 0,
    "slots": 0,
    "responses": 1,
    "forms": 0,
    "actions": 0,
    "nlu_examples": 2,
    "nlu_intents": 1,
    "nlu_entities": 0,
    "synonyms": 0,
    "regexes": 0,
    "lookups": 0,
    "nlu_responses": 0,
    "story_steps": 1,
    "rule_steps": 0,
    "stories": 1,
    "rules": 0,
}


def test_the_counts_are_the_default(write_project: ProjectWriter, capsys: pytest.CaptureFixture[str]) -> None:
    project = write_project(PROJECT)
    outcome = run_here(capsys, "-C", str(project), "show")
    assert (outcome.code, outcome.err) == (0, "")
    assert "nlu examples           2\n" in outcome.out
    assert run_here(capsys, "-C", str(project), "show", "counts").out == outcome.out
    assert set(tree(project)) == {*PROJECT, "data"}


def test_the_document_has_the_keys_of_the_schema(
    write_project: ProjectWriter, capsys: pytest.CaptureFixture[str]
) -> None:
    outcome = run_here(capsys, "-C", str(write_project(PROJECT)), "show", "--json")
    assert (outcome.code, outcome.err) == (0, "")
    shown = outcome.document
    assert set(shown) == {"schema", "counts", "sources", "config"}
    assert shown["schema"] == "tenprint.project/1"
    assert shown["counts"] == COUNTS
    assert [set(source) for source in shown["sources"]] == [{"name", "importer", "revision", "status", "documents"}]
    assert shown["config"]["pipeline"] == [{"name": "KeywordIntentClassifier"}]


def test_a_configuration_without_a_pipeline_is_shown_with_the_default_one(
    write_project: ProjectWriter, capsys: pytest.CaptureFixture[str]
) -> None:
    project = str(write_project({**PROJECT, "config.yml": "language: de\n"}))
    config = json.loads(run_here(capsys, "-C", project, "show", "config").out)
    assert config["language"] == "de"
    assert [entry["name"] for entry in config["pipeline"]][:1] == ["KeywordIntentClassifier"]
    assert config["policies"]
    assert config == run_here(capsys, "-C", project, "show", "--json").document["config"]


def test_what_cannot_be_read_cannot_be_shown(write_project: ProjectWriter, capsys: pytest.CaptureFixture[str]) -> None:
    project = str(write_project({**PROJECT, "data/nlu.yml": "nlu: hello\n"}))
    for arguments in (("show",), ("show", "config"), ("fingerprint",)):
        outcome = run_here(capsys, "-C", project, *arguments)
        assert (outcome.code, outcome.out) == (1, "")
        assert "data/nlu.yml:1:6" in outcome.err


def test_an_intent_is_shown_with_its_examples_and_who_uses_it(
    write_project: ProjectWriter, capsys: pytest.CaptureFixture[str]
) -> None:
    project = str(write_project(PROJECT))
    outcome = run_here(capsys, "-C", project, "show", "intent", "greet")
    revision = run_here(capsys, "-C", project, "show", "--json").document["sources"][0]["revision"]
    source = f"[file {revision.removeprefix('sha256:')[:8]}]"
    assert (outcome.code, outcome.err) == (0, "")
    assert outcome.out == (
        f"intent greet  domain.yml:2:5  {source}\n"
        "\n"
        "examples (2)\n"
        f"  hello  data/nlu.yml:4:7  {source}\n"
        f"  good day  data/nlu.yml:5:7  {source}\n"
        "\n"
        "used by (1)\n"
        f"  story greet  data/stories.yml:2:5  {source}\n"
    )


def test_a_retrieval_intent_is_shown_with_its_keys_and_their_answers(
    write_project: ProjectWriter, capsys: pytest.CaptureFixture[str]
) -> None:
    project = str(
        write_project(
            {
                **PROJECT,
                "data/faq.yml": "nlu:\n- intent: faq/hours\n  examples: |\n    - when\n"
                "- intent: faq/price\n  examples: |\n    - how much\n"
                "responses:\n  utter_faq/hours:\n  - text: from ten\n  utter_faq/price:\n  - text: nothing\n",
                "data/rules.yml": "rules:\n- rule: answer\n  steps:\n  - intent: faq\n  - action: utter_faq\n",
                "domain.yml": "intents: [greet, faq]\nresponses:\n  utter_hello:\n  - text: hello\n",
            }
        )
    )
    both = run_here(capsys, "-C", project, "show", "intent", "faq", "--json").document["item"]
    assert {part["title"]: part["total"] for part in both["related"]} == {
        "examples": 2,
        "answered by": 2,
        "used by": 1,
    }
    one = run_here(capsys, "-C", project, "show", "intent", "faq/hours").out
    assert one.startswith("intent faq/hours, which is declared nowhere\n")
    assert ("when" in one, "how much" in one) == (True, False)
    answer = run_here(capsys, "-C", project, "show", "response", "utter_faq/hours", "--json").document["item"]
    assert [(part["title"], part["total"]) for part in answer["related"]] == [("answers", 1), ("used by", 1)]
    every = run_here(capsys, "-C", project, "show", "response", "utter_faq", "--json").document["item"]
    assert [item["name"] for item in every["items"]] == ["utter_faq/hours", "utter_faq/price"]
    assert [(part["title"], part["total"]) for part in every["related"]] == [("answers", 2), ("used by", 1)]


def test_ten_related_items_are_printed_and_all_of_them_when_asked_for(
    write_project: ProjectWriter, capsys: pytest.CaptureFixture[str]
) -> None:
    examples = "".join(f"    - hello {number}\n" for number in range(12))
    project = str(write_project({**PROJECT, "data/nlu.yml": f"nlu:\n- intent: greet\n  examples: |\n{examples}"}))
    ask = ("-C", project, "show", "intent", "greet")
    few = run_here(capsys, *ask).out
    assert ("hello 9 " in few, "hello 10 " in few) == (True, False)
    assert "  ... and 2 more; --all lists them\n" in few
    assert "hello 11 " in run_here(capsys, *ask, "--all").out
    assert len(run_here(capsys, *ask, "--json").document["item"]["related"][0]["items"]) == 12


RICH = {
    **PROJECT,
    "domain.yml": "intents: [greet]\nentities: [city]\nactions: [action_look]\n"
    "slots:\n  town:\n    type: text\n    mappings:\n    - {type: from_entity, entity: city}\n"
    "forms:\n  trip:\n    required_slots: [town]\n"
    "responses:\n  utter_hello:\n  - text: hello\n",
    "data/more.yml": "nlu:\n- intent: greet\n  examples: |\n    - from [Rome](city)\n"
    "- synonym: Rome\n  examples: |\n    - Roma\n- regex: code\n  examples: |\n    - \\d+\n"
    "- lookup: towns\n  examples: |\n    - Oslo\n    - Bern\n"
    "rules:\n- rule: begin\n  steps:\n  - intent: greet\n  - action: trip\n  - active_loop: trip\n"
    "- rule: end\n  condition:\n  - active_loop: trip\n  steps:\n  - action: trip\n  - active_loop: null\n"
    "  - slot_was_set:\n    - town: x\n  - action: action_look\n",
}


@pytest.mark.parametrize(
    ("asked", "values", "users"),
    [
        ("story greet", [{"steps": [{"intent": "greet"}, {"action": "utter_hello"}]}], []),
        (
            "rule begin",
            [{"steps": [{"intent": "greet"}, {"action": "trip"}, {"active_loop": "trip"}]}],
            [],
        ),
        ("slot town", [{"type": "text"}, {"type": "from_entity", "entity": "city"}], ["trip", "end"]),
        ("entity city", [{}], []),
        ("form trip", [{"required_slots": ["town"]}], ["begin", "end"]),
        ("action action_look", [{}], ["end"]),
        ("response utter_hello", [{"text": "hello"}], ["greet"]),
        ("synonym Roma", [{"value": "Rome"}], []),
        ("synonym Rome", [{"value": "Rome"}], []),
        ("regex code", [{"pattern": "\\d+"}], []),
        ("lookup towns", [{"element": "Oslo"}, {"element": "Bern"}], []),
        ("pipeline-component KeywordIntentClassifier", [{"name": "KeywordIntentClassifier"}], []),
    ],
)
def test_everything_with_a_name_is_shown_in_the_same_way(
    write_project: ProjectWriter,
    capsys: pytest.CaptureFixture[str],
    asked: str,
    values: list[object],
    users: list[str],
) -> None:
    project = str(write_project(RICH))
    outcome = run_here(capsys, "-C", project, "show", *asked.split(), "--json")
    assert outcome.code == 0, outcome.out
    shown = outcome.document
    assert set(shown) == {"schema", "sources", "item"}
    assert [item["value"] for item in shown["item"]["items"]] == values
    assert all(item["location"]["line"] for item in shown["item"]["items"])
    used = [part["items"] for part in shown["item"]["related"] if part["title"] in ("asked by", "used by")]
    assert [item["name"] for items in used for item in items] == users
    text = run_here(capsys, "-C", project, "show", *asked.split())
    assert (text.code, text.err) == (0, "")


def test_without_a_name_all_are_listed_with_their_places(
    write_project: ProjectWriter, capsys: pytest.CaptureFixture[str]
) -> None:
    listed = run_here(capsys, "-C", str(write_project(RICH)), "show", "rule").out.splitlines()
    assert listed[0] == "rule (2)"
    assert [line.split()[:2] for line in listed[1:]] == [
        ["begin", "data/more.yml:16:3"],
        ["end", "data/more.yml:21:3"],
    ]


def test_an_unknown_name_is_a_failure_and_an_unknown_thing_wrong_usage(
    write_project: ProjectWriter, capsys: pytest.CaptureFixture[str]
) -> None:
    project = str(write_project(PROJECT))
    name = run_here(capsys, "-C", project, "show", "intent", "gret")
    assert (name.code, name.out) == (1, "")
    assert "there is no intent 'gret' [unknown-name]\n  hint: did you mean greet?" in name.err
    as_json = run_here(capsys, "-C", project, "show", "intent", "gret", "--json").document
    assert [problem["code"] for problem in as_json["problems"]] == ["unknown-name"]
    other = run_here(capsys, "-C", project, "show", "action", "utter_hello")
    assert "hint: there is one of another kind: `tenprint show response utter_hello`" in other.err
    thing = run_here(capsys, "-C", project, "show", "intnt", "greet")
    assert (thing.code, thing.out) == (2, "")
    assert "there is no 'intnt' to show: did you mean intent?" in thing.err
    extra = run_here(capsys, "-C", project, "show", "counts", "greet")
    assert (extra.code, extra.out) == (2, "")
    assert "counts has no names" in extra.err


def test_blame_of_the_configuration_tells_what_is_written_and_what_completes_it(
    write_project: ProjectWriter, capsys: pytest.CaptureFixture[str]
) -> None:
    project = str(write_project({**PROJECT, "config.yml": "language: de\n"}))
    text = run_here(capsys, "-C", project, "show", "config", "--blame").out
    assert '  language  "de"  config.yml:1:1  [file ' in text
    assert "  pipeline > EntitySynonymMapper      <default configuration tenprint-1>  [default]\n" in text
    items = run_here(capsys, "-C", project, "show", "config", "--blame", "--json").document["items"]
    assert {(item["name"], item["default"]) for item in items} >= {
        ("language", False),
        ("pipeline > KeywordIntentClassifier", True),
    }


def test_blame_of_the_configuration_tells_values_with_their_places(
    write_project: ProjectWriter, capsys: pytest.CaptureFixture[str]
) -> None:
    config = "language: de\npipeline:\n- name: KeywordIntentClassifier\n  case_sensitive: true\n"
    project = str(write_project({**PROJECT, "config.yml": config}))
    lines = run_here(capsys, "-C", project, "show", "config", "--blame").out.splitlines()
    assert any(line.startswith('  language  "de"  config.yml:1:1  [') for line in lines)
    component = '  pipeline > KeywordIntentClassifier  {"case_sensitive": true}  config.yml:3:3  ['
    assert any(line.startswith(component) for line in lines)


def test_blame_lists_everything_grouped_by_kind(
    write_project: ProjectWriter, capsys: pytest.CaptureFixture[str]
) -> None:
    project = str(write_project(PROJECT))
    paragraphs = run_here(capsys, "-C", project, "show", "--blame").out.split("\n\n")
    assert [paragraph.splitlines()[0] for paragraph in paragraphs] == [
        "pipeline component (1)",
        "policy (1)",
        "intent (1)",
        "response (1)",
        "intent example (2)",
        "story (1)",
    ]
    items = run_here(capsys, "-C", project, "show", "--blame", "--json").document["items"]
    assert [item["kind"] for item in items].count("intent-example") == 2
    assert all(set(item) == set(items[0]) for item in items)


def test_sources_tell_what_was_found_in_each_file_and_why_one_was_left_out(
    write_project: ProjectWriter, capsys: pytest.CaptureFixture[str]
) -> None:
    project = str(
        write_project(
            {
                **PROJECT,
                "data/all.yml": "nlu:\n- intent: greet\n  examples: |\n    - hello\nstories: []\n",
                "data/config.yml": "pipeline: []\n",
                "data/notes.txt": "x",
                "data/test_it.yml": PROJECT["data/stories.yml"],
            }
        )
    )
    outcome = run_here(capsys, "-C", project, "show", "sources", "--json")
    assert outcome.code == 0
    assert set(outcome.document) == {"schema", "sources", "files", "transforms"}
    files = {file["path"]: file for file in outcome.document["files"]}
    assert files["data/all.yml"]["kinds"] == ["nlu", "stories"]
    assert (files["data/all.yml"]["items"], files["data/all.yml"]["counting"]) == ({"intent-example": 1}, 1)
    assert (files["data/nlu.yml"]["items"], files["data/nlu.yml"]["counting"]) == ({"intent-example": 2}, 1)
    assert files["data/test_it.yml"]["role"] == "tests"
    assert "read only from the project's config file" in files["data/config.yml"]["ignored"]
    assert files["data/notes.txt"]["ignored"] == "is no training data"
    text = run_here(capsys, "-C", project, "show", "sources").out
    assert "  data/nlu.yml      nlu: intent example 2; 1 of them overridden or repeated\n" in text
    assert "  data/test_it.yml  conversation tests: not trained on\n" in text


def test_sources_and_conflicts_are_shown_of_wrong_data_too(
    write_project: ProjectWriter, capsys: pytest.CaptureFixture[str]
) -> None:
    project = str(write_project({**PROJECT, "data/nlu.yml": "nlu: hello\n", "data/broken.yml": "a: [\n"}))
    outcome = run_here(capsys, "-C", project, "show", "sources")
    assert (outcome.code, outcome.err) == (0, "")
    assert "data/broken.yml   ignored: " in outcome.out
    assert "data/nlu.yml      nlu: nothing\n" in outcome.out
    assert len(outcome.out.splitlines()) == 1 + 5
    assert run_here(capsys, "-C", project, "show", "conflicts").out == "no conflicts\n"


def test_options_name_other_files(write_project: ProjectWriter, capsys: pytest.CaptureFixture[str]) -> None:
    project = str(write_project({**PROJECT, "other/d.yml": "intents: [bye, greet]\nresponses: {utter_hello: []}\n"}))
    outcome = run_here(
        capsys, "show", "intent", "bye", "-C", project, "--domain", "other/d.yml", "--data", "data/stories.yml"
    )
    assert outcome.out.startswith("intent bye  other/d.yml:1:11  [file ")


def test_control_characters_of_the_data_are_printed_as_escapes(
    write_project: ProjectWriter, capsys: pytest.CaptureFixture[str]
) -> None:
    domain = 'intents: [greet]\nresponses:\n  utter_hello:\n  - text: "a\\e[2Jb"\n'
    project = str(write_project({**PROJECT, "domain.yml": domain}))
    out = run_here(capsys, "-C", project, "show", "response", "utter_hello").out
    assert "\x1b" not in out
    assert "[2Jb" in out


def test_values_of_the_environment_are_shown_as_they_count(
    write_project: ProjectWriter, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SHOWN_LANGUAGE", "de")
    project = str(write_project({**PROJECT, "config.yml": "language: ${SHOWN_LANGUAGE}\n" + PROJECT["config.yml"]}))
    shown = run_here(capsys, "-C", project, "show", "config-key", "language", "--json").document["item"]
    assert shown["items"][0]["value"] == "de"
