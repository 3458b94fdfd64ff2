"""Every way to name a credential that the pages show works against a server that wants it."""

import base64
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from textwrap import dedent
from typing import Any

import pytest
import yaml
from pytest_httpserver import HTTPServer
from tests.importers.git.repositories import Repository, nlu
from tests.importers.git.smart_http import GitServer, served

from tenprint.importers import ImporterContext, ReadingRules, Secret, TrainingDataImporter
from tenprint.importers.git import GitImporter
from tenprint.importers.http import HttpImporter

ROOT = Path(__file__).parents[2]
VALUE = "s3cret"


def section(page: str, heading: str) -> str:
    found = re.search(
        rf"^## {heading}\n(.*?)(?=^## )", (ROOT / page).read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL
    )
    assert found is not None
    return found[1]


def entries(page: str) -> list[dict[str, Any]]:
    """Parts of an entry of `importers:` that a page shows below its heading on credentials."""
    blocks = re.findall(r"^```yaml\n(.*?)^```", section(page, "Give a credential"), re.MULTILINE | re.DOTALL)
    return [yaml.safe_load(dedent(block)) for block in blocks]


def references(text: str) -> list[dict[str, str]]:
    return [yaml.safe_load(found) for found in re.findall(r"\{(?:env|file|netrc): [^{}]+\}", text)]


HTTP = entries("docs/how-to/import-over-http.md")
GIT = [{"token": reference} for reference in references(section("docs/how-to/import-from-git.md", "Give a credential"))]
LOGINS = references(section("docs/how-to/import-over-http.md", "Give a credential"))
SECRETS = references(section("docs/reference/configuration.md", "Secrets"))


def kept(reference: Mapping[str, str], folder: Path, environment: dict[str, str]) -> dict[str, str]:
    """Put a value where a reference says; a path of a page is one below the folder."""
    ((kind, place),) = reference.items()
    if kind == "env":
        environment[place] = VALUE
    elif kind == "netrc":
        environment["NETRC"] = str(folder / "netrc")
        (folder / "netrc").write_text(f"machine {place} login peg password {VALUE}\n", encoding="utf-8")
    else:
        place = place.lstrip("/")
        (folder / place).parent.mkdir(parents=True, exist_ok=True)
        (folder / place).write_text(f"{VALUE}\n", encoding="utf-8")
    return {kind: place}


def prepared(entry: Mapping[str, Any], folder: Path, environment: dict[str, str]) -> dict[str, Any]:
    def with_values(value: Any) -> Any:
        if isinstance(value, dict) and set(value) <= {"env", "file", "netrc"}:
            return kept(value, folder, environment)
        return {name: with_values(one) for name, one in value.items()} if isinstance(value, dict) else value

    return {name: with_values(value) for name, value in entry.items() if name != "url"}


def context(folder: Path, environment: dict[str, str]) -> ImporterContext:
    return ImporterContext(folder, rules=ReadingRules(environment=environment), cache=folder / "cache")


async def examples(importer: TrainingDataImporter) -> int:
    snapshot = await importer.snapshot()
    await importer.aclose()
    return len(list(snapshot.table.of_kind("intent-example")))


def basic(user: str) -> str:
    return "Basic " + base64.b64encode(f"{user}:{VALUE}".encode()).decode()


@pytest.fixture
def git_server(tmp_path: Path) -> Iterator[GitServer]:
    repository = Repository(tmp_path / "repository")
    repository.commit({"nlu.yml": nlu("greet", "hi")})
    with served(repository.bare.parent) as state:
        yield state


def test_the_pages_show_credentials() -> None:
    kinds = [sorted({kind for reference in found for kind in reference}) for found in (LOGINS, SECRETS)]
    assert kinds == [["env", "file", "netrc"]] * 2
    assert [kind for entry in GIT for kind in entry["token"]] == ["env", "file", "netrc"]
    assert len(HTTP) == 2


@pytest.mark.anyio
@pytest.mark.parametrize("entry", HTTP, ids=",".join)
async def test_a_web_server_gets_what_the_page_says(
    tmp_path: Path, httpserver: HTTPServer, entry: dict[str, Any]
) -> None:
    environment: dict[str, str] = {}
    options = prepared(entry, tmp_path, environment)
    expected = {"Authorization": f"Bearer {VALUE}"} if "token" in entry else {}
    headers = {name: VALUE if isinstance(value, dict) else value for name, value in entry.get("headers", {}).items()}
    httpserver.expect_request("/nlu.yml", headers={**expected, **headers}).respond_with_data(nlu("greet", "hi"))
    options |= {"url": httpserver.url_for("/nlu.yml"), "allow_http": True, "allow_private": True}
    assert await examples(HttpImporter(options, context(tmp_path, environment))) == 1


@pytest.mark.anyio
@pytest.mark.parametrize("username", [None, {"env": "FILES_USER"}])
async def test_a_login_comes_from_netrc_or_from_two_options(
    tmp_path: Path, httpserver: HTTPServer, username: dict[str, str] | None
) -> None:
    (reference,) = (one for one in LOGINS if "netrc" in one)
    environment = {"FILES_USER": "somebody"}
    options: dict[str, Any] = {"password": kept(reference, tmp_path, environment)}
    if username is not None:
        options["username"] = username
    user = "peg" if username is None else "somebody"
    httpserver.expect_request("/nlu.yml", headers={"Authorization": basic(user)}).respond_with_data(nlu("greet", "hi"))
    options |= {"url": httpserver.url_for("/nlu.yml"), "allow_http": True, "allow_private": True}
    assert await examples(HttpImporter(options, context(tmp_path, environment))) == 1


@pytest.mark.anyio
@pytest.mark.parametrize("entry", GIT, ids=lambda entry: next(iter(entry["token"])))
async def test_a_git_server_gets_what_the_page_says(
    tmp_path: Path, git_server: GitServer, entry: dict[str, Any]
) -> None:
    environment: dict[str, str] = {}
    options = prepared(entry, tmp_path, environment)
    git_server.user = f"{'peg' if 'netrc' in entry['token'] else 'x-access-token'}:{VALUE}"
    options |= {"url": f"{git_server.url}/assistant.git", "allow_http": True}
    assert await examples(GitImporter(options, context(tmp_path, environment))) == 1


@pytest.mark.parametrize("reference", SECRETS, ids=lambda reference: next(iter(reference)))
def test_a_secret_is_read_where_the_reference_page_says(tmp_path: Path, reference: dict[str, str]) -> None:
    environment: dict[str, str] = {}
    assert Secret(kept(reference, tmp_path, environment)).reveal(environment, tmp_path) == VALUE


def test_a_file_may_be_relative_to_the_home_folder(tmp_path: Path) -> None:
    assert "`~/`" in section("docs/reference/configuration.md", "Secrets")
    (tmp_path / "token").write_text(VALUE, encoding="utf-8")
    assert Secret({"file": "~/token"}).reveal({"HOME": str(tmp_path)}, Path("/elsewhere")) == VALUE


def test_netrc_is_that_of_the_home_folder_where_no_variable_names_another(tmp_path: Path) -> None:
    (tmp_path / ".netrc").write_text(f"machine git.example.org login peg password {VALUE}\n", encoding="utf-8")
    secret = Secret({"netrc": "git.example.org"})
    assert secret.reveal({"HOME": str(tmp_path)}, tmp_path) == VALUE
    assert secret.reveal_login({"HOME": str(tmp_path)}) == "peg"
