"""Whatever is done to a store, it answers as dictionaries would."""

import tempfile
from contextlib import closing
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from tenprint.importers.store import GRACE_SECONDS, Store

USED_EVERY = 3600.0
CONTENTS = [b"%d" % number * (number + 1) for number in range(5)]
DIGESTS = [f"sha256:{sha256(content).hexdigest()}" for content in CONTENTS]


@dataclass(slots=True)
class Entry:
    """A record of the model."""

    value: int
    contents: tuple[str, ...]
    recorded_at: float
    used_at: float


@dataclass(slots=True)
class Model:
    """Two dictionaries and a clock that do what a store is to do."""

    now: float = 1_700_000_000.0
    contents: dict[str, float] = field(default_factory=dict)
    records: dict[str, Entry] = field(default_factory=dict)

    def find(self, key: str) -> Entry | None:
        entry = self.records.get(key)
        if entry is None or any(digest not in self.contents for digest in entry.contents):
            return None
        seen = Entry(entry.value, entry.contents, entry.recorded_at, entry.used_at)
        if self.now - entry.used_at > USED_EVERY:
            entry.used_at = self.now
        return seen

    def collect(self, *, everything: bool) -> None:
        before = self.now - GRACE_SECONDS
        for key, entry in list(self.records.items()):
            broken = any(digest not in self.contents for digest in entry.contents)
            if broken or (everything and entry.used_at < before - USED_EVERY):
                del self.records[key]
        named = {digest for entry in self.records.values() for digest in entry.contents}
        for digest, put_at in list(self.contents.items()):
            if digest not in named and put_at < before:
                del self.contents[digest]


numbers = st.integers(0, len(CONTENTS) - 1)
keys = st.sampled_from("ab/")
operations = st.one_of(
    st.tuples(st.just("put"), numbers),
    st.tuples(st.just("take"), numbers),
    st.tuples(st.just("get"), numbers),
    st.tuples(st.just("record"), keys, st.lists(numbers, max_size=3), st.integers()),
    st.tuples(st.just("find"), keys),
    st.tuples(st.just("gc"), st.booleans()),
    st.tuples(st.just("clear")),
    st.tuples(st.just("wait"), st.sampled_from([1.0, GRACE_SECONDS + 1, 2 * USED_EVERY])),
)


@settings(max_examples=60, deadline=None)
@given(st.lists(operations, max_size=11))
def test_a_store_agrees_with_dictionaries(steps: list[tuple[object, ...]]) -> None:
    model = Model()
    with tempfile.TemporaryDirectory() as root, closing(Store(Path(root), clock=lambda: model.now)) as store:
        for step in steps:
            act(store, model, step)
        for number, digest in enumerate(DIGESTS):
            assert store.get(digest) == (CONTENTS[number] if digest in model.contents else None)
        assert store.stats().contents == len(model.contents)
        assert sum((store.stats().records or {}).values()) == len(model.records)
        assert store.problems == ()


def act(store: Store, model: Model, step: tuple[object, ...]) -> None:
    match step:
        case ("put", int(number)):
            assert store.put(CONTENTS[number]) == DIGESTS[number]
            model.contents[DIGESTS[number]] = model.now
        case ("take", int(number)):
            path = store.new_file()
            path.write_bytes(CONTENTS[number])
            assert store.take(path) == DIGESTS[number]
            model.contents[DIGESTS[number]] = model.now
        case ("get", int(number)):
            there = DIGESTS[number] in model.contents
            assert store.get(DIGESTS[number]) == (CONTENTS[number] if there else None)
        case ("record", str(key), list(named), int(value)):
            digests = tuple(DIGESTS[number] for number in named)
            store.record("s", key, {"value": value}, digests)
            model.records[key] = Entry(value, digests, model.now, model.now)
        case ("find", str(key)):
            found, entry = store.find("s", key), model.find(key)
            assert (found is None) == (entry is None)
            if found is not None and entry is not None:
                assert found.value == {"value": entry.value}
                assert found.contents == entry.contents
                assert (found.recorded_at, found.used_at) == (entry.recorded_at, entry.used_at)
        case ("gc", bool(everything)):
            store.gc(quota=0 if everything else None)
            model.collect(everything=everything)
        case ("clear",):
            store.clear()
            model.contents.clear()
            model.records.clear()
        case ("wait", float(seconds)):
            model.now += seconds
