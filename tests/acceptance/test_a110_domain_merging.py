"""Acceptance cases A110 to A118 and A122: domains of several sources.

A merge has no argument `override` here: the policies `first` and `last` say what it said, for any kind of data, and
every disagreement is reported with both places.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from tenprint.importers import (
    CombinedDataImporter,
    ImporterContext,
    ProblemsError,
    ReadingRules,
    Snapshot,
    effective_domain,
    value_of,
)
from tenprint.importers.data import (
    DEFAULT_INTENTS,
    Action,
    BotStep,
    Domain,
    Entity,
    Form,
    Intent,
    Response,
    Slot,
    Stories,
    Story,
)
from tenprint.importers.deriving import used_entities
from tenprint.importers.end_to_end import E2EImporter
from tenprint.importers.file import FileImporter
from tenprint.importers.kinds import DOMAIN
from tenprint.importers.memory import MemoryImporter
from tenprint.importers.merging import MergePolicy, MergeRules, MergeSettings
from tenprint.importers.writing import domain_yaml

ProjectWriter = Callable[[Mapping[str, str]], Path]

pytestmark = pytest.mark.anyio


def by(policy: MergePolicy) -> ReadingRules:
    return ReadingRules(merge=MergeSettings(*[MergeRules(policy)] * 3))


async def merged(*domains: Domain, policy: MergePolicy = "first") -> Domain:
    importers = [MemoryImporter(domain=domain) for domain in domains]
    return await CombinedDataImporter(importers, ImporterContext(Path(), rules=by(policy))).get_domain()


async def conflicts(*domains: Domain) -> list[str]:
    importers = [MemoryImporter(domain=domain) for domain in domains]
    snapshot = await CombinedDataImporter(importers, ImporterContext(Path())).snapshot()
    return [conflict.kept.path[-1] for conflict in snapshot.conflicts]


async def read(project: Path, rules: ReadingRules | None = None) -> tuple[Domain, Snapshot]:
    importer = FileImporter({}, ImporterContext(project, rules=rules or ReadingRules()))
    return await importer.get_domain(), await importer.snapshot()


def saying(text: str) -> Domain:
    return Domain(responses=(Response("utter_greet", ({"text": text},)),))


async def test_a110_of_two_texts_the_first_counts_or_the_last_and_it_is_told() -> None:
    assert await merged(saying("one"), saying("two")) == saying("one")
    assert await merged(saying("one"), saying("two"), policy="last") == saying("two")
    assert await conflicts(saying("one"), saying("two")) == ["utter_greet"]
    assert await conflicts(saying("one"), saying("one")) == []


async def test_a111_different_names_make_a_union() -> None:
    one = Domain((Intent("a"),), (Entity("x"),), (Slot("s", "text"),), (), (Action("do"),), (), ("z", "b"))
    two = Domain((Intent("b"),), (Entity("y"),), (Slot("t", "any"),), (), (Action("act"),), (), ("b", "a"))
    both = await merged(one, two)

    assert both.intents == (Intent("a"), Intent("b"))
    assert both.entities == (Entity("x"), Entity("y"))
    assert both.slots == (Slot("s", "text"), Slot("t", "any"))
    assert both.actions == (Action("do"), Action("act"))
    # The order of sources; what is trained and what is fingerprinted is sorted.
    assert sorted(both.end_to_end_actions) == ["a", "b", "z"]
    stories = Stories((Story("s", (BotStep("c"), BotStep("b"))),))
    derived = await E2EImporter(MemoryImporter(domain=both, stories=stories)).get_domain()
    assert derived.end_to_end_actions == ("z", "b", "a", "c")


async def test_a111_roles_and_groups_of_one_entity_are_put_together() -> None:
    """Differs on purpose (W-IMP-12): the system before took the whole entity of one side."""
    both = await merged(
        Domain(entities=(Entity("city", ("from",)),)), Domain(entities=(Entity("city", ("to",), ("g",)),))
    )
    assert both.entities == (Entity("city", ("from", "to"), ("g",)),)


@pytest.mark.parametrize("policy", ["first", "last"])
async def test_a111_the_entities_an_intent_uses_stay_those_it_names(policy: MergePolicy) -> None:
    """Differs on purpose (W-IMP-12): a list of all entities of one file never becomes "all entities of both"."""
    one = Domain((Intent("go", ("city",)), Intent("all")), (Entity("city"),))
    both = await merged(one, Domain(entities=(Entity("day"),)), policy=policy)
    listed, unlisted = both.intents

    assert used_entities(both, listed) == ("city",)
    assert used_entities(both, unlisted) == ("city", "day")


async def test_a112_session_settings_are_those_of_the_first_that_has_them() -> None:
    default, other = Domain(session={}), Domain(session={"session_expiration_time": 10})
    third = Domain(session={"session_expiration_time": 20, "carry_over_slots_to_new_session": False})

    assert (await merged(default, other)).session == {"session_expiration_time": 10}
    # Setting by setting: what the first does not say, the second may.
    assert (await merged(other, third)).session == {
        "session_expiration_time": 10,
        "carry_over_slots_to_new_session": False,
    }
    assert (await merged(other, third, policy="last")).session == third.session


async def test_a113_flags_are_those_of_the_first_or_of_the_last() -> None:
    on, off = (Domain(settings={"store_entities_as_slots": flag}) for flag in (True, False))

    assert await merged(on, off) == on
    assert await merged(on, off, policy="last") == off
    assert await conflicts(on, off) == ["store_entities_as_slots"]


@pytest.mark.parametrize("policy", ["first", "last", "error"])
async def test_a114_an_empty_domain_changes_nothing(policy: MergePolicy) -> None:
    domain = replace(saying("hi"), intents=(Intent("greet", ()),), session={"session_expiration_time": 1})
    for sides in ((Domain(), domain), (domain, Domain()), (domain,)):
        assert await merged(*sides, policy=policy) == domain
    assert effective_domain(domain, (await MemoryImporter(domain=domain).snapshot()).table) == domain


async def test_a115_a_default_intent_that_is_listed_is_written_again() -> None:
    listed = DEFAULT_INTENTS[0]
    both = await merged(Domain((Intent("greet"),)), Domain((Intent(listed),)))

    assert f"- {listed}\n" in domain_yaml(both).decode()


async def test_a116_forms_of_old_and_new_style_come_together(write_project: ProjectWriter) -> None:
    project = write_project(
        {
            "domain/a.yml": "forms: [first_form, second_form]\n",
            "domain/b.yml": "forms: {third_form: {required_slots: [s]}}\nslots: {s: {type: text}}\n",
        }
    )
    domain, snapshot = await read(project)
    assert domain.forms == (Form("first_form"), Form("second_form"), Form("third_form", ("s",)))
    assert [problem for problem in snapshot.problems if problem.severity == "error"] == []


TREE = {
    "domain/a.yml": "actions: [one]\n",
    "domain/b.yaml": "actions: [two]\n",
    "domain/deep/c.yml": "actions: [three]\n",
    "domain/deep/er/d.yaml": "actions: [four]\n",
}


async def test_a117_a_tree_of_domain_files_is_one_domain(write_project: ProjectWriter) -> None:
    domain, _ = await read(write_project(TREE))
    assert {action.name for action in domain.actions} == {"one", "two", "three", "four"}


async def test_a118_a_broken_file_of_a_domain_is_an_error_that_names_it(write_project: ProjectWriter) -> None:
    """Differs on purpose (W-IMP-20): a domain without a part of itself must not be trained; the rest is read too."""
    project = write_project({**TREE, "domain/broken.yml": "actions: [one\n", "domain/e.yml": "intents: 3\n"})
    with pytest.raises(ProblemsError) as caught:
        await read(project)

    assert sorted(str(problem.location) for problem in caught.value.problems) == [
        "domain/broken.yml:2:1",
        "domain/e.yml:1:10",
    ]


async def test_a122_every_name_that_files_disagree_about_is_told(write_project: ProjectWriter) -> None:
    project = write_project(
        {
            "domain/a.yml": "intents: [same, {a: {use_entities: []}}]\nresponses: {utter_x: [{text: one}]}\n",
            "domain/b.yml": "intents: [same, a]\nresponses: {utter_x: [{text: two}]}\nslots: {s: {type: any}}\n",
            "domain/c.yml": "intents: [same]\nslots: {s: {type: text}}\nresponses: {utter_x: [{text: three}]}\n",
        }
    )
    _, snapshot = await read(project)
    told = [conflict.to_problem(snapshot.unmerged) for conflict in snapshot.conflicts]

    # W-IMP-13: the system before remembered those of the last two files alone.
    assert sorted((str(problem.location), str(problem.related[0])) for problem in told) == [
        ("domain/b.yml:1:17", "domain/a.yml:1:17"),
        ("domain/b.yml:2:23", "domain/a.yml:2:23"),
        ("domain/c.yml:2:9", "domain/b.yml:3:9"),
        ("domain/c.yml:3:23", "domain/a.yml:2:23"),
    ]
    assert {problem.severity for problem in told} == {"warning"}


async def test_a122_settings_in_files_of_their_own_apply(write_project: ProjectWriter) -> None:
    """W-IMP-13: `config` and `session_config` of any file count, not those of the first alone."""
    project = write_project(
        {
            "domain/a.yml": "intents: [a]\n",
            "domain/b.yml": "session_config: {session_expiration_time: 5}\n",
            "domain/c.yml": "config: {store_entities_as_slots: false}\n",
        }
    )
    domain, snapshot = await read(project)

    assert domain.session == {"session_expiration_time": 5}
    assert domain.settings == {"store_entities_as_slots": False}
    assert value_of(DOMAIN, snapshot, ReadingRules()) == domain
