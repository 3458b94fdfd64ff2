"""Our own importers have the properties that are asked of everyone's."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, ClassVar

import pytest
from pytest_httpserver import HTTPServer
from tests.importers.git.repositories import Repository
from tests.plugins.testing.good import CONFIG, NLU

from tenprint.importers import ImporterContext, TrainingDataImporter
from tenprint.importers.data import Example, NluData
from tenprint.importers.file import FileImporter
from tenprint.importers.git import GitImporter
from tenprint.importers.http import HttpImporter
from tenprint.importers.memory import MemoryImporter
from tenprint.importers.multi_project import MultiProjectImporter
from tenprint.plugins.testing import ImporterConformance

OTHER_NLU = NLU.replace("cost", "come to")
BROKEN_NLU = NLU.replace("intent: prices", "intent: [1]").replace("story: asking", "story: {}")
MISTAKES = 2
DOMAIN = "intents:\n  - prices\n  - opening_hours\nresponses:\n  utter_prices:\n    - text: ten\n"


def write(folder: Path, files: Mapping[str, str]) -> None:
    for path, content in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(content, encoding="utf-8")


class TestFile(ImporterConformance):
    IMPORTER = FileImporter

    def write_source(self, project: Path) -> Mapping[str, Any]:
        write(project, {"bot/config.yml": CONFIG, "bot/domain.yml": DOMAIN, "bot/data/nlu.yml": NLU})
        return {"directory": "bot", "data": ["data"], "domain": "domain.yml"}

    def change_source(self, project: Path) -> None:
        write(project, {"bot/data/nlu.yml": OTHER_NLU})

    def break_source(self, project: Path) -> int:
        write(project, {"bot/data/nlu.yml": BROKEN_NLU})
        return MISTAKES

    def remove_source(self, project: Path) -> None:
        (project / "bot/domain.yml").unlink()


class TestMultiProject(ImporterConformance):
    IMPORTER = MultiProjectImporter

    def write_source(self, project: Path) -> Mapping[str, Any]:
        config = f"{CONFIG}imports:\n  - ../skill\n"
        write(project, {"bot/config.yml": config, "bot/domain.yml": DOMAIN, "skill/data/nlu.yml": NLU})
        return {"config": "bot/config.yml", "domain": "bot/domain.yml"}

    def change_source(self, project: Path) -> None:
        write(project, {"skill/data/nlu.yml": OTHER_NLU})

    def break_source(self, project: Path) -> int:
        write(project, {"skill/data/nlu.yml": BROKEN_NLU})
        return MISTAKES

    def remove_source(self, project: Path) -> None:
        (project / "bot/domain.yml").unlink()


class TestMemory(ImporterConformance):
    UNFIT: ClassVar[Mapping[str, str]] = dict.fromkeys(
        ("test_unknown_options_are_refused", "test_wrong_values_are_refused"), "its values are arguments of ours"
    )

    def make(self, options: Mapping[str, Any], context: ImporterContext) -> TrainingDataImporter:
        nlu = NluData(tuple(Example(text, "prices") for text in options["texts"]))
        return MemoryImporter(config={"language": "en"}, nlu=nlu, context=context)

    def write_source(self, project: Path) -> Mapping[str, Any]:
        del project
        return {"texts": ["what does it cost?", "is the caf\u00e9 expensive?"]}

    def change_source(self, project: Path) -> Mapping[str, Any]:
        del project
        return {"texts": ["what does it come to?"]}


class TestGit(ImporterConformance):
    IMPORTER = GitImporter

    def write_source(self, project: Path) -> Mapping[str, Any]:
        repository = self.repository(project)
        repository.commit({"config.yml": CONFIG, "domain.yml": DOMAIN, "data/nlu.yml": NLU})
        return {"url": repository.url, "allow_file": True, "ref": "main"}

    def change_source(self, project: Path) -> None:
        self.repository(project).commit({"data/nlu.yml": OTHER_NLU})

    def break_source(self, project: Path) -> int:
        self.repository(project).commit({"data/nlu.yml": BROKEN_NLU})
        return MISTAKES

    def remove_source(self, project: Path) -> None:
        self.repository(project).bare.rename(self.folder / "gone.git")

    def repository(self, project: Path) -> Repository:
        if project not in self.repositories:
            self.repositories[project] = Repository(self.folder / f"repository-{len(self.repositories)}")
        return self.repositories[project]

    @pytest.fixture(autouse=True)
    def no_repositories(self) -> None:
        self.repositories: dict[Path, Repository] = {}


class TestHttp(ImporterConformance):
    """Each project has a path of the server of its own."""

    IMPORTER = HttpImporter
    SECRETS: ClassVar[Mapping[str, str]] = {"HTTP_TOKEN": "b5-very-secret-token-77"}

    @pytest.fixture(autouse=True)
    def server(self, httpserver: HTTPServer) -> Iterator[None]:
        self.httpserver = httpserver
        yield
        httpserver.clear()

    def write_source(self, project: Path) -> Mapping[str, Any]:
        url = self.serve(project, NLU)
        return {"url": url, "allow_private": True, "allow_http": True, "token": {"env": "HTTP_TOKEN"}}

    def change_source(self, project: Path) -> None:
        self.serve(project, OTHER_NLU)

    def break_source(self, project: Path) -> int:
        self.serve(project, BROKEN_NLU)
        return MISTAKES

    def remove_source(self, project: Path) -> None:
        self.serve(project, "", status=404)

    def serve(self, project: Path, content: str, *, status: int = 200) -> str:
        path = f"/{project.relative_to(self.folder).as_posix().replace('/', '-')}/nlu.yml"
        self.paths = {**getattr(self, "paths", {}), path: (content, status)}
        self.httpserver.clear()
        for served, (text, code) in self.paths.items():
            self.httpserver.expect_request(served).respond_with_data(text, status=code, content_type="text/yaml")
        return self.httpserver.url_for(path)
