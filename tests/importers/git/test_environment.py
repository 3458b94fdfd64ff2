import re
from collections.abc import Mapping
from dataclasses import fields
from pathlib import Path

import pytest

from tenprint.importers.git.address import read_address
from tenprint.importers.git.environment import Login, local_environment, remote_environment
from tenprint.importers.git.options import GitOptions

HOME = Path("/cache/git/1")
URL = read_address("https://git.example.org/team/bot.git")
USER = {
    "PATH": "/usr/bin",
    "HOME": "/home/ada",
    "SSH_AUTH_SOCK": "/run/agent",
    "https_proxy": "http://proxy:3128",
    "GIT_DIR": "/elsewhere",
    "GIT_SSH_COMMAND": "ssh -v",
    "GIT_ASKPASS": "/usr/bin/ask",
    "GIT_TRACE_CURL": "1",
    "GIT_SSL_NO_VERIFY": "1",
    "GIT_CONFIG_COUNT": "1",
    "GIT_CONFIG_KEY_0": "core.sshCommand",
    "GIT_CONFIG_VALUE_0": "touch /tmp/x",
    "AWS_SECRET_ACCESS_KEY": "other",
    "LD_PRELOAD": "/home/eve/x.so",
}


def settings(environment: Mapping[str, str]) -> dict[str, str]:
    count = int(environment["GIT_CONFIG_COUNT"])
    return {environment[f"GIT_CONFIG_KEY_{n}"]: environment[f"GIT_CONFIG_VALUE_{n}"] for n in range(count)}


def test_nothing_of_the_user_is_inherited_but_what_reaches_the_server() -> None:
    environment = remote_environment(USER, URL, home=HOME)
    assert environment["HOME"] == str(HOME)
    assert environment["SSH_AUTH_SOCK"] == "/run/agent"
    assert environment["https_proxy"] == "http://proxy:3128"
    assert environment["GIT_CONFIG_GLOBAL"] == "/dev/null"
    assert "BatchMode=yes" in environment["GIT_SSH_COMMAND"]
    assert "StrictHostKeyChecking=yes" in environment["GIT_SSH_COMMAND"]
    assert {"GIT_DIR", "GIT_ASKPASS", "GIT_TRACE_CURL", "GIT_SSL_NO_VERIFY"}.isdisjoint(environment)
    assert {"AWS_SECRET_ACCESS_KEY", "LD_PRELOAD"}.isdisjoint(environment)
    assert "core.sshCommand" not in settings(environment)


@pytest.mark.parametrize(
    ("url", "scheme"), [("https://example.org/x", "https"), ("git@example.org:x", "ssh"), ("file:///x", "file")]
)
def test_only_the_protocol_of_the_address_is_allowed(url: str, scheme: str) -> None:
    environment = remote_environment(USER, read_address(url, allow_file=True), home=HOME)
    assert environment["GIT_ALLOW_PROTOCOL"] == scheme
    allowed = {key: value for key, value in settings(environment).items() if key.startswith("protocol.")}
    assert allowed == {"protocol.version": "2", "protocol.allow": "never", f"protocol.{scheme}.allow": "always"}


def test_programs_that_read_the_cache_have_no_protocol_and_no_address() -> None:
    environment = local_environment(USER, home=HOME)
    assert environment["GIT_ALLOW_PROTOCOL"] == ""
    assert not [value for value in environment.values() if "example.org" in value]
    assert "SSH_AUTH_SOCK" not in environment


def test_a_token_goes_to_its_address_and_follows_no_redirect() -> None:
    login = Login("ada", "canary/7+f")
    found = settings(remote_environment(USER, URL, home=HOME, login=login))
    assert [key for key, value in found.items() if value == login.header()] == [f"http.{URL.text}.extraHeader"]
    assert found["http.followRedirects"] == "false"
    assert "canary" not in repr(login)
    assert {"canary/7+f", "canary%2F7%2Bf"} <= set(login.secrets())


def test_the_users_own_settings_count_where_they_are_asked_for() -> None:
    environment = remote_environment(USER, URL, home=HOME, use_git_config=True)
    assert environment["HOME"] == "/home/ada"
    assert environment["GIT_SSH_COMMAND"] == "ssh -v"
    assert environment["GIT_ASKPASS"] == "/usr/bin/ask"
    assert {"GIT_DIR", "GIT_TRACE_CURL", "GIT_SSL_NO_VERIFY", "GIT_CONFIG_GLOBAL"}.isdisjoint(environment)
    assert environment["GIT_ALLOW_PROTOCOL"] == "https:ssh"
    assert environment["GIT_TERMINAL_PROMPT"] == "0"
    assert "credential.helper" not in settings(environment)


def test_all_options_are_described() -> None:
    page = (Path(__file__).parents[3] / "docs/reference/importers.md").read_text(encoding="utf-8")
    described = re.findall(r"^\| `(\w+)` \|", page.split("\n## git\n")[1].split("\n## ")[0], re.MULTILINE)
    assert described == [field.name for field in fields(GitOptions)]
