"""What the libraries below log, and who should not see it.

httpcore2 logs all headers of an answer where everything is logged, and a redirect may name a signed URL; it gets a
level of its own. stamina logs each pause as a warning, which Python prints where a program configures no logging; it
gets what libraries give their own loggers, a handler that does nothing. Whoever sets up these loggers is not overruled.
"""

import logging


def quiet_libraries() -> None:
    """Keep the loggers of the libraries from telling too much; once or often is the same."""
    connections = logging.getLogger("httpcore2")
    if connections.level == logging.NOTSET:
        connections.setLevel(logging.INFO)
    pauses = logging.getLogger("stamina")
    if not pauses.handlers:
        pauses.addHandler(logging.NullHandler())
