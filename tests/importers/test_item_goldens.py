"""Items of one project that holds something of everything: a change of any digest is a visible change of a golden file.

Digests stand in every fingerprint that was ever stored. If this test fails, either undo what changed them, or raise
`SCHEME` and write the golden file anew:

    python -m tests.importers.test_item_goldens
"""

import json
from pathlib import Path
from typing import Any

import anyio

from tenprint.importers.canonical import SCHEME
from tenprint.importers.file import FileImporter
from tenprint.importers.importer import ImporterContext
from tenprint.importers.items import FacetValue
from tenprint.importers.problem import errors_among

GOLDENS = Path(__file__).parents[1] / "goldens"


def golden_items() -> dict[str, Any]:
    snapshot = anyio.run(FileImporter({}, ImporterContext(GOLDENS / "project")).snapshot)
    assert errors_among(snapshot.problems) == ()
    assert snapshot.conflicts == ()
    return {
        "scheme": SCHEME,
        "items": [
            {
                "kind": item.kind,
                "path": list(item.path),
                "place": str(snapshot.table.location(item)),
                "digest": item.digest.hex(),
                "facets": {name: _readable(value) for name, value in item.facets},
            }
            for item in snapshot.table
        ],
    }


def _readable(value: FacetValue) -> str | list[str]:
    if isinstance(value, bytes):
        return value.hex()
    return value if isinstance(value, str) else list(value)


def test_items_are_those_of_the_first_release() -> None:
    golden = json.loads((GOLDENS / "items.json").read_text(encoding="utf-8"))

    assert golden_items() == golden


def test_the_project_holds_every_kind_of_item() -> None:
    golden = json.loads((GOLDENS / "items.json").read_text(encoding="utf-8"))

    assert {item["kind"] for item in golden["items"]} == {
        *("config-key", "pipeline-component", "policy"),
        *("intent", "entity", "entity-role", "entity-group", "slot", "slot-mapping", "form", "action"),
        *("response", "retrieval-response", "e2e-action", "session-setting", "domain-setting"),
        *("intent-example", "synonym", "regex", "lookup-entry"),
        *("story", "rule"),
    }


if __name__ == "__main__":
    (GOLDENS / "items.json").write_text(json.dumps(golden_items(), indent=2, ensure_ascii=False) + "\n")
