"""Digests: sha256 of canonical bytes, 32 raw bytes inside, `sha256:<hex>` wherever people or JSON see them.

sha256 because it is in the standard library, every other tool has it, and processors compute it in hardware.
"""

from hashlib import sha256

PREFIX = "sha256:"


def digest_of(data: bytes) -> bytes:
    return sha256(data).digest()


def digest_text(digest: bytes) -> str:
    return PREFIX + digest.hex()


def parse_digest(text: str) -> bytes:
    """Read `sha256:<64 hex>` back.

    Raises:
        ValueError: Another algorithm, another length, or no hexadecimal digits.
    """
    if not text.startswith(PREFIX):
        raise ValueError(f"not a sha256 digest: {text!r}")
    raw = bytes.fromhex(text[len(PREFIX) :])
    if len(raw) != sha256().digest_size:
        raise ValueError(f"a sha256 digest has 64 hexadecimal digits: {text!r}")
    return raw
