"""What components answer, as bytes of files and back: JSON, arrays of numbers, or bytes that only they understand.

Equal answers have equal bytes, and nothing that is read is ever executed.
"""

import json

from tenprint.fingerprinting.component import Answer, Json
from tenprint.fingerprinting.npy_files import array_of, npy_bytes


def answer_bytes(name: str, content: Answer) -> bytes:
    """Write one file of an answer; the end of its name says how.

    Raises:
        TypeError: The content does not fit the name.
        ValueError: JSON or an array with NaN or infinity in it, or JSON that contains itself.
    """
    if name.endswith(".json"):
        return json_bytes(content)
    if name.endswith(".npy"):
        return npy_bytes(content)
    if not isinstance(content, bytes):
        raise TypeError(f"{name} holds bytes, not {type(content).__name__}: only .json and .npy hold values")
    return content


def answer_content(name: str, content: bytes) -> Answer:
    """Read one file of an answer.

    Raises:
        ValueError: It is not what `answer_bytes` writes; the message continues a sentence that begins with the file.
    """
    if name.endswith(".json"):
        return json_content(content)
    if name.endswith(".npy"):
        return array_of(content)
    return content


def json_bytes(value: Json) -> bytes:
    return (json.dumps(value, ensure_ascii=False, sort_keys=True, indent=2, allow_nan=False) + "\n").encode()


def json_content(content: bytes) -> Json:
    """Read JSON as the standard has it, without NaN and infinity.

    Raises:
        ValueError: It is no JSON; the message continues a sentence that begins with the file.
    """
    try:
        return json.loads(content.decode("utf-8"), parse_constant=_no_number)
    except RecursionError as error:
        raise ValueError("is damaged: it is nested too deeply") from error
    except ValueError as error:
        raise ValueError(f"is damaged: {error}") from error


def _no_number(name: str) -> Json:
    raise ValueError(f"{name} is no number")
