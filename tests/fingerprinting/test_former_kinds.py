"""What a model remembers of kinds that plugins added, and what is due when they are gone."""

from dataclasses import replace
from typing import Any

import pytest

from tenprint.fingerprinting.comparison import compare
from tenprint.fingerprinting.fingerprint import further_keys
from tenprint.fingerprinting.former_kinds import FormerKind, former_kinds, gone, gone_problems, kinds_document
from tenprint.fingerprinting.further_sections import sections_with, trained_by, unknown_keys
from tenprint.fingerprinting.sections import CORE, FINGERPRINT_KEYS, NLU, SECTIONS
from tenprint.importers import DocumentId, ReadingRules, SourceDocument
from tenprint.importers.kinds import BUILT_IN_KINDS
from tenprint_example.kinds import FLOWS

KINDS = (*BUILT_IN_KINDS, FLOWS)
REMEMBERED = {
    "flows": {
        "provider": "tenprint-example",
        "keys": ["flows"],
        "trains": {"flows": ["core"], "flow-descriptions": []},
    }
}
FLOWS_THEN = FormerKind("flows", "tenprint-example", {"flows": ("core",), "flow-descriptions": ()}, ("flows",))


def test_only_kinds_with_items_are_remembered() -> None:
    kinds = (*BUILT_IN_KINDS, replace(FLOWS, provider="tenprint-example"))

    assert kinds_document(kinds, {"flow", "story"}) == REMEMBERED
    assert kinds_document(kinds, {"story"}) == {}


def test_what_is_remembered_is_read_again() -> None:
    fingerprint = {"flows": "sha256:00", "flow-descriptions": "sha256:00", "stories": "sha256:00"}

    assert former_kinds({"kinds": REMEMBERED}, fingerprint) == (FLOWS_THEN,)


def test_a_key_that_the_model_does_not_explain_may_have_trained_both_halves() -> None:
    assert former_kinds({}, {"goals": "sha256:00", "stories": "sha256:00", "trained_at": 1}) == (
        FormerKind("goals", None, {"goals": ("core", "nlu")}),
    )


@pytest.mark.parametrize(
    "written", [None, [], "flows", {"flows": None}, {"flows": {"trains": []}}, {"flows": {"trains": {"flows": "core"}}}]
)
def test_damaged_metadata_explain_nothing(written: Any) -> None:
    found = former_kinds({"kinds": written}, {"flows": "sha256:00"})

    assert FormerKind("flows", None, {"flows": ("core", "nlu")}) in found


def test_a_kind_is_gone_when_nobody_provides_it_and_something_was_trained_on_it() -> None:
    untrained = FormerKind("notes", None, {"notes": ()})

    assert gone([FLOWS_THEN, untrained], BUILT_IN_KINDS) == (FLOWS_THEN,)
    assert gone([FLOWS_THEN, untrained], KINDS) == ()


def test_a_key_that_belongs_to_another_kind_now_is_not_gone() -> None:
    former = FormerKind("journeys", None, {"flows": ("core",)})

    assert gone([former], KINDS) == ()


def test_what_is_gone_is_told_with_the_distribution_to_install() -> None:
    (known, unknown) = gone_problems("models/m.tar.gz", [FLOWS_THEN, FormerKind("goals", None, {})])

    assert "models/m.tar.gz was trained on data of the kind 'flows' of tenprint-example" in known.message
    assert str(known.hint).startswith("install tenprint-example, or")
    assert str(unknown.hint).startswith("install the plugin that provides it, or")


def test_what_is_gone_is_told_where_it_is_still_written() -> None:
    texts = {
        "data/nlu.yml": b"nlu: []\n",
        "data/flows.yml": b"version: '3.1'\nflows:\n  lend: {}\n",
        "data/more.yml": b"stories: []\nflows :\n  buy: {}\n",
        "data/text.yml": b"nlu:\n- intent: a\n  examples: |\n    flows: - what\n",
    }
    documents = [SourceDocument(DocumentId("file", path), "data", (), text) for path, text in texts.items()]

    (problem,) = gone_problems("models/m.tar.gz", [FLOWS_THEN], documents)
    (unremembered,) = gone_problems("models/m.tar.gz", [replace(FLOWS_THEN, keys=())], documents)

    assert str(problem.location) == "data/flows.yml:2:1"
    assert [str(place) for place in problem.related] == ["data/more.yml:2:1"]
    assert (unremembered.location, unremembered.related) == (None, ())


def test_keys_of_plugins_belong_to_the_sections_their_kind_says() -> None:
    trained = trained_by(KINDS)

    assert trained == {"flows": ("core",), "flow-descriptions": ()}
    core, nlu, nlg = sections_with(trained)
    assert core.relevant_keys == (*CORE.relevant_keys, "flows")
    assert (nlu, nlg) == SECTIONS[1:]
    assert sections_with({}) == SECTIONS
    assert sections_with({"both": ("core", "nlu")})[1].relevant_keys == (*NLU.relevant_keys, "both")


def test_keys_of_every_project_are_known() -> None:
    fingerprint = dict.fromkeys((*FINGERPRINT_KEYS, *further_keys(ReadingRules().item_kinds())), "x")

    assert unknown_keys(fingerprint, {}) == ()
    assert unknown_keys({**fingerprint, "flows": "x", "goals": None}, {}) == ("flows",)
    assert unknown_keys({**fingerprint, "flows": "x"}, trained_by(KINDS)) == ()


@pytest.mark.parametrize(("old", "new"), [({}, {"flows": "1"}), ({"flows": "1"}, {}), ({"flows": "1"}, {"flows": "2"})])
def test_fingerprints_alone_make_both_halves_due_for_a_key_of_a_plugin(old: Any, new: Any) -> None:
    found = compare(old, new)

    assert (found.core, found.nlu, found.nlg) == (True, True, False)
    assert not compare(old, old).is_training_required()
