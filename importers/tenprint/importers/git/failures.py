"""What can go wrong with a repository, each with words of its own.

Git tells people what happened, and programs only that something did. Its words are read here, in the one language we
let it speak; what nobody recognises is told as git said it, without credentials and control characters.
"""

import re
from collections.abc import Iterable

from tenprint.importers.errors import SourceError


class GitError(SourceError):
    """Git failed in a way that has no words of its own."""

    reference = "git"


class GitNotInstalled(GitError):  # noqa: N818 - says what is wrong
    """There is no git, or one that is too old."""

    reference = "git-not-installed"


class GitUnreachable(GitError):  # noqa: N818 - says what is wrong
    """The host is unknown, or does not answer."""

    reference = "git-unreachable"


class GitTimeout(GitError):  # noqa: N818 - says what is wrong
    """It took longer than it may."""

    reference = "git-timeout"


class GitAccessDenied(GitError):  # noqa: N818 - says what is wrong
    """The server wants a credential, or another one."""

    reference = "git-access"


class GitUntrustedHost(GitError):  # noqa: N818 - says what is wrong
    """The host cannot prove that it is the one that was meant."""

    reference = "git-host-trust"


class GitMoved(GitError):  # noqa: N818 - says what is wrong
    """The server sends to another address."""

    reference = "git-moved"


class RepositoryNotFound(GitError):  # noqa: N818 - says what is wrong
    """There is no repository at this address, or none for this user."""

    reference = "git-repository-not-found"


class RefNotFound(GitError):  # noqa: N818 - says what is wrong
    """The repository has no such branch or tag, or it leads to no commit."""

    reference = "git-ref-not-found"


class CommitNotFound(GitError):  # noqa: N818 - says what is wrong
    """The repository does not have a commit, or not any more."""

    reference = "git-commit-not-found"


class SubdirectoryNotFound(GitError):  # noqa: N818 - says what is wrong
    """The commit has no such folder."""

    reference = "git-subdirectory-not-found"


class GitTooLarge(GitError):  # noqa: N818 - says what is wrong
    """The repository has more than the limits allow."""

    reference = "git-too-large"


_Kind = tuple[type[GitError], str, str]

_KINDS: tuple[tuple[str, _Kind], ...] = (
    (r"cannot run ssh", (GitNotInstalled, "there is no ssh on the search path", "install an ssh client")),
    (
        r"could not resolve host|name or service not known|temporary failure in name resolution|nodename nor servname",
        (GitUnreachable, "its host is unknown here", "check the name, and that there is a network"),
    ),
    (
        r"host key verification failed|no \S+ host key is known",
        (GitUntrustedHost, "its host key is not known here", "connect once with ssh by hand, and compare the key"),
    ),
    (
        r"certificate|self.signed|unknown ca",
        (
            GitUntrustedHost,
            "its certificate cannot be checked",
            "name the certificates of your authority with SSL_CERT_FILE",
        ),
    ),
    (
        r"not our ref",
        (CommitNotFound, "the server does not have it", "the history may have been rewritten"),
    ),
    (
        r"returned error: 30\d|unable to update url base from redirection",
        (GitMoved, "the server sends to another address, and a token is not sent there", "write the new address"),
    ),
    (
        (
            r"authentication failed|could not read (username|password)|terminal prompts disabled"
            r"|returned error: 40[137]|permission denied|access denied|could not authenticate"
        ),
        (
            GitAccessDenied,
            "access is denied, or there is no such repository for you",
            "name the variable that holds a token, `token: {env: GIT_TOKEN}`, or load the key into the ssh agent",
        ),
    ),
    (
        (
            r"not appear to be a git repository|repository .* not found|not found: repository|returned error: 4(04|10)"
            r"|not valid: is this a git repository|repository not found"
        ),
        (RepositoryNotFound, "there is no such repository, or you may not see it", "check the url; it may be deleted"),
    ),
    (
        r"dubious ownership|unsafe repository",
        (GitAccessDenied, "its folder belongs to somebody else", "trust it with safe.directory and use_git_config"),
    ),
    (
        r"transport '.*' not allowed",
        (GitMoved, "it leads to a protocol that is not allowed", "write the address it leads to"),
    ),
    (
        (
            r"failed to connect|couldn't connect|connection (refused|timed out|reset|closed)|no route to host"
            r"|network is unreachable|operation (too slow|timed out)|empty reply|returned error: (5\d\d|429)"
            r"|could not resolve proxy|proxy connect|timed? ?out"
        ),
        (GitUnreachable, "its host does not answer as it should", "try again; the policy of a source may be last-good"),
    ),
    (r"no space left on device|disk quota", (GitTooLarge, "the disk is full", "look at `tenprint cache stats`")),
)

_BETWEEN = "; "
_SHOWN_LINES = 6
_SHOWN_TEXT = 600
_PRINTED = re.compile(r"[^\x20-\x7e]+")


def failure(address: str, said: str, secrets: Iterable[str] = ()) -> GitError:
    """Make the error for what git said about a repository."""
    shown = scrubbed(said, secrets)
    # Neither the address nor what the server says for people decides anything.
    own = " ".join(line for line in shown.split(_BETWEEN) if not line.startswith("remote:"))
    read = own.replace(address, "").lower()
    for pattern, (kind, message, hint) in _KINDS:
        if re.search(pattern, read):
            return kind(f"cannot fetch {address}: {message}{_quoted(shown)}", hint=hint)
    return GitError(f"cannot fetch {address}: git failed{_quoted(shown)}", hint="try the same with `git ls-remote`")


def is_refusal(error: GitError) -> bool:
    """Tell whether this may be a server that cannot do what was asked, or a broken cache: another way may lead on."""
    return type(error) is GitError


def scrubbed(said: str, secrets: Iterable[str] = ()) -> str:
    """Return what a program said without credentials and without anything that moves a cursor."""
    for secret in secrets:
        if secret:
            said = said.replace(secret, "***")
    lines = [_PRINTED.sub("?", line.strip()) for line in said.replace("\r", "\n").splitlines() if line.strip()]
    told = [line for line in dict.fromkeys(lines) if not line.startswith(("hint:", "Please make sure", "and the rep"))]
    return _BETWEEN.join(told[-_SHOWN_LINES:])[-_SHOWN_TEXT:]


def _quoted(shown: str) -> str:
    return f" (git: {shown})" if shown else ""
