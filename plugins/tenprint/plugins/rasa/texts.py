"""A project of tenprint in the forms Rasa reads: dictionaries and YAML. Knows nothing of Rasa itself.

Rules kept here:

- Rasa gets what people wrote. It derives retrieval intents and end-to-end messages by itself.
- It also completes a configuration by itself: the components tenprint would take are none of Rasa's.
- A response stays where it was found, in a domain or beside NLU data, because Rasa keeps these apart.
"""

from collections.abc import Awaitable, Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, TypeVar

import anyio.to_thread

from tenprint.fingerprinting import only_domain_file
from tenprint.importers import DocumentId, Problem, ReadingRules, Snapshot, project_data, run_to_end
from tenprint.importers.data import Domain, NluData, ProjectData, Stories
from tenprint.importers.memory import MemoryImporter
from tenprint.importers.reading import parse_yaml, plain_value
from tenprint.importers.writing import DOMAIN_FILE, project_files
from tenprint.plugins.project import ProjectPaths, open_project

T = TypeVar("T")

NLU_FILE = "data/nlu.yml"
DIALOGUE_FILES = ("data/stories.yml", "data/rules.yml")
TESTS_FILE = "tests/test_stories.yml"
"""Files of an export, as `tenprint.importers.writing` names them."""

_RESPONSES = ("response", "retrieval-response")
_FOR_TENPRINT = ("importers", "imports")
"""Keys of a configuration that have done their work."""


@dataclass(frozen=True, slots=True)
class ReadProject:
    """What a project holds, and what is odd about it."""

    project: ProjectData
    beside_nlu: frozenset[str] = frozenset()
    """Names of the responses that stand beside NLU data."""
    completed: frozenset[str] = frozenset()
    """Keys of the configuration that tenprint has completed."""
    domain_file: bytes | None = None
    """The only file the domain comes from, whose form Rasa's fingerprint of it depends on."""
    problems: tuple[Problem, ...] = ()

    @property
    def config(self) -> dict[str, Any]:
        left_out = {*self.completed, *_FOR_TENPRINT}
        return {key: plain_value(value) for key, value in self.project.config.items() if key not in left_out}

    def domain(self) -> dict[str, Any]:
        """Return the domain as a dictionary, without the responses beside NLU data."""
        domain = self.project.domain
        own = tuple(response for response in domain.responses if response.name not in self.beside_nlu)
        files = project_files(ProjectData({}, replace(domain, responses=own)), domain_file=self.domain_file)
        return _as_dictionary(files, DOMAIN_FILE)

    def nlu_texts(self) -> list[str]:
        """Return YAML with the NLU data, and with the responses beside them."""
        responses = self.project.domain.responses
        beside = tuple(response for response in responses if response.name in self.beside_nlu)
        files = (_files(nlu=self.project.nlu).get(NLU_FILE), _files(domain=Domain(responses=beside)).get(DOMAIN_FILE))
        return [content.decode() for content in files if content is not None]

    def dialogues(self, exclusion_percentage: float | None = None) -> list[dict[str, Any]]:
        """Return the content of files with stories and rules; a share of them is left out where one is given."""
        every = MemoryImporter(stories=self.project.stories)
        stories = _waited_for(lambda: every.get_stories(exclusion_percentage))
        files = _files(stories=stories)
        return [_as_dictionary(files, name) for name in DIALOGUE_FILES if name in files]

    def tests(self) -> bytes | None:
        """Return YAML with the conversation tests, None where there are none."""
        return _files(tests=self.project.tests).get(TESTS_FILE)


def read_project(folder: Path, paths: ProjectPaths) -> ReadProject:
    """Read a project, and wait until that is done.

    Raises:
        TenprintError: The project cannot be read, or its data are wrong.
    """

    async def read() -> ReadProject:
        async with open_project(folder, paths=paths) as project:
            snapshot = await project.snapshot()
            return await anyio.to_thread.run_sync(_read, snapshot, project.rules)

    return _waited_for(read)


def _waited_for(call: Callable[[], Awaitable[T]]) -> T:
    """Await something in a thread of its own: this one may have an event loop that is running."""
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(run_to_end, call).result()


def _read(snapshot: Snapshot, rules: ReadingRules) -> ReadProject:
    items = list(snapshot.table)
    return ReadProject(
        project_data(snapshot, rules),
        frozenset(item.path[2] for item in items if item.kind in _RESPONSES and snapshot.in_role(item, "data")),
        # `("config", "pipeline", ...)`: the second name is the key.
        frozenset(item.path[1] for item in items if snapshot.in_role(item, "default")),
        only_domain_file(snapshot),
        snapshot.problems,
    )


def _files(
    *,
    domain: Domain | None = None,
    nlu: NluData | None = None,
    stories: Stories | None = None,
    tests: Stories | None = None,
) -> dict[str, bytes]:
    """Write one part of a project; an `ExportError` tells what Rasa's formats cannot express."""
    part = ProjectData({}, domain or Domain(), stories or Stories(), nlu or NluData(), tests or Stories())
    return project_files(part)


def _as_dictionary(files: Mapping[str, bytes], name: str) -> dict[str, Any]:
    if name not in files:
        return {}
    content: dict[str, Any] = plain_value(parse_yaml(files[name], DocumentId("tenprint", name)).root)
    return content
