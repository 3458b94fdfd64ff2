"""A headless Chromium, driven by Playwright; what a page asks the network for and complains about is kept."""

import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest


@dataclass(slots=True)
class Opened:
    """A page, and what it did when it was opened."""

    page: Any
    requests: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)

    def violations(self) -> list[str]:
        """Ask axe for everything it finds wrong, by all of its rules."""
        # The page allows no script but its own; a tool evaluates this one from outside.
        self.page.evaluate(files("axe_playwright_python").joinpath("axe.min.js").read_text(encoding="utf-8"))
        result = self.page.evaluate("() => axe.run(document)")
        assert len(result["passes"]) > 10
        return [f"{one['id']}: {[node['html'] for node in one['nodes']]}" for one in result["violations"]]


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    playwright = pytest.importorskip("playwright.sync_api", reason="needs Playwright; run with `tox -e browser`")
    program = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if program is None:
        pytest.skip("needs a Chromium on the search path")
    with playwright.sync_playwright() as started:
        opened = started.chromium.launch(
            executable_path=program, args=["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
        )
        yield opened
        opened.close()


class Opener:
    """Opens a file in a page of its own."""

    def __init__(self, browser: Any) -> None:
        self._browser = browser
        self._contexts: list[Any] = []

    def __call__(self, path: Path, *, dark: bool = False, script: bool = True) -> Opened:
        context = self._browser.new_context(
            color_scheme="dark" if dark else "light",
            java_script_enabled=script,
            viewport={"width": 1100, "height": 800},
        )
        self._contexts.append(context)
        opened = Opened(context.new_page())
        opened.page.on("request", lambda request: opened.requests.append(request.url))
        opened.page.on("console", lambda message: opened.complaints.append(message.text))
        opened.page.on("pageerror", lambda error: opened.complaints.append(str(error)))
        opened.page.on("dialog", lambda dialog: opened.complaints.append(dialog.message))
        opened.page.goto(path.as_uri())
        return opened

    def close(self) -> None:
        for context in self._contexts:
            context.close()


@pytest.fixture
def open_page(browser: Any) -> Iterator[Opener]:
    opener = Opener(browser)
    yield opener
    opener.close()
