"""TenprintImporter: an importer of Rasa 3 that gives what tenprint reads. The only module of ours that imports Rasa."""

import logging
from collections.abc import Callable, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Lock
from typing import Any, TypeVar

from rasa.shared.core.domain import Domain
from rasa.shared.core.training_data.story_reader.yaml_story_reader import YAMLStoryReader
from rasa.shared.core.training_data.structures import StoryGraph
from rasa.shared.exceptions import RasaException
from rasa.shared.importers.importer import TrainingDataImporter
from rasa.shared.nlu.training_data.formats.rasa_yaml import RasaYAMLReader
from rasa.shared.nlu.training_data.training_data import TrainingData

from tenprint.importers import TenprintError
from tenprint.plugins.project import ProjectPaths
from tenprint.plugins.rasa.texts import ReadProject, read_project
from tenprint.plugins.settings import SETTINGS_NAME

T = TypeVar("T")

_LOGGER = logging.getLogger(__name__)

_SOURCE = "tenprint"
_TESTS = "test_stories.yml"


class TenprintImporter(TrainingDataImporter):  # type: ignore[misc]  # Rasa is no dependency, so a type checker lacks it
    """Gives Rasa the sources that `tenprint.yml` names, read and merged by tenprint.

    The project is the folder of the configuration, or the current one where only that has a `tenprint.yml`. It is read
    once, when Rasa first asks. Whatever is wrong with it is a `RasaException` with all problems; warnings are logged.
    """

    def __init__(
        self,
        config_file: str | None = None,
        domain_path: str | None = None,
        training_data_paths: str | Sequence[str] | None = None,
    ) -> None:
        self._folder = _project_folder(config_file)
        self._config_file = config_file
        named = [training_data_paths] if isinstance(training_data_paths, str) else [*(training_data_paths or ())]
        self._paths = _paths(self._folder, config_file, domain_path, named)
        self._lock = Lock()
        self._read: ReadProject | None = None

    def get_config(self) -> dict[str, Any]:
        return self._project().config

    def get_config_file_for_auto_config(self) -> str | None:
        """Return the configuration, in which Rasa may note what it has chosen by itself."""
        return self._config_file

    def get_domain(self) -> Domain:
        project = self._project()
        return _told(lambda: Domain.from_dict(project.domain()))

    def get_stories(self, exclusion_percentage: int | None = None) -> StoryGraph:
        project = self._project()
        domain = self.get_domain()
        steps: list[Any] = []
        for content in _told(lambda: project.dialogues(exclusion_percentage)):
            # One reader for each: it answers with all it has ever read.
            steps += YAMLStoryReader(domain, _SOURCE).read_from_parsed_yaml(content)
        return StoryGraph(steps)

    def get_conversation_tests(self) -> StoryGraph:
        tests = _told(self._project().tests)
        if tests is None:
            return StoryGraph([])
        # Its reader looks at the file again, to tell tests from stories.
        with TemporaryDirectory(prefix="tenprint-") as folder:
            file = Path(folder) / _TESTS
            file.write_bytes(tests)
            return StoryGraph(YAMLStoryReader(self.get_domain(), str(file)).read_from_file(file))

    def get_nlu_data(self, language: str | None = "en") -> TrainingData:  # noqa: ARG002 - the interface of Rasa
        texts = _told(self._project().nlu_texts)
        return TrainingData().merge(*(RasaYAMLReader().reads(text) for text in texts))

    def _project(self) -> ReadProject:
        with self._lock:
            if self._read is None:
                self._read = _told(lambda: read_project(self._folder, self._paths))
                for problem in self._read.problems:
                    _LOGGER.warning("%s", problem)
            return self._read


def _told(call: Callable[[], T]) -> T:
    """Let errors be errors of Rasa, which its commands print without a traceback."""
    try:
        return call()
    except TenprintError as error:
        raise RasaException("\n".join(str(problem) for problem in error.problems)) from error


def _project_folder(config_file: str | None) -> Path:
    beside = Path() if config_file is None else Path(config_file).parent
    here = Path()
    return here if (here / SETTINGS_NAME).exists() and not (beside / SETTINGS_NAME).exists() else beside


def _paths(folder: Path, config_file: str | None, domain: str | None, data: Sequence[str]) -> ProjectPaths:
    """Take over the paths of Rasa that are not the usual ones; it also names those that need not be there."""
    unusual_domain = domain is not None and Path(domain).exists() and not _is(domain, folder, "domain.yml", "domain")
    unusual_data = [path for path in data if Path(path).exists()]
    if all(_is(path, folder, "data") for path in unusual_data):
        unusual_data = []
    return ProjectPaths(
        config=None if config_file is None else Path(config_file).absolute(),
        domain=Path(domain).absolute() if unusual_domain and domain is not None else None,
        data=tuple(Path(path).absolute() for path in unusual_data),
    )


def _is(path: str, folder: Path, *usual: str) -> bool:
    return any(Path(path).absolute() == (folder / name).absolute() for name in usual)
