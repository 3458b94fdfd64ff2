"""Imports that are URLs, with real repositories and servers: fetched at once, each once, located, and closed again."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import anyio
import pytest
from pytest_httpserver import HTTPServer
from tests.importers.git.repositories import nlu
from tests.importers.remote_projects import GRANTED, KNOWN, Repositories, domain, intents, loaded, read, states, told

from tenprint.importers import (
    DocumentId,
    ImporterContext,
    ImporterSpec,
    Location,
    Manifest,
    ReadingRules,
    Registered,
    RemoteFile,
    RemoteImporter,
    SourceError,
    TrainingDataImporter,
)
from tenprint.importers.merging import MergeRules, MergeSettings
from tenprint.importers.multi_project import MultiProjectImporter
from tenprint.importers.source_urls import source_for_url

ProjectWriter = Callable[[Mapping[str, str]], Path]

pytestmark = pytest.mark.anyio

MANY = 12


@pytest.fixture
def repositories(tmp_path: Path) -> Repositories:
    return Repositories(tmp_path / "repositories")


async def test_files_import_a_repository_that_imports_a_download(
    write_project: ProjectWriter, repositories: Repositories, httpserver: HTTPServer
) -> None:
    httpserver.expect_request("/phrases.yml").respond_with_data(nlu("greet", "ahoy"))
    entry = f"- {{url: '{httpserver.url_for('/phrases.yml')}', allow_http: true, allow_private: true}}\n"
    pirate = {"config.yml": f"pipeline: [{{name: X}}]\nimports:\n{entry}", "domain.yml": domain("greet")}
    commit = repositories["pirate"].commit(pirate)
    config = f"language: en\npipeline: []\nimports:\n- A\n{repositories.entry('pirate')}"
    project = write_project({"config.yml": config, "A/a.yml": domain("a")})
    snapshot = await read(project)

    assert told(snapshot) == [("ignored-config", "config.yml:1:1")]
    assert snapshot.problems[0].location == Location("pirate", "config.yml", 1, 1, commit)
    assert [document.id for document in snapshot.documents if document.role != "default"] == [
        DocumentId("own", "config.yml"),
        DocumentId("own", "A/a.yml"),
        DocumentId("pirate", "domain.yml", commit),
        DocumentId("phrases", "phrases.yml", snapshot.sources[2].revision),
    ]
    assert intents(snapshot) == ["a", "greet"]
    assert [item.path[2] for item in snapshot.table.of_kind("intent-example")] == ["ahoy"]
    assert [state.name for state in snapshot.sources] == ["own", "pirate", "phrases"]
    assert snapshot.sources[1].revision == commit
    assert "X" not in {item.path[2] for item in snapshot.table.of_kind("pipeline-component")}


async def test_projects_stand_in_the_order_in_which_they_were_found(
    write_project: ProjectWriter, repositories: Repositories
) -> None:
    for name in ("one", "two", "deep"):
        config = f"imports:\n{repositories.entry('deep')}" if name == "one" else ""
        repositories[name].commit({"domain.yml": domain(name), "config.yml": config or "{}\n"})
    entries = [repositories.entry("one"), "- A\n", repositories.entry("two"), "- B\n"]
    files = {
        "A/a.yml": domain("a"),
        "A/config.yml": "imports: [../C]\n",
        "B/b.yml": domain("b"),
        "C/c.yml": domain("c"),
    }
    project = write_project({"config.yml": "imports:\n" + "".join(entries), **files})

    assert intents(await read(project)) == ["one", "a", "two", "b", "c", "deep"]


async def test_a_project_of_files_is_as_it_was(write_project: ProjectWriter) -> None:
    project = write_project({"config.yml": "imports: [A]\n", "A/a.yml": domain("a"), "domain.yml": domain("own")})
    plain = await MultiProjectImporter({}, ImporterContext(project, source="own")).snapshot()
    through = await read(project)

    assert plain.sources == through.sources
    assert [row[:4] for row in plain.table.rows] == [row[:4] for row in through.table.rows if row[4] < 3][
        : len(plain.table)
    ]


async def test_a_repository_that_is_imported_twice_is_read_once_and_a_round_is_told(
    write_project: ProjectWriter, repositories: Repositories
) -> None:
    repositories["one"].commit({"config.yml": f"imports:\n{repositories.entry('two')}", "domain.yml": domain("one")})
    repositories["two"].commit(
        {"config.yml": f"imports:\n{repositories.entry('one')}- .\n", "d/domain.yml": domain("two")}
    )
    entries = repositories.entry("one") + repositories.entry("one", ", as: again") + repositories.entry("two")
    snapshot = await read(write_project({"config.yml": f"imports:\n{entries}"}))

    assert intents(snapshot) == ["one", "two"]
    assert [state.name for state in snapshot.sources] == ["own", "one", "two"]
    assert told(snapshot) == []


async def test_a_round_of_repositories_is_told_with_its_chain(
    write_project: ProjectWriter, repositories: Repositories
) -> None:
    repositories["one"].commit({"config.yml": f"imports:\n{repositories.entry('two')}", "domain.yml": domain("one")})
    commit = repositories["two"].commit({"config.yml": f"imports:\n{repositories.entry('one')}"})
    snapshot = await read(write_project({"config.yml": f"imports:\n{repositories.entry('one')}"}))

    (problem,) = snapshot.problems
    assert (problem.code, problem.severity) == ("import-cycle", "warning")
    assert problem.message == "the imports go round: one -> two -> one; each project is read once"
    assert problem.location == Location("two", "config.yml", 2, 3, commit)


async def test_names_are_unique_and_become_prefixes_where_projects_have_namespaces(
    write_project: ProjectWriter, repositories: Repositories
) -> None:
    for name in ("A", "other"):
        repositories[name].commit({"domain.yml": domain("x")})
    entries = repositories.entry("A") + repositories.entry("other", ", as: mine")
    project = write_project({"config.yml": f"imports:\n- A\n{entries}", "A/a.yml": domain("a")})
    rules = ReadingRules(merge=MergeSettings(projects=MergeRules("namespace")))
    snapshot = await read(project, rules=rules, specs=(ImporterSpec("file", {"directory": "A"}, label="mine"),))

    assert [state.name for state in snapshot.sources] == ["own", "A-2", "mine-2", "mine"]
    assert intents(snapshot)[:3] == ["A.a", "A-2.x", "mine-2.x"]


async def test_two_importers_that_follow_imports_keep_their_sources_apart(
    write_project: ProjectWriter, repositories: Repositories
) -> None:
    repositories["base"].commit({"domain.yml": domain("x")})
    project = write_project({"config.yml": f"imports:\n{repositories.entry('base')}"})
    snapshot = await read(project, specs=(ImporterSpec("multi-project", GRANTED, label="other"),))

    assert [state.name for state in snapshot.sources] == ["own", "own/base", "other", "other/base"]


class Shelf(RemoteImporter):
    """A source that the test opens; it counts who has entered."""

    NAME = "shelf"

    entered: list[str]
    closed: list[str]
    first: anyio.Event
    full: anyio.Event
    gate: anyio.Event

    def identity(self) -> Mapping[str, Any]:
        return dict(self.options)

    async def fetch(self, pinned: str | None) -> Manifest:
        del pinned
        self.entered.append(self.source_name)
        self.first.set()
        if len(self.entered) == MANY:
            self.full.set()
        await self.gate.wait()
        content = domain(self.source_name).encode()
        return Manifest("1", (RemoteFile("domain.yml", self.store.put(content), len(content)),))

    async def aclose(self) -> None:
        self.closed.append(self.source_name)
        await super().aclose()


def shelves() -> type[Shelf]:
    """Make a class of its own for each test, with nothing entered."""
    events = {name: anyio.Event() for name in ("first", "full", "gate")}
    return type("OwnShelf", (Shelf,), {"entered": [], "closed": [], **events})


def registered(shelf: type[TrainingDataImporter]) -> Registered[type[TrainingDataImporter]]:
    return Registered("shelf", shelf, "tests", "1")


def on_shelves(url: str) -> tuple[str, Mapping[str, Any]] | None:
    return ("shelf", {"place": url}) if url.startswith("shelf://") else source_for_url(url)


async def test_all_are_entered_before_one_is_released_and_all_are_closed(write_project: ProjectWriter) -> None:
    shelf = shelves()
    known = {**KNOWN, "shelf": registered(shelf)}
    names = [f"s{number}" for number in range(MANY)]
    project = write_project({"config.yml": "imports:\n" + "".join(f"- shelf://here/{name}\n" for name in names)})
    async with loaded(project, known=known, for_url=on_shelves) as importer, anyio.create_task_group() as tasks:
        tasks.start_soon(importer.snapshot)
        with anyio.fail_after(30):
            await shelf.full.wait()
        assert shelf.closed == []
        shelf.gate.set()

    assert sorted(shelf.entered) == sorted(shelf.closed) == sorted(names)


@pytest.mark.parametrize("ending", ["cancelled", "failed"])
async def test_importers_are_closed_when_a_run_ends_early(write_project: ProjectWriter, ending: str) -> None:
    shelf = shelves()
    known = {**KNOWN, "shelf": registered(shelf)}
    dead = "- {url: 'git+file:///nowhere/x.git', allow_file: true}\n"
    entries = (dead if ending == "failed" else "") + "- shelf://here/a\n"
    project = write_project({"config.yml": f"imports:\n{entries}"})
    if ending == "failed":
        with pytest.raises(SourceError) as caught:
            await read(project, known=known, for_url=on_shelves)
        assert (str(caught.value.location), caught.value.reference) == ("config.yml:2:3", "git-repository-not-found")
    else:
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(lambda: read(project, known=known, for_url=on_shelves))
            await shelf.first.wait()
            tasks.cancel_scope.cancel()

    assert shelf.closed == ["a"]


async def test_an_import_that_cannot_be_fetched_names_its_line_and_who_imports_it(
    write_project: ProjectWriter, repositories: Repositories
) -> None:
    repositories["base"].commit({"config.yml": f"imports:\n{repositories.entry('gone', ', ref: v1')}"})
    repositories["gone"].commit({"domain.yml": domain("x")})
    project = write_project({"config.yml": f"imports:\n{repositories.entry('gone', ', ref: v2')}"})
    with pytest.raises(SourceError, match="has no branch or tag 'v2'") as caught:
        await read(project)
    assert (str(caught.value.location), caught.value.reference) == ("config.yml:2:3", "git-ref-not-found")

    write_project({"config.yml": f"imports:\n{repositories.entry('base')}"})
    with pytest.raises(SourceError, match=r"has no branch or tag 'v1' \(imported by 'base'\)") as caught:
        await read(project)
    assert caught.value.location is not None
    assert (caught.value.location.source, str(caught.value.location)) == ("base", "config.yml:2:3")


async def test_an_import_may_be_optional(write_project: ProjectWriter, repositories: Repositories) -> None:
    repositories["base"].commit({"domain.yml": domain("x")})
    entry = repositories.entry("base", ", ref: v9, policy: optional")
    snapshot = await read(write_project({"config.yml": f"imports:\n{entry}", "domain.yml": domain("own")}))

    assert states(snapshot)[1] == ("base", None, "missing")
    assert told(snapshot) == [("missing-source", "config.yml:2:3")]


@pytest.mark.parametrize(
    ("entry", "code", "place", "words"),
    [
        ("ftp://h/x", "unknown-scheme", "2:3", "begin with ftp://"),
        ("https://alice:hunter2@h/x", "source-url", "2:3", "has a password in it"),
        ("{url: 'git+https://h/x.git#egg=x'}", "source-url", "2:4", "unknown part 'egg'"),
        ("git+file:///x.git", "option", "2:3", "is a folder of this machine"),
        ("{url: 'https://h/x.yml', rev: 1}", "option", "2:28", "no option 'rev'"),
        ("{url: 'https://h/x.yml', name: http}", "unknown-key", "2:28", "no key 'name'"),
        ("{url: 'https://h/x.yml', transforms: []}", "unknown-key", "2:28", "no key 'transforms'"),
        ("{url: x/y}", "import-url", "2:9", "is no URL"),
        ("{uri: x/y}", "wrong-type", "2:3", "must be text"),
        ("{url: 'https://h/x.yml', as: a b}", "source-name", "2:32", "cannot be called"),
    ],
)
async def test_a_wrong_url_is_an_error_with_its_line(
    write_project: ProjectWriter, entry: str, code: str, place: str, words: str
) -> None:
    snapshot = await read(write_project({"config.yml": f"imports:\n- {entry}\n", "domain.yml": domain("x")}))

    (problem,) = snapshot.problems
    assert (problem.code, problem.severity, str(problem.location)) == (code, "error", f"config.yml:{place}")
    assert words in problem.message
    assert "hunter2" not in str(problem)


async def test_where_nobody_knows_urls_that_is_told(write_project: ProjectWriter) -> None:
    project = write_project({"config.yml": "imports: ['https://h/x.yml']\n"})
    alone = await MultiProjectImporter({}, ImporterContext(project)).snapshot()
    unknown = await read(project, for_url=None)

    assert told(alone) == [("import-url", "config.yml:1:11")]
    assert told(unknown) == [("unknown-scheme", "config.yml:1:11")]


async def test_variables_are_replaced_in_the_configuration_of_this_project_alone(
    write_project: ProjectWriter, repositories: Repositories
) -> None:
    commit = repositories["base"].commit({"config.yml": "imports:\n- https://h/${SECRET}\n", "domain.yml": domain("x")})
    url = repositories.url("base").removesuffix("base.git")
    project = write_project({"config.yml": f"imports:\n- url: {url}${{NAME}}.git\n  allow_file: true\n"})
    snapshot = await read(project, rules=ReadingRules(environment={"NAME": "base", "SECRET": "hunter2"}))

    assert intents(snapshot) == ["x"]
    (problem,) = snapshot.problems
    assert (problem.code, problem.location) == ("import-url", Location("base", "config.yml", 2, 3, commit))
    assert "hunter2" not in str(problem)


@pytest.mark.parametrize(
    ("option", "granted", "words"),
    [
        ("allow_file: true", {}, "asks for 'allow_file', which is not granted"),
        ("token: {env: SECRET}", GRANTED, "cannot have the option 'token'"),
        ("use_git_config: true", GRANTED, "cannot have the option 'use_git_config'"),
        ("ca: /etc/passwd", GRANTED, "cannot have the option 'ca'"),
    ],
)
async def test_a_remote_project_may_say_what_is_fetched_and_no_more(
    write_project: ProjectWriter, repositories: Repositories, option: str, granted: Mapping[str, Any], words: str
) -> None:
    repositories["base"].commit({"config.yml": f"imports:\n- url: git+https://h/x.git\n  {option}\n"})
    project = write_project({"config.yml": f"imports:\n{repositories.entry('base')}"})
    (problem,) = (await read(project, options=granted)).problems

    assert (problem.code, str(problem.location)) == ("import-url", "config.yml:3:3")
    assert words in problem.message


@pytest.mark.parametrize(
    ("path", "outcome"),
    [
        ("data", None),
        ("./data/", None),
        ("data/config.yml", None),
        ("../neighbour", "leads out of its project"),
        ("/etc", "leads out of its project"),
        ("dta", "does not exist"),
    ],
)
async def test_a_path_in_a_remote_project_leads_to_its_own_files(
    write_project: ProjectWriter, repositories: Repositories, path: str, outcome: str | None
) -> None:
    commit = repositories["base"].commit({"config.yml": f"imports:\n- {path}\n", "data/nlu.yml": nlu("greet", "hi")})
    problems = (await read(write_project({"config.yml": f"imports:\n{repositories.entry('base')}"}))).problems

    if outcome is None:
        assert problems == ()
    else:
        (problem,) = problems
        assert (problem.code, problem.location) == ("import-path", Location("base", "config.yml", 2, 3, commit))
        assert outcome in problem.message


async def test_the_configuration_of_a_remote_project_is_never_merged(
    write_project: ProjectWriter, repositories: Repositories
) -> None:
    repositories["base"].commit(
        {
            "config.yml": "language: [wrong]\nfoo: bar\npipelin: []\n",
            "config.yaml": "- broken",
            "a/domain.yml": domain("x"),
        }
    )
    snapshot = await read(write_project({"config.yml": f"language: de\nimports:\n{repositories.entry('base')}"}))

    assert told(snapshot) == [("not-a-mapping", "config.yaml:1:1")]
    assert {document.id.path for document in snapshot.documents if document.role == "config"} == {"config.yml"}
    keys = [item.path[1] for item in snapshot.table.of_kind("config-key")]
    assert keys == ["language", "imports"]
