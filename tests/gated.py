"""An HTTP server that sends the beginning of a file and holds the rest back, so a test sees the middle of a run."""

import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler

from tests.http_threads import serving


@dataclass
class GatedServer:
    """What is served, by path; files larger than `hold_after` are held back there until the server is released."""

    files: Mapping[str, bytes]
    hold_after: int
    port: int = 0
    held: threading.Event = field(default_factory=threading.Event)
    released: threading.Event = field(default_factory=threading.Event)

    def url(self, path: str) -> str:
        return f"http://127.0.0.1:{self.port}{path}"


class _Handler(BaseHTTPRequestHandler):
    gated: GatedServer

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name is that of the base
        """Print nothing."""

    def do_GET(self) -> None:
        content = self.gated.files.get(self.path)
        if content is None:
            self.send_error(404)
            return
        tag = f'"{hash(content)}"'
        if self.headers.get("If-None-Match") == tag:
            self.send_response(304)
            self.end_headers()
            return
        self.send_response(200)
        self.send_header("Content-Length", str(len(content)))
        self.send_header("ETag", tag)
        self.end_headers()
        # Whoever was interrupted is not there any more.
        with suppress(OSError):
            self.wfile.write(content[: self.gated.hold_after])
            if len(content) > self.gated.hold_after:
                self.gated.held.set()
                self.gated.released.wait(60)
                self.wfile.write(content[self.gated.hold_after :])


@contextmanager
def gated_server(files: Mapping[str, bytes], *, hold_after: int) -> Iterator[GatedServer]:
    """Serve files on a port of this machine."""
    state = GatedServer(files, hold_after)
    with serving(type("Handler", (_Handler,), {"gated": state}), state.released) as state.port:
        yield state
