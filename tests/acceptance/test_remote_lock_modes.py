"""Runs that keep to the lock, by what happened to the source and by its policy; and what a degraded run writes down.

`optional` says that a source may be missing. It does not say that another one may take its place.
"""

import io
import json
import tarfile
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from tests.faults import Front, front, raw_server
from tests.remote import NLU, OTHER_NLU, RemoteProject

pytestmark = pytest.mark.anyio

HEAD = "HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n"
GONE = b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n"


@pytest.fixture(autouse=True)
def environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TENPRINT_CACHE_DIR", "")


def answer(body: bytes) -> bytes:
    return HEAD.format(len(body)).encode() + body


@asynccontextmanager
async def trained(folder: Path) -> AsyncIterator[tuple[Front, RemoteProject]]:
    async with front() as door:
        reached = {"allow_http": "true", "allow_private": "true"}
        project = RemoteProject(folder, {"name": "http", "url": f"http://base.test:{door.port}/nlu.yml", **reached})
        async with raw_server(answer(NLU)) as server:
            door.target = server.port
            await project.prime()
        yield door, project


OUTCOMES: Mapping[tuple[str, str], tuple[str, str]] = {
    ("unchanged", "required"): ("ok", ""),
    ("unchanged", "optional"): ("ok", ""),
    ("unchanged", "last-good"): ("ok", ""),
    ("drifted", "required"): ("error", "source-drift"),
    ("drifted", "optional"): ("error", "source-drift"),
    ("drifted", "last-good"): ("error", "source-drift"),
    ("pointed elsewhere", "required"): ("error", "not-locked"),
    ("pointed elsewhere", "optional"): ("error", "not-locked"),
    ("pointed elsewhere", "last-good"): ("error", "not-locked"),
    ("gone", "required"): ("error", "http-not-found"),
    ("gone", "optional"): ("missing", "missing-source"),
    ("gone", "last-good"): ("last-good", "last-good-source"),
}
ANSWERS = {"unchanged": answer(NLU), "drifted": answer(OTHER_NLU), "pointed elsewhere": answer(NLU), "gone": GONE}


@pytest.mark.parametrize("happened", ANSWERS)
async def test_a_run_that_keeps_to_the_lock_refuses_another_source_whatever_its_policy(
    tmp_path: Path, happened: str
) -> None:
    async with trained(tmp_path) as (door, project), raw_server(ANSWERS[happened]) as server:
        door.target = server.port
        changed = {"kind": "file"} if happened == "pointed elsewhere" else {}
        for policy in ("required", "optional", "last-good"):
            outcome, told = await project.outcome(policy, locked=True, **changed)
            codes = ",".join(problem.code for problem in told.problems)
            assert (policy, outcome, codes) == (policy, *OUTCOMES[happened, policy])
            await project.assert_nothing_was_lost()


async def test_what_stands_in_for_a_locked_source_is_what_the_lock_says(tmp_path: Path) -> None:
    """It was fetched in a newer form since; that one is for runs that do not keep to the lock."""
    async with trained(tmp_path) as (door, project), raw_server(answer(OTHER_NLU), GONE) as server:
        door.target = server.port
        status, newest = await project.outcome("last-good")
        assert status == "ok"
        (locked,) = (source.drift.locked for source in newest.sources if source.drift is not None)
        for keeps, revision in ((True, locked), (False, newest.sources[1].revision)):
            status, plan = await project.outcome("last-good", locked=keeps)
            assert (status, plan.sources[1].revision) == ("last-good", revision)
        await project.assert_nothing_was_lost()


def in_archive(path: str, member: str) -> Any:
    with tarfile.open(fileobj=io.BytesIO(Path(path).read_bytes())) as archive:
        found = archive.extractfile(member)
        assert found is not None
        return json.load(found)


@pytest.mark.parametrize(("policy", "status"), [("optional", "missing"), ("last-good", "last-good")])
async def test_a_run_without_its_source_says_so_in_plan_report_and_archive(
    tmp_path: Path, policy: str, status: str
) -> None:
    async with trained(tmp_path) as (door, project), raw_server(GONE) as server:
        door.target = server.port
        project.write(policy)
        async with project.open() as opened:
            report = await opened.train(force=True)
        assert report.model is not None
        for plan in (report.plan.to_json(), report.to_json()["plan"], in_archive(report.model, "run.json")["plan"]):
            assert [(source["name"], source["status"]) for source in plan["sources"]] == [
                ("file", "ok"),
                ("base", status),
            ]
        assert [problem.code for problem in report.plan.problems] == [f"{status}-source"]
