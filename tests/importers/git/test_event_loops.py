"""Git runs on event loops that are stricter than asyncio's own: uvloop takes no environment but a plain dictionary."""

import asyncio
from typing import Any

import anyio
from tests.importers.git.repositories import ENVIRONMENT

from tenprint.importers.git.command import Finished, Git, git_program
from tenprint.importers.secret import HiddenValues


class StrictLoop(asyncio.SelectorEventLoop):
    """As strict as uvloop, which a server such as that of Rasa makes the event loop of the process."""

    async def subprocess_exec(self, protocol_factory: Any, *args: Any, env: Any = None, **kwargs: Any) -> Any:
        if type(env) is not dict:
            raise TypeError(f"Expected dict, got {type(env).__name__}")
        return await super().subprocess_exec(protocol_factory, *args, env=env, **kwargs)


def test_git_runs_where_the_environment_must_be_a_plain_dictionary() -> None:
    async def run() -> Finished:
        environment = HiddenValues(ENVIRONMENT)
        return await Git(git_program(ENVIRONMENT["PATH"]), environment).run("version")

    finished = anyio.run(run, backend_options={"loop_factory": StrictLoop})

    assert finished.output.startswith(b"git version ")
