"""The key `executor` of tenprint.yml."""

import subprocess
import sys
from pathlib import Path

import pytest

from tenprint.importers import ProblemsError
from tenprint.plugins.executor_choice import ExecutorChoice
from tenprint.plugins.executor_opening import opened_executor
from tenprint.plugins.executors.addresses import Certificates
from tenprint.plugins.settings import read_settings

FILES = "authority: ca.pem, certificate: us.pem, key: us.key"


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("{}", ExecutorChoice()),
        ("{name: local}", ExecutorChoice("local")),
        ("{workers: 3}", ExecutorChoice(workers=3)),
        ("{name: dask}", ExecutorChoice("dask")),
        ("{name: dask, workers: 2}", ExecutorChoice("dask", workers=2)),
        ("{name: dask, address: 'tcp://127.0.0.1:8786'}", ExecutorChoice("dask", "tcp://127.0.0.1:8786")),
        (
            f"{{name: dask, address: 'tls://dask.example.org:8786', {FILES}}}",
            ExecutorChoice("dask", "tls://dask.example.org:8786", None, "ca.pem", "us.pem", "us.key"),
        ),
    ],
)
def test_an_executor_is_read(written: str, expected: ExecutorChoice) -> None:
    assert read_settings(f"executor: {written}\n".encode()).executor == expected


def test_without_the_key_nodes_run_here() -> None:
    assert read_settings(b"{}\n").executor == ExecutorChoice("local")


@pytest.mark.parametrize(
    ("written", "code", "place", "told"),
    [
        ("dask", "wrong-type", "1:11", "mapping"),
        ("{name: dusk}", "unknown-executor", "1:18", "dusk"),
        ("{nam: dask}", "unknown-key", "1:12", "nam"),
        ("{name: [dask]}", "wrong-type", "1:18", "name"),
        ("{workers: 0}", "wrong-type", "1:21", "from 1"),
        ("{workers: true}", "wrong-type", "1:21", "from 1"),
        ("{workers: two}", "wrong-type", "1:21", "from 1"),
        ("{workers: 1.5}", "wrong-type", "1:21", "from 1"),
        ("{address: 'tcp://127.0.0.1:1'}", "executor", "1:12", "belongs to the executor `dask`"),
        ("{name: dask, address: 'tcp://10.0.0.1:1'}", "executor", "1:33", "must be reached by tls"),
        ("{name: dask, address: nonsense}", "executor", "1:33", "no address"),
        ("{name: dask, address: 'tcp://127.0.0.1:1', workers: 2}", "executor", "1:54", "started here"),
        ("{name: dask, key: us.key}", "executor", "1:24", "tls://"),
    ],
)
def test_what_is_wrong_is_told_with_its_place(written: str, code: str, place: str, told: str) -> None:
    with pytest.raises(ProblemsError) as caught:
        read_settings(f"executor: {written}\n".encode())
    (problem,) = caught.value.problems
    assert (problem.code, str(problem.location)) == (code, f"tenprint.yml:{place}")
    assert told in problem.message
    assert problem.hint


def test_all_files_that_tls_needs_are_asked_for_at_once() -> None:
    with pytest.raises(ProblemsError) as caught:
        read_settings(b"executor: {name: dask, address: 'tls://dask.example.org:8786'}\n")
    assert [problem.message for problem in caught.value.problems] == [
        f"tls:// needs the key `{file}`" for file in ("authority", "certificate", "key")
    ]


def test_files_are_relative_to_the_project() -> None:
    choice = ExecutorChoice("dask", "tls://dask.example.org:8786", None, "ca.pem", "/etc/us.pem", "us.key")
    project = Path("/project")
    assert choice.certificates(project) == Certificates(project / "ca.pem", Path("/etc/us.pem"), project / "us.key")
    assert ExecutorChoice().certificates(project) is None


@pytest.mark.anyio
async def test_the_executor_of_this_machine_is_opened_with_its_number(tmp_path: Path) -> None:
    async with opened_executor(ExecutorChoice(workers=3), tmp_path) as executor:
        assert executor.capabilities.slots == 3
        assert await executor.submit(abs, -1) == 1


@pytest.mark.slow
@pytest.mark.anyio
async def test_dask_is_opened_where_it_is_named(tmp_path: Path) -> None:
    pytest.importorskip("distributed")
    async with opened_executor(ExecutorChoice("dask", workers=1), tmp_path) as executor:
        assert not executor.capabilities.shares_memory
        assert await executor.submit(abs, -1) == 1


def test_reading_settings_imports_nothing_that_runs() -> None:
    program = (
        "import sys; from tenprint.plugins.settings import read_settings;"
        " read_settings(b'executor: {name: dask}'); print([name for name in ('distributed', 'dask', 'ssl',"
        " 'tenprint.fingerprinting.engine.executor') if name in sys.modules])"
    )
    printed = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert printed.stdout == "[]\n"
