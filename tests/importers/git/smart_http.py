"""An HTTP server around `git http-backend`, with the faults that tests ask for; all requests are kept."""

import base64
import os
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from urllib.parse import urlsplit

from tests.http_threads import serving


@dataclass
class GitServer:
    """What the server does, and what was asked of it."""

    root: Path
    user: str | None = None
    """`name:token` that it wants."""
    old_protocol: bool = False
    dumb: bool = False
    """Serves files only, as servers without git do."""
    status: int | None = None
    """Answers everything with it."""
    redirect: str | None = None
    silent: bool = False
    """Takes requests and never answers."""
    hold_after: int | None = None
    """Sends so many bytes of a larger answer, and the rest when it is released."""
    url: str = ""
    requests: list[str] = field(default_factory=list)
    authorizations: list[str | None] = field(default_factory=list)
    released: threading.Event = field(default_factory=threading.Event)
    reached: threading.Event = field(default_factory=threading.Event)
    held: threading.Event = field(default_factory=threading.Event)

    def forget(self) -> None:
        self.requests.clear()
        self.authorizations.clear()


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    """As real servers do; else a body waits 40 ms for the client's word on the head."""
    timeout = 10.0
    git_server: GitServer

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name is that of the base
        """Print nothing."""

    def do_GET(self) -> None:
        self._answer()

    def do_POST(self) -> None:
        self._answer()

    def _answer(self) -> None:
        state = self.git_server
        body = self._body()
        state.requests.append(f"{self.command} {self.path}")
        state.authorizations.append(self.headers.get("Authorization"))
        state.reached.set()
        if state.silent:
            state.released.wait(60)
            self.close_connection = True
            return
        if state.redirect is not None:
            self._send(302, {"Location": state.redirect + self.path}, b"")
        elif state.status is not None:
            self._send(state.status, {}, b"")
        elif state.user is not None and not self._is_known(state.user):
            self._send(401, {"WWW-Authenticate": 'Basic realm="git"'}, b"")
        elif state.dumb:
            self._send_file()
        else:
            self._run_backend(body)

    def _is_known(self, user: str) -> bool:
        wanted = "Basic " + base64.b64encode(user.encode()).decode()
        return self.headers.get("Authorization") == wanted

    def _body(self) -> bytes:
        if self.headers.get("Transfer-Encoding", "").lower() != "chunked":
            return self.rfile.read(int(self.headers.get("Content-Length", 0)))
        chunks = []
        while size := int(self.rfile.readline().strip(), 16):
            chunks.append(self.rfile.read(size))
            self.rfile.readline()
        self.rfile.readline()
        return b"".join(chunks)

    def _send_file(self) -> None:
        path = self.git_server.root / urlsplit(self.path).path.lstrip("/")
        if path.is_file():
            self._send(200, {"Content-Type": "text/plain"}, path.read_bytes())
        else:
            self._send(404, {}, b"")

    def _run_backend(self, body: bytes) -> None:
        parts = urlsplit(self.path)
        environment = {
            "PATH": os.environ["PATH"],
            "GIT_CONFIG_NOSYSTEM": "1",
            "GIT_CONFIG_GLOBAL": "/dev/null",
            "GIT_PROJECT_ROOT": str(self.git_server.root),
            "GIT_HTTP_EXPORT_ALL": "1",
            "REQUEST_METHOD": self.command,
            "PATH_INFO": parts.path,
            "QUERY_STRING": parts.query,
            "CONTENT_TYPE": self.headers.get("Content-Type", ""),
            "HTTP_CONTENT_ENCODING": self.headers.get("Content-Encoding", ""),
            "REMOTE_ADDR": "127.0.0.1",
        }
        if not self.git_server.old_protocol:
            environment["GIT_PROTOCOL"] = self.headers.get("Git-Protocol", "")
        finished = subprocess.run(
            ["git", "http-backend"], input=body, env=environment, capture_output=True, check=False, timeout=60
        )
        head, _, content = finished.stdout.partition(b"\r\n\r\n")
        headers = dict(line.decode().split(": ", 1) for line in head.split(b"\r\n") if line)
        self._send(int(headers.pop("Status", "200").split()[0]), headers, content)

    def _send(self, status: int, headers: dict[str, str], content: bytes) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        hold_after = self.git_server.hold_after
        if hold_after is not None and len(content) > hold_after:
            self.wfile.write(content[:hold_after])
            self.wfile.flush()
            self.git_server.held.set()
            self.git_server.released.wait(60)
            content = content[hold_after:]
        # Whoever was interrupted is not there any more.
        with suppress(OSError):
            self.wfile.write(content)


@contextmanager
def served(root: Path) -> Iterator[GitServer]:
    """Serve the repositories of a folder on a port of this machine."""
    state = GitServer(root)
    with serving(type("Handler", (_Handler,), {"git_server": state}), state.released) as port:
        state.url = f"http://127.0.0.1:{port}"
        yield state
