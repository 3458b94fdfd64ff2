"""A run without one of its sources, or with what that source held before, says so wherever it is told or remembered."""

import json
import re
import shlex
import tarfile
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from time import time
from typing import Any

import pytest
from tests.foreign import script
from tests.gated import GatedServer, gated_server
from tests.program import PROJECT, Outcome, run_apart

ProjectWriter = Callable[[Mapping[str, "str | bytes"]], Path]

SHOP = b"nlu:\n- intent: greet\n  examples: |\n    - good evening\n"
POLICIES = ["optional", "last-good"]
LINES = {
    "optional": "degraded: 'shop' is missing (optional)",
    "last-good": "degraded: 'shop' is as it was less than a minute ago (last-good)",
}
STATUSES = {"optional": "missing", "last-good": "last-good"}


@pytest.fixture
def server() -> Iterator[GatedServer]:
    with gated_server({"/shop.yml": SHOP}, hold_after=10**9) as state:
        yield state


class Bench:
    """A project with one remote source, and the program on it."""

    def __init__(self, folder: Path, cache: Path, write: ProjectWriter) -> None:
        self.folder = folder
        self.cache = cache
        self.write = write

    def run(self, *arguments: str) -> Outcome:
        outcome = run_apart(arguments, cwd=self.folder, environment={"TENPRINT_CACHE_DIR": str(self.cache)})
        assert outcome.code == 0, outcome
        return outcome

    def train(self, *arguments: str) -> tuple[dict[str, Any], dict[str, Any]]:
        """Train, and return what the archive says of its run and of its content."""
        model = self.folder / self.run("train", "--json", *arguments).document["model"]
        with tarfile.open(model) as archive:
            run, metadata = (archive.extractfile(name) for name in ("run.json", "metadata.json"))
            assert run is not None
            assert metadata is not None
            return json.load(run), json.load(metadata)


@pytest.fixture
def make(write_project: ProjectWriter, server: GatedServer, tmp_path: Path) -> Callable[[str], Bench]:
    def bench(policy: str) -> Bench:
        entry = f"url: '{server.url('/shop.yml')}', allow_http: true, allow_private: true, policy: {policy}"
        config = f"{PROJECT['config.yml']}importers:\n- name: file\n- {{name: http, as: shop, {entry}}}\n"
        return Bench(write_project({**PROJECT, "config.yml": config}), tmp_path / "cache", write_project)

    return bench


def shop_of(document: Mapping[str, Any]) -> dict[str, Any]:
    (state,) = (source for source in document["sources"] if source["name"] == "shop")
    return dict(state)


@pytest.mark.parametrize("policy", POLICIES)
def test_plan_and_train_say_it_to_people_at_once(
    make: Callable[[str], Bench], server: GatedServer, policy: str
) -> None:
    bench = make(policy)
    bench.run("plan")
    server.files = {}
    for command in ("plan", "train"):
        outcome = bench.run(command)
        verdict, degraded = outcome.out.splitlines()[:2]
        assert (verdict, degraded) == ("train NLU and Core", LINES[policy])
        assert "the server answers 404" in outcome.out
    assert bench.run("plan").out.splitlines()[1] == LINES[policy]
    assert "degraded" not in bench.run("plan", "--quiet").out


@pytest.mark.parametrize("policy", POLICIES)
def test_plan_train_and_archive_say_it_to_programs(
    make: Callable[[str], Bench], server: GatedServer, policy: str
) -> None:
    bench = make(policy)
    good = shop_of(bench.run("plan", "--json").document)
    assert (good["status"], good["fetched_at"]) == ("ok", None)
    server.files = {}
    planned = shop_of(bench.run("plan", "--json").document)
    reported = shop_of(bench.run("train", "--json").document["plan"])
    run, metadata = bench.train("--force")
    assert planned == reported == shop_of(run["plan"])
    assert planned["status"] == STATUSES[policy]
    if policy == "optional":
        assert (planned["revision"], planned["fetched_at"]) == (None, None)
    else:
        assert planned["revision"] == good["revision"]
        assert 0 <= time() - planned["fetched_at"] < 3600
    # What follows from content does not know when it was fetched.
    assert shop_of(metadata) == {"name": "shop", "revision": planned["revision"]}


@pytest.mark.parametrize("policy", POLICIES)
def test_a_domain_that_is_refreshed_in_a_degraded_run_says_it(
    make: Callable[[str], Bench], server: GatedServer, policy: str
) -> None:
    bench = make(policy)
    if policy == "optional":
        server.files = {}
    bench.run("train")
    server.files = {}
    bench.write({"domain.yml": PROJECT["domain.yml"].replace("text: hello", "text: good day")})
    run, metadata = bench.train()
    assert (run["plan"]["action"], shop_of(run["plan"])["status"]) == ("update-domain", STATUSES[policy])
    assert "status" not in shop_of(metadata)


@pytest.mark.parametrize("policy", POLICIES)
def test_a_model_that_a_command_made_has_it_in_its_sidecar(
    make: Callable[[str], Bench], server: GatedServer, tmp_path: Path, policy: str
) -> None:
    bench = make(policy)
    bench.run("plan")
    server.files = {}
    model = bench.run("train", "--json", "--command", shlex.join(script(tmp_path))).document["model"]
    sidecar = json.loads((bench.folder / f"{model}.tenprint.json").read_text())
    assert shop_of(sidecar["run"]["plan"])["status"] == STATUSES[policy]


def test_data_of_a_source_that_comes_back_is_trained_like_any_other(
    make: Callable[[str], Bench], server: GatedServer
) -> None:
    bench = make("optional")
    server.files = {}
    bench.run("train")
    assert bench.run("plan").out.splitlines()[:2] == [
        f"nothing to do: {newest(bench)} is up to date",
        LINES["optional"],
    ]
    server.files = {"/shop.yml": SHOP}
    back = bench.run("plan").out
    assert back.startswith("train NLU\n  Core      up to date\n")
    assert re.search(r"\+ intent example: .*shop\.yml|\+ intent example: greet > good evening", back), back
    bench.run("train")
    server.files = {}
    gone = bench.run("plan").out
    assert gone.startswith(f"train NLU\n{LINES['optional']}\n")
    assert re.search(r"- intent example: ", gone), gone


def test_data_that_stand_in_change_nothing_and_that_is_told(make: Callable[[str], Bench], server: GatedServer) -> None:
    bench = make("last-good")
    bench.run("train")
    server.files = {}
    assert bench.run("plan").out.splitlines()[:2] == [
        f"nothing to do: {newest(bench)} is up to date",
        LINES["last-good"],
    ]


def newest(bench: Bench) -> str:
    model: str = bench.run("models", "--json").document["models"][0]["path"]
    return model
