"""HTTP servers of the standard library on a port of this machine, each in a thread of its own."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


@contextmanager
def serving(handler: type[BaseHTTPRequestHandler], released: threading.Event) -> Iterator[int]:
    """Serve while the block runs; the value is the port. In the end `released` is set, for answers held back."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    # Closing it waits for all answers, so that no socket of theirs is counted by the next test.
    server.daemon_threads = False
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield server.server_address[1]
    finally:
        released.set()
        server.shutdown()
        thread.join()
        server.server_close()
