"""Where what counts comes from, and what it won over."""

from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tenprint.importers import Blame, DocumentId, Origin, ReadingRules, SourceFile, SourceState, conflict_problems
from tenprint.importers.blame import MOST_VALUES
from tenprint.importers.combining import combined, snapshot_of
from tenprint.importers.completing import completed
from tenprint.importers.itemising import read_file
from tenprint.importers.merging import POLICIES, MergePolicy, MergeRules, MergeSettings
from tenprint.importers.snapshot import Snapshot


def source(name: str, files: Mapping[str, str], rules: ReadingRules) -> Snapshot:
    readings = [
        read_file(SourceFile(DocumentId(name, path), "config" if "config" in path else "data", text.encode()), n, rules)
        for n, (path, text) in enumerate(files.items())
    ]
    return snapshot_of(SourceState(name, f"r-{name}"), readings, rules)


def blamed(*sources: Mapping[str, str], rules: ReadingRules | None = None) -> Blame:
    """Blame of sources called a, b, c and so on."""
    rules = rules or ReadingRules()
    snapshots = [source(name, files, rules) for name, files in zip("abc", sources, strict=False)]
    return Blame(combined(snapshots, rules), rules)


def by(policy: MergePolicy, *, files: MergePolicy = "first") -> ReadingRules:
    return ReadingRules(merge=MergeSettings(MergeRules(files), MergeRules(policy), MergeRules(policy)))


def told(blame: Blame, origin: Origin) -> dict[str, Any]:
    return {
        "counts": [(blame.value(place), str(blame.location(place))) for place in origin.counts],
        "overrode": [
            (blame.value(lost.position), str(blame.location(lost.position)), lost.level, lost.policy)
            for lost in origin.overrode
        ],
        "also": [str(blame.location(place)) for place in origin.also],
    }


def only(blame: Blame, kind: str) -> dict[str, Any]:
    (origin,) = blame.origins([kind])
    return told(blame, origin)


def test_one_thing_tells_what_it_overrode_and_who_says_the_same() -> None:
    text, other = "slots:\n  s: {type: text}\n", "slots:\n  s: {type: bool}\n"
    blame = blamed({"a.yml": text}, {"b.yml": other}, {"c.yml": text})
    assert only(blame, "slot") == {
        "counts": [({"type": "text"}, "a.yml:2:3")],
        "overrode": [({"type": "bool"}, "b.yml:2:3", "importers", "first")],
        "also": ["c.yml:2:3"],
    }


def test_a_place_names_the_source_and_its_revision() -> None:
    blame = blamed({"a.yml": "intents: [x]\n"}, {"b.yml": "intents: [y]\n"})
    places = [blame.location(origin.counts[0]) for origin in blame.origins()]
    assert [(place.source, place.revision) for place in places] == [("a", "r-a"), ("b", "r-b")]


@pytest.mark.parametrize(
    ("policy", "counts", "overrode"),
    [("first", "one", "two"), ("last", "two", "one"), ("error", "one", "two"), ("overlay", "two", "one")],
)
def test_the_policy_that_settled_it_is_named(policy: MergePolicy, counts: str, overrode: str) -> None:
    one, two = ({"x.yml": f"responses:\n  utter_x:\n  - text: {text}\n"} for text in ("one", "two"))
    found = only(blamed(one, two, rules=by(policy)), "response")
    assert [value["text"] for value, _ in found["counts"]] == [counts]
    assert [(value["text"], level, how) for value, _, level, how in found["overrode"]] == [
        (overrode, "importers", policy)
    ]


def test_files_of_one_source_have_a_level_of_their_own() -> None:
    texts = {"1.yml": "slots:\n  s: {type: text}\n", "2.yml": "slots:\n  s: {type: bool}\n"}
    found = only(blamed(texts, {}, rules=by("error", files="last")), "slot")
    assert found["counts"] == [({"type": "bool"}, "2.yml:2:3")]
    assert found["overrode"] == [({"type": "text"}, "1.yml:2:3", "files", "last")]


def test_projects_of_one_source_have_a_level_of_their_own() -> None:
    rules = by("last")
    kinds = {"own": "text", "imported": "bool"}
    snapshots = [
        source("a", {f"{name}.yml": f"slots:\n  s: {{type: {kind}}}\n"}, rules) for name, kind in kinds.items()
    ]
    blame = Blame(combined(snapshots, rules, level="projects"), rules)
    found = only(blame, "slot")
    assert found["counts"] == [({"type": "bool"}, "imported.yml:2:3")]
    assert found["overrode"] == [({"type": "text"}, "own.yml:2:3", "projects", "last")]


def test_an_ordered_list_is_one_thing_whose_entries_all_count() -> None:
    one = {"config.yml": "pipeline:\n- name: A\n- name: B\n"}
    blame = blamed(one, {"config.yml": "pipeline:\n- name: A\n"}, one)
    found = only(blame, "pipeline-component")
    assert [value["name"] for value, _ in found["counts"]] == ["A", "B"]
    assert [value["name"] for value, *_ in found["overrode"]] == ["A"]
    assert found["also"] == ["config.yml:2:3", "config.yml:3:3"]


def test_equal_examples_are_the_same_again_and_equal_stories_both_count() -> None:
    text = "nlu:\n- intent: greet\n  examples: |\n    - hi\nstories:\n- story: s\n  steps:\n  - intent: greet\n"
    blame = blamed({"a.yml": text}, {"b.yml": text})
    assert only(blame, "intent-example") == {
        "counts": [("hi", "a.yml:4:5")],
        "overrode": [],
        "also": ["b.yml:4:5"],
    }
    assert [place for _, place in only(blame, "story")["counts"]] == ["a.yml:6:3", "b.yml:6:3"]


def test_a_replaced_name_is_overridden_by_what_replaces_it_whatever_it_was() -> None:
    base = {
        "a.yml": "nlu:\n- intent: greet\n  examples: |\n    - hi\n    - hey\n- intent: bye\n  examples: |\n    - bye\n"
    }
    brand = {"b.yml": "nlu:\n- intent: greet.replace\n  examples: |\n    - ahoy\n"}
    blame = blamed(base, brand, rules=by("overlay"))
    bye, greet = blame.origins(["intent-example"])
    assert told(blame, bye)["overrode"] == []
    assert told(blame, greet) == {
        "counts": [("ahoy", "b.yml:4:5")],
        "overrode": [("hi", "a.yml:4:5", "importers", "overlay"), ("hey", "a.yml:5:5", "importers", "overlay")],
        "also": [],
    }


def test_an_addition_overrides_nothing() -> None:
    base = {"a.yml": "responses:\n  utter_x:\n  - text: one\n"}
    found = only(
        blamed(base, {"b.yml": "responses:\n  utter_x.add:\n  - text: two\n"}, rules=by("overlay")), "response"
    )
    assert [value["text"] for value, _ in found["counts"]] == ["one", "two"]
    assert (found["overrode"], found["also"]) == ([], [])


def test_what_completes_the_configuration_is_told_apart() -> None:
    rules = ReadingRules()
    snapshot = completed(source("a", {"a.yml": "nlu:\n- intent: x\n  examples: |\n    - x\n"}, rules), rules)
    blame = Blame(snapshot, rules)
    default = {origin.kind: blame.is_default(origin.counts[0]) for origin in blame.origins()}
    assert default == {"intent-example": False, "pipeline-component": True}


def test_names_leave_out_the_sections_they_stand_in() -> None:
    config = "language: en\npipeline:\n- name: A\n"
    domain = (
        "intents: [greet]\nentities:\n- city:\n    roles: [from]\n"
        "slots:\n  s: {type: text, mappings: [{type: custom}]}\n"
        "nlu:\n- synonym: tent\n  examples: |\n    - tents\n"
    )
    blame = blamed({"config.yml": config, "b.yml": domain})
    names = {origin.kind: blame.name(blame.item(origin.counts[0])) for origin in blame.origins()}
    assert names == {
        "config-key": "language",
        "pipeline-component": "pipeline > A",
        "intent": "greet",
        "entity": "city",
        "entity-role": "city > roles > from",
        "slot": "s",
        "slot-mapping": "s > mappings",
        "synonym": "tents",
    }


_NAMES = st.sampled_from(["utter_x", "utter_x.add", "utter_x.replace", "utter_y", "utter_y.replace"])
_TEXTS = st.lists(st.sampled_from(["one", "two"]), min_size=1, max_size=2)
_DOMAINS = st.dictionaries(_NAMES, _TEXTS, min_size=1, max_size=3)
_SOURCES = st.lists(st.lists(_DOMAINS, min_size=1, max_size=2), min_size=1, max_size=3)


@given(_SOURCES, st.sampled_from(POLICIES), st.sampled_from(["first", "last", "overlay"]))
def test_every_item_counts_or_is_told_where_something_counts_instead(
    sources: list[list[dict[str, list[str]]]], policy: MergePolicy, files_policy: MergePolicy
) -> None:
    def domain(responses: dict[str, list[str]]) -> str:
        lines = ["intents: [greet]", "responses:"]
        for name, texts in responses.items():
            lines += [f"  {name}:", *(f"  - text: {text}" for text in texts)]
        return "\n".join([*lines, "nlu:", "- intent: greet.replace", "  examples: |", "    - hi", ""])

    files = [{f"{number}.yml": domain(responses) for number, responses in enumerate(source)} for source in sources]
    blame = blamed(*files, rules=by(policy, files=files_policy))
    told_of = [
        place
        for origin in blame.origins()
        for place in (*origin.counts, *(lost.position for lost in origin.overrode), *origin.also)
    ]
    assert sorted(told_of) == list(range(len(blame.snapshot.unmerged)))


# Conflicts


def test_a_conflict_is_told_with_both_values_and_both_places() -> None:
    blame = blamed({"a.yml": "slots:\n  s: {type: text}\n"}, {"b.yml": "slots:\n  s: {type: bool}\n"})
    (problem,) = conflict_problems(blame.snapshot, blame.rules)
    assert problem.message == (
        'slot \'s\' is given twice with different content: here {"type": "bool"}, there {"type": "text"}; '
        "the first one counts"
    )
    assert (str(problem.location), problem.severity) == ("b.yml:2:3", "warning")
    assert [str(place) for place in problem.related] == ["a.yml:2:3"]


def test_a_conflict_of_lists_is_told_with_the_whole_lists() -> None:
    one, other = {"config.yml": "pipeline:\n- name: A\n- name: B\n"}, {"config.yml": "pipeline:\n- name: A\n"}
    blame = blamed(one, other, rules=by("error"))
    (problem,) = conflict_problems(blame.snapshot, blame.rules)
    assert problem.message == (
        "list 'pipeline' is given twice with different content: "
        'here [{"name": "A"}], there [{"name": "A"}, {"name": "B"}]; this must not be'
    )
    assert problem.severity == "error"


def test_two_meanings_in_one_document_are_told_apart() -> None:
    entry = "- synonym: {}\n  examples: |\n    - tents\n"
    blame = blamed({"a.yml": "nlu:\n" + entry.format("tent") + entry.format("awning")})
    (problem,) = conflict_problems(blame.snapshot, blame.rules)
    assert 'here {"value": "awning"}, there {"value": "tent"}' in problem.message
    assert (str(problem.location), str(problem.related[0])) == ("a.yml:7:5", "a.yml:4:5")


def test_values_are_looked_up_for_so_many_conflicts_and_all_are_told() -> None:
    count = MOST_VALUES + 5
    one, other = (
        {f"{n}.yml": f"slots:\n  s{n}: {{type: {kind}}}\n" for n in range(count)} for kind in ("text", "bool")
    )
    blame = blamed(one, other)
    problems = conflict_problems(blame.snapshot, blame.rules)
    assert len(problems) == count
    assert sum("here {" in problem.message for problem in problems) == MOST_VALUES
    bare = conflict_problems(blame.snapshot, None)
    assert [problem.location for problem in bare] == [problem.location for problem in problems]


def test_there_are_no_problems_without_conflicts() -> None:
    blame = blamed({"a.yml": "intents: [x]\n"}, {"b.yml": "intents: [x]\n"})
    assert conflict_problems(blame.snapshot, blame.rules) == ()
