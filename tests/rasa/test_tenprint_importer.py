"""TenprintImporter gives Rasa exactly what the file importer of Rasa gives it, whatever Rasa puts around it."""

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

pytestmark = [pytest.mark.rasa, pytest.mark.filterwarnings("ignore")]

REAL = Path("/work/shared/projects")
PROJECTS = sorted(path for path in REAL.iterdir() if path.is_dir()) if REAL.is_dir() else []

NAMED = "\nimporters: [{name: tenprint.plugins.rasa.TenprintImporter}]\n"
SOURCES = "importers: [{name: file}]\n"


def arguments(project: Path, data: str = "data") -> tuple[str, str, list[str]]:
    return str(project / "config.yml"), str(project / "domain.yml"), [str(project / data)]


def ours(project: Path, data: str = "data") -> Any:
    from tenprint.plugins.rasa import TenprintImporter  # noqa: PLC0415 - only where Rasa is

    return TenprintImporter(*arguments(project, data))


def of_rasa(project: Path, data: str = "data") -> Any:
    from rasa.shared.importers.rasa import RasaFileImporter  # noqa: PLC0415 - only where Rasa is

    return RasaFileImporter(*arguments(project, data))


def loaded(project: Path) -> Any:
    from rasa.shared.importers.importer import TrainingDataImporter  # noqa: PLC0415 - only where Rasa is

    return TrainingDataImporter.load_from_config(*arguments(project))


def picture(importer: Any) -> dict[str, Any]:
    """Everything training reads; names Rasa makes up for checkpoints are left out."""
    nlu = importer.get_nlu_data()
    config = {key: value for key, value in importer.get_config().items() if key != "importers"}
    return {
        "config": config,
        "domain": importer.get_domain().fingerprint(),
        "examples": sorted(message.fingerprint() for message in nlu.training_examples),
        "synonyms": nlu.entity_synonyms,
        "regexes": sorted(map(repr, nlu.regex_features)),
        "lookups": sorted(map(repr, nlu.lookup_tables)),
        "responses": nlu.responses,
        "stories": steps(importer.get_stories()),
    }


def steps(graph: Any) -> list[Any]:
    return sorted(
        (type(step).__name__, step.block_name, [event.fingerprint() for event in step.events])
        for step in graph.story_steps
    )


@pytest.mark.parametrize("project", PROJECTS, ids=lambda project: project.name)
def test_values_of_real_projects_are_those_of_rasa(copied: Callable[[Path], Path], project: Path) -> None:
    project = copied(project)
    (project / "tenprint.yml").write_text(SOURCES)
    assert picture(ours(project)) == picture(of_rasa(project))
    wrapped = picture(loaded(project))

    with (project / "config.yml").open("a") as config:
        config.write(NAMED)

    assert picture(loaded(project)) == wrapped


def test_values_of_some_of_everything_are_those_of_rasa(rich_project: Path) -> None:
    (rich_project / "tenprint.yml").write_text(SOURCES)
    found, expected = picture(ours(rich_project)), picture(of_rasa(rich_project))
    assert found == expected
    assert all(expected.values())
    wrapped = picture(loaded(rich_project))

    with (rich_project / "config.yml").open("a") as config:
        config.write(NAMED)

    assert picture(loaded(rich_project)) == wrapped


def test_conversation_tests_are_those_of_rasa(rich_project: Path) -> None:
    (rich_project / "tenprint.yml").write_text(SOURCES)
    # As `rasa test` asks for them.
    found = steps(ours(rich_project, "tests").get_conversation_tests())
    assert found == steps(of_rasa(rich_project, "tests").get_conversation_tests())
    assert [name for _, name, _ in found] == ["a test"]


def test_it_answers_inside_a_running_event_loop(rich_project: Path) -> None:
    (rich_project / "tenprint.yml").write_text(SOURCES)

    async def ask() -> Any:
        return ours(rich_project).get_domain().fingerprint()

    assert asyncio.run(ask()) == of_rasa(rich_project).get_domain().fingerprint()


def test_rasa_completes_a_configuration_by_itself(rich_project: Path) -> None:
    (rich_project / "tenprint.yml").write_text(SOURCES)
    (rich_project / "config.yml").write_text("recipe: default.v1\nlanguage: en\nassistant_id: x\n")

    importer = ours(rich_project)

    assert importer.get_config() == {"recipe": "default.v1", "language": "en", "assistant_id": "x"}
    assert importer.get_config_file_for_auto_config() == str(rich_project / "config.yml")


def test_a_share_of_the_stories_is_left_out_on_request(rich_project: Path) -> None:
    (rich_project / "tenprint.yml").write_text(SOURCES)
    importer = ours(rich_project)
    everything, half, nothing = (len(importer.get_stories(share).story_steps) for share in (None, 50, 100))
    assert everything > half > nothing == 0


def test_other_paths_of_a_command_are_taken_over(rich_project: Path, tmp_path: Path) -> None:
    (rich_project / "tenprint.yml").write_text(SOURCES)
    other = tmp_path / "other.yml"
    other.write_text("intents: [alone]\nresponses: {utter_alone: [{text: a}]}\n")
    nlu = tmp_path / "more.yml"
    nlu.write_text("nlu:\n- intent: alone\n  examples: |\n    - a\n")

    from tenprint.plugins.rasa import TenprintImporter  # noqa: PLC0415 - only where Rasa is

    importer = TenprintImporter(str(rich_project / "config.yml"), str(other), str(nlu))

    assert "alone" in importer.get_domain().intents
    assert [message.get("text") for message in importer.get_nlu_data().training_examples] == ["a"]


def test_what_is_wrong_is_an_error_of_rasa_with_every_problem(rich_project: Path) -> None:
    from rasa.shared.exceptions import RasaException  # noqa: PLC0415 - only where Rasa is

    (rich_project / "tenprint.yml").write_text(SOURCES)
    (rich_project / "data/nlu.yml").write_text("nlu:\n- intent: 3\n- nothing\n")
    with pytest.raises(RasaException) as caught:
        ours(rich_project).get_nlu_data()
    assert "data/nlu.yml:2:11" in str(caught.value)
    assert "data/nlu.yml:3:3" in str(caught.value)


def test_a_project_without_sources_of_its_own_says_what_to_write(rich_project: Path) -> None:
    from rasa.shared.exceptions import RasaException  # noqa: PLC0415 - only where Rasa is

    with (rich_project / "config.yml").open("a") as config:
        config.write(NAMED)
    with pytest.raises(RasaException, match=r"config\.yml:\d+:\d+: error: TenprintImporter gives Rasa what tenprint"):
        ours(rich_project).get_domain()
