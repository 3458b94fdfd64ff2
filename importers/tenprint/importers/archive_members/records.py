"""Extended headers of tars: what precedes a member whose name or size does not fit its own header. Pure."""

_LONGEST_LENGTH = 20  # digits of a record's length; 64 bits have 20


def parse_records(extension: bytes) -> dict[bytes, bytes]:
    """Read the records of an extended header, `<length> <key>=<value>` and a newline each; the last of a key counts.

    Raises:
        ValueError: The records do not fill the header exactly.
    """
    records: dict[bytes, bytes] = {}
    start = 0
    while start < len(extension):
        space = extension.find(b" ", start, start + _LONGEST_LENGTH + 1)
        digits = extension[start:space] if space > start else b""
        if not digits.isdigit():
            raise ValueError("an extended header has a record without a length")
        end = start + int(digits)
        record = extension[space + 1 : end]
        key, equals, value = record[:-1].partition(b"=")
        if end > len(extension) or not record.endswith(b"\n") or not key or not equals:
            raise ValueError("an extended header has a malformed record")
        records[key] = value
        start = end
    return records
