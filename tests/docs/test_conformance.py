"""The pages about plugins say what the kit and the templates say."""

import inspect
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tenprint.plugins.scaffolding import scaffold
from tenprint.plugins.testing import (
    ImporterConformance,
    NluComponentConformance,
    PolicyConformance,
    TrainerConformance,
    TransformConformance,
)

ROOT = Path(__file__).parents[2]
ROW = re.compile(r"^\| `(test_\w+)` \| (.+) \|$", re.MULTILINE)

KITS = (ImporterConformance, TransformConformance, NluComponentConformance, PolicyConformance, TrainerConformance)

BlocksOf = Callable[[Path], list[Any]]


def properties(kit: type) -> dict[str, str]:
    return {name: inspect.getdoc(getattr(kit, name)) or "" for name in dir(kit) if name.startswith("test_")}


def test_every_property_is_listed_in_its_own_words() -> None:
    page = (ROOT / "docs/reference/conformance.md").read_text(encoding="utf-8")
    shared, importers, transforms, components, nlu, policies, trainers = (
        dict(ROW.findall(part)) for part in page.split("\n## ")[1:]
    )
    guests = dict(ROW.findall(page.split("\n### As a guest\n")[1].split("\n## ")[0]))
    assert {**shared, **importers} == properties(ImporterConformance)
    assert {**shared, **transforms} == properties(TransformConformance)
    assert {**guests, **components, **nlu} == properties(NluComponentConformance)
    assert {**guests, **components, **policies} == properties(PolicyConformance)
    assert trainers == properties(TrainerConformance)
    tables = (shared, importers, transforms, components, nlu, policies, trainers)
    assert len(ROW.findall(page)) == sum(map(len, tables))


def test_a_property_is_one_sentence() -> None:
    for kit in KITS:
        for text in properties(kit).values():
            assert re.fullmatch(r"[^\n]+\.", text)


def test_the_tutorial_shows_what_is_generated(blocks_of: BlocksOf) -> None:
    page = ROOT / "docs/tutorial/first-plugin.md"
    generated = scaffold("importer", "faq").files
    shown = [block.text for block in blocks_of(page) if block.language in ("py", "toml")]
    assert len(shown) > 5
    for text in shown:
        assert any(text in file for file in generated.values()), text


def test_the_changelog_counts_the_properties() -> None:
    counts = [len(properties(kit)) for kit in (ImporterConformance, TransformConformance)]
    changelog = (ROOT / "docs/changelog/5.feature.md").read_text(encoding="utf-8")
    assert f"{counts[0]} properties of an importer or {counts[1]} of a transform" in changelog
    counts = [len(properties(kit)) for kit in (NluComponentConformance, PolicyConformance)]
    changelog = (ROOT / "docs/changelog/7.feature.md").read_text(encoding="utf-8")
    assert f"{counts[0]} properties of an NLU component or {counts[1]} of a policy" in changelog
