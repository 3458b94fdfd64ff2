"""tenprint plugins, and the plugins of a run: taken and left out by command line, environment and settings."""

import sys
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
from tests.installed import importing, install
from tests.program import COMMANDS, PROJECT, run_here

ProjectWriter = Callable[[Mapping[str, "str | bytes"]], Path]

GREETING = """
import click

from tenprint.plugins import Command, hookimpl


@click.command()
@click.pass_context
def command(ctx):
    click.echo(f"hello {ctx.obj.directory}")


@hookimpl
def tenprint_register_commands():
    return [Command("salute", "Say hello.", __name__ + ":command")]
"""


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    place = tmp_path / "site-packages"
    place.mkdir()
    monkeypatch.syspath_prepend(str(place))
    return place


def test_plugins_are_listed_with_what_they_provide(site: Path, capsys: pytest.CaptureFixture[str]) -> None:
    install(site, "ant", importing("ant"), version="1.2")
    outcome = run_here(capsys, "plugins")
    assert (outcome.code, outcome.err) == (0, "")
    assert "ant  (ant-tools 1.2)\n  importers  ant\n" in outcome.out
    document = run_here(capsys, "plugins", "--json").document
    assert document["schema"] == "tenprint.plugins/1"
    (ours, ant) = document["plugins"]
    assert ours["provides"]["commands"] == list(COMMANDS)
    assert ant == {
        "name": "ant",
        "distribution": "ant-tools",
        "version": "1.2",
        "said_by": "installed",
        "provides": {"importers": ["ant"]},
        "hooks": ["tenprint_register_importers"],
        "blocked": False,
        "blocked_by": None,
        "error": None,
    }


def test_a_broken_plugin_is_listed_with_the_reason_and_stops_what_needs_plugins(
    site: Path, capsys: pytest.CaptureFixture[str], write_project: ProjectWriter
) -> None:
    install(site, "ant", "raise RuntimeError('out of leaves')\n")
    outcome = run_here(capsys, "plugins")
    assert outcome.code == 0
    assert (
        "ant  (ant-tools 1.0)\n  error: the installed plugin 'ant' of ant-tools cannot be loaded: Runt" in outcome.out
    )
    assert "out of leaves" in run_here(capsys, "plugins", "--json").document["plugins"][1]["error"]
    project = str(write_project(PROJECT))
    outcome = run_here(capsys, "-C", project, "plan")
    assert (outcome.code, outcome.out) == (1, "")
    assert "or leave it out with `-p no:ant`" in outcome.err
    assert run_here(capsys, "-p", "no:ant", "-C", project, "plan").code == 0
    assert run_here(capsys, "--help").code == 0


@pytest.mark.parametrize("way", ["command line", "environment", "settings"])
def test_a_plugin_is_left_out_in_three_ways(
    site: Path,
    capsys: pytest.CaptureFixture[str],
    write_project: ProjectWriter,
    monkeypatch: pytest.MonkeyPatch,
    way: str,
) -> None:
    install(site, "ant", importing("ant"))
    assert run_here(capsys, "plugins").code == 0  # from now on it is known what it provides
    files = {**PROJECT, "config.yml": "importers:\n  - name: ant\n"}
    before = ("-p", "no:ant") if way == "command line" else ()
    if way == "environment":
        monkeypatch.setenv("TENPRINT_PLUGINS", "no:ant")
    if way == "settings":
        files["tenprint.yml"] = 'plugins: ["no:ant"]\n'
    project = str(write_project(files))
    outcome = run_here(capsys, *before, "-C", project, "show")
    said_by = {"command line": "-p", "environment": "TENPRINT_PLUGINS", "settings": "tenprint.yml"}[way]
    assert outcome.code == 1
    assert f"there is no importer 'ant': it comes with the plugin 'ant', which {said_by} leaves out" in outcome.err
    assert "config.yml:2:5" in outcome.err
    (_, ant) = run_here(capsys, *before, "-C", project, "plugins", "--json").document["plugins"]
    assert (ant["blocked"], ant["blocked_by"]) == (True, said_by)
    assert "ant  (ant-tools 1.0)  left out by " in run_here(capsys, *before, "-C", project, "plugins").out


def test_the_command_line_lets_in_what_the_settings_leave_out(
    site: Path, capsys: pytest.CaptureFixture[str], write_project: ProjectWriter
) -> None:
    install(site, "ant", importing("ant"))
    files = {"config.yml": "importers:\n  - name: ant\n", "tenprint.yml": 'plugins: ["no:ant"]\n'}
    project = str(write_project(files))
    assert run_here(capsys, "-C", project, "show").code == 1
    assert run_here(capsys, "-p", "ant", "-C", project, "show").code == 0


@pytest.mark.parametrize("way", ["command line", "environment"])
def test_a_module_is_taken_for_one_run(
    capsys: pytest.CaptureFixture[str], write_project: ProjectWriter, monkeypatch: pytest.MonkeyPatch, way: str
) -> None:
    module = f"nests_by_{way.replace(' ', '_')}"
    project = write_project({"config.yml": "importers:\n  - name: ant\n", f"{module}.py": importing("ant")})
    assert run_here(capsys, "-C", str(project), "show").code == 1
    before = ("-p", module) if way == "command line" else ()
    if way == "environment":
        monkeypatch.setenv("TENPRINT_PLUGINS", module)
    assert run_here(capsys, *before, "-C", str(project), "show").code == 0


def test_a_module_that_is_not_there_says_who_named_it(
    capsys: pytest.CaptureFixture[str], write_project: ProjectWriter
) -> None:
    outcome = run_here(capsys, "-p", "no_such_nest", "-C", str(write_project(PROJECT)), "show")
    assert (outcome.code, outcome.out) == (1, "")
    assert "the plugin module 'no_such_nest' of -p cannot be loaded: there is no module named" in outcome.err


def test_a_plugin_adds_a_command(site: Path, capsys: pytest.CaptureFixture[str]) -> None:
    install(site, "ant", GREETING)
    assert "salute       Say hello." in run_here(capsys, "--help").out
    outcome = run_here(capsys, "-C", "somewhere", "salute")
    assert (outcome.code, outcome.out) == (0, "hello somewhere\n")
    assert run_here(capsys, "plugins").code == 0
    outcome = run_here(capsys, "-p", "no:ant", "salute")
    assert outcome.code == 2
    assert "there is no command 'salute': it comes with the plugin 'ant', which -p leaves out" in outcome.err


def test_a_project_adds_a_command(capsys: pytest.CaptureFixture[str], write_project: ProjectWriter) -> None:
    project = write_project({"tenprint.yml": "plugins: [saluting_nest]\n", "saluting_nest.py": GREETING})
    outcome = run_here(capsys, "-C", str(project), "salute")
    assert (outcome.code, outcome.out) == (0, f"hello {project}\n")


@pytest.mark.parametrize(
    ("target", "told"),
    [
        ("nowhere_at_all:command", "nowhere_at_all"),
        ("os:getcwd", "os:getcwd is no click command"),
        ("os:nothing", "nothing"),
    ],
)
def test_a_command_that_cannot_be_loaded_is_told(
    site: Path, capsys: pytest.CaptureFixture[str], target: str, told: str
) -> None:
    install(site, "ant", GREETING.replace('__name__ + ":command"', repr(target)))
    outcome = run_here(capsys, "salute")
    assert (outcome.code, outcome.out) == (1, "")
    assert "the command 'salute' cannot be loaded: " in outcome.err
    assert told in outcome.err


def test_a_command_may_not_take_the_name_of_another(site: Path, capsys: pytest.CaptureFixture[str]) -> None:
    install(site, "ant", GREETING.replace('"salute"', '"plan"'))
    outcome = run_here(capsys, "plan")
    assert (outcome.code, outcome.out) == (1, "")
    assert "'plan' is provided twice: by tenprint and by ant-tools" in outcome.err


@pytest.mark.parametrize(
    "answer",
    [
        "['salute']",
        "[('salute', 'Say hello.')]",
        "[Command('x', 'y', 'no_target')]",
        "[Command('x', 'y', None)]",
        "[Command('x', None, 'a:b')]",
        "[Command(5, 'y', 'a:b')]",
        "[Command('two words', 'y', 'a:b')]",
        "[Command('--json', 'y', 'a:b')]",
        "None",
    ],
)
def test_something_else_than_a_command_is_told(site: Path, capsys: pytest.CaptureFixture[str], answer: str) -> None:
    install(site, "ant", GREETING.replace('[Command("salute", "Say hello.", __name__ + ":command")]', answer))
    outcome = run_here(capsys, "salute")
    assert outcome.code == 2
    assert "[plugin-answer]" in outcome.err
    outcome = run_here(capsys, "plugins")
    assert outcome.code == 0
    assert "  error: plugin 'ant' returned " in outcome.out


ASKED = """
from tenprint.plugins import hookimpl


@hookimpl({when})
def tenprint_source_for_url(url):
    return None
"""


def test_the_order_of_a_hook_is_explained(
    site: Path, capsys: pytest.CaptureFixture[str], write_project: ProjectWriter
) -> None:
    for name, when in {"ant": "tryfirst=True", "bee": "", "fly": ""}.items():
        install(site, name, ASKED.format(when=when))
    assert run_here(capsys, "plugins").code == 0
    project = write_project(
        {"tenprint.yml": "plugins: [asked_nest, 'no:fly']\n", "asked_nest.py": ASKED.format(when="")}
    )
    outcome = run_here(capsys, "-C", str(project), "plugins", "explain", "source_for_url")
    assert (outcome.code, outcome.err) == (0, "")
    assert outcome.out.splitlines() == [
        "tenprint_source_for_url is called in this order:",
        "  1. ant  (installed, asks to be first)",
        "  2. asked_nest  (named by tenprint.yml)",
        "  3. bee  (installed)",
        "  4. tenprint-defaults  (installed, asks to be last)",
        "  -  fly  (left out by tenprint.yml)",
    ]
    document = run_here(capsys, "-C", str(project), "plugins", "explain", "source_for_url", "--json").document
    assert document["hook"] == "tenprint_source_for_url"
    assert [(call["plugin"], call["when"]) for call in document["calls"]] == [
        ("ant", "first"),
        ("asked_nest", None),
        ("bee", None),
        ("tenprint-defaults", "last"),
    ]


def test_a_hook_that_nobody_implements_or_that_does_not_exist(capsys: pytest.CaptureFixture[str]) -> None:
    outcome = run_here(capsys, "plugins", "explain", "tenprint_register_observers")
    assert (outcome.code, outcome.out) == (0, "nobody implements tenprint_register_observers\n")
    outcome = run_here(capsys, "plugins", "explain", "register_importer")
    assert (outcome.code, outcome.out) == (2, "")
    assert "there is no hook 'register_importer': did you mean tenprint_register_importers" in outcome.err


def test_without_our_own_plugin_the_program_is_empty_and_says_what_is_missing(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TENPRINT_PLUGINS", "no:tenprint-defaults")
    outcome = run_here(capsys, "--help")
    assert (outcome.code, outcome.err) == (0, "")
    assert "No plugin provides any." in outcome.out
    for command in COMMANDS:
        outcome = run_here(capsys, command)
        assert (outcome.code, outcome.out) == (2, "")
        reason = "it comes with the plugin 'tenprint-defaults', which TENPRINT_PLUGINS leaves out"
        assert f"there is no command {command!r}: {reason}" in outcome.err


FAILING = """
import sys

import click

from tenprint.plugins import Command, hookimpl


@click.command()
def command():
    {body}


@hookimpl
def tenprint_register_commands():
    return [Command("salute", "Say hello.", __name__ + ":command")]
"""


@pytest.mark.parametrize(
    ("body", "code", "told"),
    [
        ("raise RuntimeError('out of voice')", 1, "the command 'salute' failed: RuntimeError: out of voice (at "),
        ("raise click.ClickException('out of voice')", 1, "Error: out of voice"),
        ("click.get_current_context().exit(4)", 4, ""),
    ],
)
def test_a_command_that_fails_is_told(
    site: Path, capsys: pytest.CaptureFixture[str], body: str, code: int, told: str
) -> None:
    install(site, "ant", FAILING.format(body=body))
    outcome = run_here(capsys, "salute")
    assert (outcome.code, outcome.out) == (code, "")
    assert told in outcome.err


def test_a_command_chooses_its_exit_code_with_sys_exit(site: Path, capsys: pytest.CaptureFixture[str]) -> None:
    install(site, "ant", FAILING.format(body="sys.exit(7)"))
    with pytest.raises(SystemExit, match="7"):
        run_here(capsys, "salute")


def test_plugins_that_clash_keep_nobody_from_looking_at_them(
    site: Path, capsys: pytest.CaptureFixture[str], write_project: ProjectWriter
) -> None:
    for name in ("ant", "bee"):
        install(site, name, importing("nest"))
    project = str(write_project(PROJECT))
    clash = "the name 'nest' is provided twice: by ant-tools and by bee-tools"
    assert run_here(capsys, "--help").code == 0
    assert run_here(capsys, "-C", project, "models").code == 0
    for arguments in (["plugins"], ["plugins", "--json"]):
        outcome = run_here(capsys, "-C", project, *arguments)
        assert outcome.code == 0
        assert clash in outcome.err
    outcome = run_here(capsys, "-C", project, "doctor")
    assert (outcome.code, clash in outcome.out) == (1, True)
    outcome = run_here(capsys, "-C", project, "plan")
    assert outcome.code == 1
    assert "as with `-p no:bee`" in outcome.err


@pytest.mark.parametrize("arguments", [["--help"], ["plugins"], ["models"], ["new", "--help"]])
def test_a_module_that_is_not_there_keeps_nothing_from_working_that_needs_no_plugins(
    capsys: pytest.CaptureFixture[str], write_project: ProjectWriter, arguments: list[str]
) -> None:
    outcome = run_here(capsys, "-p", "no_such_nest", "-C", str(write_project(PROJECT)), *arguments)
    assert outcome.code == 0


def test_options_before_explain_count(capsys: pytest.CaptureFixture[str]) -> None:
    assert run_here(capsys, "plugins", "--json", "explain", "source_for_url").document["calls"]
    outcome = run_here(capsys, "plugins", "-C", "nowhere_at_all", "explain", "source_for_url")
    assert (outcome.code, outcome.out) == (1, "")


def test_the_place_of_p_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    outcome = run_here(capsys, "plan", "-p", "nest")
    assert outcome.code == 2
    assert "-p stands before the command, as in `tenprint -p NAME plan`" in outcome.err


def test_a_plugin_to_leave_out_needs_a_name(
    capsys: pytest.CaptureFixture[str], write_project: ProjectWriter, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "-p leaves out a plugin without a name" in run_here(capsys, "-p", "no:", "plugins").err
    project = str(write_project({**PROJECT, "tenprint.yml": "plugins: ['no: ']\n"}))
    assert "tenprint.yml:1:11: error: tenprint.yml leaves out" in run_here(capsys, "-C", project, "plugins").err
    monkeypatch.setenv("TENPRINT_PLUGINS", "no:")
    assert "TENPRINT_PLUGINS leaves out a plugin without" in run_here(capsys, "plugins").err


def test_the_index_serves_projects_that_keep_their_cache_to_themselves(
    site: Path,
    capsys: pytest.CaptureFixture[str],
    write_project: ProjectWriter,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    monkeypatch.delenv("TENPRINT_CACHE_DIR")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "caches"))
    file = install(site, "ant", importing("ant"))
    project = str(write_project({**PROJECT, "tenprint.yml": "cache: {directory: .cache}\n"}))
    assert run_here(capsys, "-C", project, "show").code == 0
    sys.modules.pop(file.stem)
    assert run_here(capsys, "-C", project, "show").code == 0
    assert file.stem not in sys.modules
