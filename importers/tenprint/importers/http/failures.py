"""What can go wrong over HTTP, each with a reference of its own.

Messages name the URL without its query, and never a credential: they are made of a `WebAddress`, of numbers and of
fixed words. What a library said is not repeated, because it may repeat what was sent.
"""

from tenprint.importers.errors import SourceError


class HttpError(SourceError):
    """A source on the web cannot be fetched; an unexpected answer where it is this class itself."""

    reference = "http-answer"


class Unreachable(HttpError):  # noqa: N818 - says what is wrong
    """No connection, or one that broke."""

    reference = "http-connection"


class AddressRefused(HttpError):  # noqa: N818 - says what is wrong
    """A host lies in a private network, or is the machine itself."""

    reference = "http-address"


class UntrustedServer(HttpError):  # noqa: N818 - says what is wrong
    """The certificate of a server is not trusted, or TLS failed otherwise."""

    reference = "http-tls"


class TimedOut(HttpError):  # noqa: N818 - says what is wrong
    """The deadline of a source passed."""

    reference = "http-timeout"


class NothingThere(HttpError):  # noqa: N818 - says what is wrong
    """The server has nothing under this URL."""

    reference = "http-not-found"


class NotAllowed(HttpError):  # noqa: N818 - says what is wrong
    """The server wants other credentials."""

    reference = "http-forbidden"


class TooManyRequests(HttpError):  # noqa: N818 - says what is wrong
    """The server wants fewer requests."""

    reference = "http-rate-limit"


class ServerFailed(HttpError):  # noqa: N818 - says what is wrong
    """The server has a problem of its own."""

    reference = "http-server"


class RedirectRefused(HttpError):  # noqa: N818 - says what is wrong
    """A redirect leads where nothing is fetched from, in a circle, or on and on."""

    reference = "http-redirect"


class TooLarge(HttpError):  # noqa: N818 - says what is wrong
    """More came than the limits allow."""

    reference = "http-too-large"


class Truncated(HttpError):  # noqa: N818 - says what is wrong
    """Less came than the server said."""

    reference = "http-truncated"


class ChecksumMismatch(HttpError):  # noqa: N818 - says what is wrong
    """What came is not what was pinned."""

    reference = "http-checksum"


class NotAnArchive(HttpError):  # noqa: N818 - says what is wrong
    """What came is no archive, or a damaged one."""

    reference = "http-no-archive"


class UnsafeDownload(HttpError):  # noqa: N818 - says what is wrong
    """An archive would do harm, so nothing of it was used."""

    reference = "http-unsafe-archive"
