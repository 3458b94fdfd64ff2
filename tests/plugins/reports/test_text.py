"""Plans and runs as text, from values."""

from dataclasses import replace

from tenprint.fingerprinting import Change, Reason, RunReport, SectionPlan, TrainingPlan
from tenprint.importers import Location, Problem
from tenprint.plugins.reports import plan_text, run_text
from tenprint.plugins.reports.change_wording import MOST_CHANGES, place_text

MODEL = "models/first.tar.gz"
REST = {name: SectionPlan(retrain=False) for name in ("core", "nlu", "nlg")}
NOTHING = TrainingPlan("none", MODEL, forced=False, sections=REST)

ADDED = Change(
    "added", "intent-example", ("nlu", "greet", "hi there"), ("nlu",), locations=(Location("file", "nlu.yml", 6, 7),)
)
RENAMED = Change(
    "renamed",
    "story",
    ("stories", "a warm welcome"),
    (),
    renamed_from=("stories", "welcome"),
    locations=(Location("file", "stories.yml", 2, 5), Location("file", "stories.yml", 9, 5)),
)
REMOVED = Change("removed", "response", ("domain", "utter_bye"), ("core", "nlg"))


def test_nothing_to_do_names_the_model() -> None:
    assert plan_text(NOTHING) == (
        "nothing to do: models/first.tar.gz is up to date\n"
        "  Core      up to date\n"
        "  NLU       up to date\n"
        "  responses up to date"
    )


def test_a_domain_only_update_trains_nothing() -> None:
    sections = {**REST, "nlg": SectionPlan(True, (Reason("changed", "response texts differ", "nlg"),))}
    plan = replace(NOTHING, action="update-domain", sections=sections)
    assert plan_text(plan) == (
        "update the domain of models/first.tar.gz; nothing is trained\n"
        "  Core      up to date\n"
        "  NLU       up to date\n"
        "  responses refresh: response texts differ"
    )


def test_a_training_names_its_halves_its_reasons_and_its_changes() -> None:
    sections = {
        **REST,
        "core": SectionPlan(True, (Reason("changed", "stories differ"), Reason("component", "a policy is another"))),
        "nlu": SectionPlan(True, (Reason("changed", "NLU training data differs"),)),
    }
    plan = replace(NOTHING, action="train", sections=sections, changes=(ADDED, RENAMED, REMOVED))
    assert plan_text(plan) == (
        "train NLU and Core\n"
        "  Core      retrain: stories differ; a policy is another\n"
        "  NLU       retrain: NLU training data differs\n"
        "  responses up to date\n"
        "\n"
        "3 changes since that model:\n"
        "  + intent example: greet > hi there  (nlu.yml:6:7)  [NLU]\n"
        "  > story: welcome -> a warm welcome  (stories.yml:2:5)  [nothing is trained for it]\n"
        "  - response: utter_bye  [Core, responses]"
    )


def test_a_place_in_a_remote_source_names_the_source_and_its_revision() -> None:
    before, now = (Location("phrases", "nlu.yml", 6, 7, revision) for revision in ("sha256:0123456789", "f" * 40))
    there, moved = replace(ADDED, locations=(now,)), replace(now, line=9)
    kept, elsewhere = (replace(ADDED, locations=(place,), former_locations=(before,)) for place in (now, moved))
    assert [place_text(change) for change in (there, kept, elsewhere)] == [
        "nlu.yml:6:7 in phrases ffffffff",
        "nlu.yml:6:7 in phrases ffffffff",
        "nlu.yml:9:7 in phrases ffffffff, was nlu.yml:6:7 in phrases 01234567",
    ]
    # What is read from a revision of the project itself is a file like all others.
    assert place_text(replace(ADDED, locations=(replace(now, source="file"),))) == "nlu.yml:6:7"


def test_one_half_is_named_alone() -> None:
    for name, words in (("core", "train Core"), ("nlu", "train NLU")):
        plan = replace(NOTHING, action="train", sections={**REST, name: SectionPlan(retrain=True)})
        assert plan_text(plan).splitlines()[0] == words


def test_a_half_without_data_is_left_out_of_the_next_model() -> None:
    sections = {**REST, "nlu": SectionPlan(False, (Reason("no-data", "its training data is gone"),))}
    lines = plan_text(replace(NOTHING, action="train", sections=sections)).splitlines()
    assert lines[0] == "pack the model again without the half that has no data"
    assert lines[2] == "  NLU       up to date: its training data is gone"


def test_one_change_is_one_change() -> None:
    assert "\n1 change since that model:\n" in plan_text(replace(NOTHING, changes=(RENAMED,)))


def test_more_changes_than_fit_a_screen_are_counted() -> None:
    text = plan_text(replace(NOTHING, changes=(ADDED,) * (MOST_CHANGES + 3)))
    assert text.count("greet > hi there") == MOST_CHANGES
    assert text.endswith("\n  ... and 3 more; --json lists them all")
    assert "... and" not in plan_text(replace(NOTHING, changes=(ADDED,) * MOST_CHANGES))


def test_warnings_stand_last_each_on_one_line() -> None:
    problem = Problem("unused-file", "is no training data", Location("file", "a.txt"), "move it", "warning")
    assert plan_text(replace(NOTHING, problems=(problem,))).endswith(
        "\n\n1 warning:\n  a.txt: warning: is no training data [unused-file]"
    )
    text = plan_text(replace(NOTHING, problems=(problem,) * (MOST_CHANGES + 1)))
    assert f"\n{MOST_CHANGES + 1} warnings:\n" in text
    assert text.endswith("\n  ... and 1 more; `tenprint validate` lists them all")


def test_a_run_ends_with_the_model_it_wrote() -> None:
    report = RunReport(NOTHING, "models/second.tar.gz", written=True, seconds={"plan": 0.1, "total": 1.256})
    assert run_text(report) == f"{plan_text(NOTHING)}\n\nwrote models/second.tar.gz in 1.26 s"


def test_a_run_with_nothing_to_do_ends_with_its_plan() -> None:
    assert run_text(RunReport(NOTHING, MODEL, written=False)) == plan_text(NOTHING)
    assert run_text(RunReport(NOTHING, MODEL, written=False), dry_run=True) == plan_text(NOTHING)


def test_a_dry_run_says_that_it_was_one() -> None:
    plan = replace(NOTHING, action="train", sections={**REST, "nlu": SectionPlan(retrain=True)})
    assert run_text(RunReport(plan, MODEL, written=False), dry_run=True).endswith("\n\ndry run: nothing was written")
