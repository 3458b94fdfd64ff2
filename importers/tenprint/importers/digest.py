"""Digests: sha256 of canonical bytes, 32 raw bytes inside, `sha256:<hex>` wherever people or JSON see them.

sha256 because it is in the standard library, every other tool has it, and processors compute it in hardware.
"""

from hashlib import sha256

PREFIX = "sha256:"


def digest_of(data: bytes) -> bytes:
    # The digest names content and guards no secret; saying so spares OpenSSL a third of the time for short data.
    return sha256(data, usedforsecurity=False).digest()


def digest_text(digest: bytes) -> str:
    return PREFIX + digest.hex()


def parse_digest(text: str) -> bytes:
    """Read `sha256:<64 hex>` back.

    Raises:
        ValueError: Another algorithm, another length, or no hexadecimal digits.
    """
    if not text.startswith(PREFIX):
        raise ValueError(f"not a sha256 digest: {text!r}")
    digits = text[len(PREFIX) :]
    # `fromhex` skips blanks, so both lengths have to be right.
    raw = bytes.fromhex(digits)
    if len(raw) != sha256().digest_size or len(digits) != 2 * len(raw):
        raise ValueError(f"a sha256 digest has 64 hexadecimal digits: {text!r}")
    return raw
