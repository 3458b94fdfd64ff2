"""Acceptance case A41: a lookup table in a file of its own is part of the data."""

from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from tenprint.fingerprinting import Fingerprint
from tenprint.plugins import run_project

ProjectWriter = Callable[[Mapping[str, str]], Path]

PROJECT = {
    "config.yml": "language: en\n",
    "data/nlu.yml": "nlu:\n- intent: go\n  examples: |\n    - to [Rio](city)\n- lookup: city\n  file: cities.txt\n",
    "data/cities.txt": "Rio\nBonn\n",
}
SOURCES = {
    "the usual importer": "",
    "a named importer": "importers:\n- name: file\n",
    "several importers": "importers:\n- name: file\n- name: file\n  data: more\n",
}


def changed(write_project: ProjectWriter, files: Mapping[str, str], edited: Mapping[str, str]) -> set[str]:
    """Keys of the fingerprint that differ after an edit."""
    before: Fingerprint = run_project(write_project(files), "fingerprint")
    after: Fingerprint = run_project(write_project(edited), "fingerprint")
    return {key for key in before if before[key] != after[key]}


@pytest.mark.parametrize("source", SOURCES)
def test_a41_other_elements_are_other_messages(write_project: ProjectWriter, source: str) -> None:
    files = {**PROJECT, "config.yml": PROJECT["config.yml"] + SOURCES[source], "more/nlu.yml": "nlu: []\n"}

    assert changed(write_project, files, {"data/cities.txt": "Rio\nOslo\n"}) == {"messages"}


def test_a41_order_and_blanks_of_the_file_mean_nothing(write_project: ProjectWriter) -> None:
    assert changed(write_project, PROJECT, {"data/cities.txt": "\n  Bonn\r\nRio"}) == set()


def test_a41_a_file_means_the_same_as_elements_written_in_place(write_project: ProjectWriter) -> None:
    in_place = "  examples: |\n    - Rio\n    - Bonn\n"
    nlu = PROJECT["data/nlu.yml"].replace("  file: cities.txt\n", in_place)

    assert changed(write_project, PROJECT, {"data/nlu.yml": nlu}) == set()


def test_a41_w_fp_16_an_element_that_is_the_name_of_a_file_is_only_an_element(write_project: ProjectWriter) -> None:
    in_place = "  examples: |\n    - cities.txt\n"
    files = {**PROJECT, "data/nlu.yml": PROJECT["data/nlu.yml"].replace("  file: cities.txt\n", in_place)}

    assert changed(write_project, files, {"data/cities.txt": "Oslo\n"}) == set()
