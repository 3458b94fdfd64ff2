import pytest

from tenprint.importers.git.failures import failure, is_refusal, scrubbed
from tenprint.importers.git.version import version_in

URL = "https://git.example.org/certificates.git"


@pytest.mark.parametrize(
    ("said", "reference"),
    [
        (f"fatal: unable to access '{URL}/': Could not resolve host: git.example.org", "git-unreachable"),
        ("ssh: Could not resolve hostname x: Name or service not known\nfatal: Could not read", "git-unreachable"),
        ("fatal: unable to access 'x': Failed to connect to x port 443: Couldn't connect to server", "git-unreachable"),
        ("fatal: unable to access 'x': OpenSSL SSL_connect: Connection reset by peer", "git-unreachable"),
        ("fatal: unable to access 'x': The requested URL returned error: 502", "git-unreachable"),
        ("fatal: could not read Username for 'https://x': terminal prompts disabled", "git-access"),
        ("remote: Invalid username or password.\nfatal: Authentication failed for 'x'", "git-access"),
        ("git@x: Permission denied (publickey).\nfatal: Could not read from remote repository.", "git-access"),
        ("Host key verification failed.\nfatal: Could not read from remote repository.", "git-host-trust"),
        ("No ED25519 host key is known for x and you have requested strict checking.", "git-host-trust"),
        ("fatal: unable to access 'x': SSL certificate problem: self-signed certificate", "git-host-trust"),
        ("fatal: unable to access 'x': server certificate verification failed. CAfile: none", "git-host-trust"),
        ("remote: Repository not found.\nfatal: repository 'x' not found", "git-repository-not-found"),
        ("ERROR: Repository not found.\nfatal: Could not read from remote repository.", "git-repository-not-found"),
        ("fatal: '/x' does not appear to be a git repository", "git-repository-not-found"),
        ("fatal: remote error: upload-pack: not our ref 1111", "git-commit-not-found"),
        ("fatal: unable to access 'x': The requested URL returned error: 302", "git-moved"),
        ("fatal: transport 'http' not allowed", "git-moved"),
        ("error: cannot run ssh: No such file or directory", "git-not-installed"),
        ("fatal: write error: No space left on device", "git-too-large"),
        ("fatal: detected dubious ownership in repository at '/x'", "git-access"),
        ("fatal: dumb http transport does not support shallow capabilities", "git"),
        ("error: Server does not allow request for unadvertised object 1", "git"),
        (f"fatal: something about '{URL}'\nremote: certificate", "git"),
    ],
)
def test_what_git_says_has_a_name(said: str, reference: str) -> None:
    error = failure(URL, said)
    assert error.reference == reference
    assert error.hint
    assert is_refusal(error) is (reference == "git")


def test_secrets_and_control_characters_are_never_shown() -> None:
    shown = scrubbed("fatal: token canary\x1b[2J\r\nhint: do\nremote: canary\n", ["canary"])
    assert shown == "fatal: token ***?[2J; remote: ***"


def test_only_the_end_of_a_long_complaint_is_shown() -> None:
    assert len(scrubbed("\n".join(f"line {number} {'x' * 200}" for number in range(50)))) == 600


def test_versions_of_all_builds_are_read() -> None:
    assert version_in("git version 2.39.5 (Apple Git-154)") == (2, 39)
    assert version_in("git version 2.50.windows.1") == (2, 50)
    assert version_in("hub") is None
