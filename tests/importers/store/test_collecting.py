"""What is evicted: least recently used first, shared contents only with their last record."""

from tenprint.importers.store.collecting import RecordUse, incomplete, least_recently_used


def use(key: str, used_at: float, *contents: str, size: int = 0) -> RecordUse:
    return RecordUse("s", key, contents, size, 0.0, used_at)


SIZES = {"a": 10, "b": 20, "c": 30}


def evicted(records: list[RecordUse], excess: int, used_before: float = 100.0) -> list[str]:
    return [record.key for record in least_recently_used(records, SIZES, excess=excess, used_before=used_before)]


def test_the_least_recently_used_go_until_enough_is_free() -> None:
    records = [use("new", 3, "a"), use("old", 1, "b"), use("middle", 2, "c")]
    assert evicted(records, 0) == []
    assert evicted(records, 1) == ["old"]
    assert evicted(records, 20) == ["old"]
    assert evicted(records, 21) == ["old", "middle"]
    assert evicted(records, 1000) == ["old", "middle", "new"]


def test_contents_that_another_record_names_free_nothing() -> None:
    records = [use("old", 1, "a", "a"), use("middle", 2, "b"), use("new", 3, "a")]
    assert evicted(records, 10) == ["old", "middle"]
    assert evicted(records, 21) == ["old", "middle", "new"]


def test_values_of_records_count_too() -> None:
    assert evicted([use("old", 1, size=5), use("new", 2, size=5)], 5) == ["old"]


def test_what_was_used_lately_stays_whatever_the_quota() -> None:
    assert evicted([use("old", 1, "a"), use("new", 50, "b")], 1000, used_before=50) == ["old"]


def test_records_without_all_of_their_contents_are_found() -> None:
    records = [use("whole", 1, "a"), use("half", 1, "a", "z"), use("none", 1)]
    assert [record.key for record in incomplete(records, SIZES)] == ["half"]
