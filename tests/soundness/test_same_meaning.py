"""Edits that mean nothing train nothing, and a plan has nothing to name."""

import json
from pathlib import Path

import anyio
import pytest
from tests.assistant import ASSISTANT
from tests.soundness.generating import generated
from tests.soundness.judging import Base, base_of, judged_folder
from tests.soundness.rewriting import REWRITES, Texts
from tests.soundness.rows import NOTHING
from tests.soundness.test_mutations import assistant, changes_of, verdict_of

from tenprint.importers import ImporterContext, ReadingRules, project_data
from tenprint.importers.file import FileImporter
from tenprint.importers.writing import project_files


@pytest.fixture(scope="module")
def bases() -> dict[str, tuple[Base, Texts]]:
    """Return projects with their models and with the files people wrote, or the exporter did."""

    async def make() -> dict[str, tuple[Base, Texts]]:
        return {
            "assistant": (await base_of("assistant", peg), files_below(ASSISTANT)),
            "generated": (await base_of("generated", generated(0)), exported()),
        }

    peg = assistant()
    return anyio.run(make)


def files_below(folder: Path) -> Texts:
    paths = [path for path in sorted(folder.rglob("*.yml")) if "tests" not in path.parts]
    return {str(path.relative_to(folder)): path.read_text(encoding="utf-8") for path in paths}


def exported() -> Texts:
    return {path: content.decode() for path, content in project_files(generated(0)).items()}


def written(root: Path, texts: Texts) -> Path:
    for path, text in texts.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_bytes(text.encode())
    return root


def assert_nothing_is_due(base: Base, root: Path) -> None:
    plan = anyio.run(judged_folder, root, base)
    assert changes_of(plan) == []
    assert verdict_of(plan) == NOTHING


@pytest.mark.parametrize("which", ["assistant", "generated"])
@pytest.mark.parametrize("name", REWRITES)
def test_what_means_the_same_trains_nothing(
    name: str, which: str, bases: dict[str, tuple[Base, Texts]], tmp_path: Path
) -> None:
    base, texts = bases[which]
    rewritten = REWRITES[name](texts)
    if rewritten is None:
        # What one of the projects has no place for, the other has.
        rewritten = REWRITES[name](texts := bases["generated" if which == "assistant" else "assistant"][1])
        base = bases["generated" if which == "assistant" else "assistant"][0]
    assert rewritten is not None
    assert rewritten != texts
    assert_nothing_is_due(base, written(tmp_path / "peg", rewritten))


def test_nlu_json_says_the_same_as_yaml(bases: dict[str, tuple[Base, Texts]], tmp_path: Path) -> None:
    base, texts = bases["assistant"]
    nlu = base.project.nlu
    document = {
        "rasa_nlu_data": {
            "common_examples": [
                {
                    "text": example.text,
                    "intent": example.intent,
                    **({} if example.metadata is None else {"metadata": dict(example.metadata)}),
                    "entities": [
                        {key: value for key, value in span._asdict().items() if value is not None}
                        for span in example.entities
                    ],
                }
                for example in nlu.examples
            ],
            "entity_synonyms": [{"value": found.value, "synonyms": [found.text]} for found in nlu.synonyms],
            "regex_features": [{"name": found.name, "pattern": found.pattern} for found in nlu.regexes],
            "lookup_tables": [{"name": found.name, "elements": [found.element]} for found in nlu.lookups],
        }
    }
    others = {path: text for path, text in texts.items() if not path.startswith("data/nlu/")}
    assert_nothing_is_due(base, written(tmp_path / "peg", {**others, "data/nlu.json": json.dumps(document)}))


def test_at_least_twenty_ways_are_tried() -> None:
    assert len(REWRITES) >= 20


def test_the_files_of_both_projects_say_what_their_models_remember(
    bases: dict[str, tuple[Base, Texts]], tmp_path: Path
) -> None:
    for name, (base, texts) in bases.items():
        root = written(tmp_path / name, texts)
        project = project_data(anyio.run(FileImporter({}, ImporterContext(root)).snapshot), ReadingRules())
        assert len(project.nlu.examples) == len(base.project.nlu.examples)
        assert_nothing_is_due(base, root)
