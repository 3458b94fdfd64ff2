"""The guide for ports shows the code that is tested here, and counts its lines rightly."""

import re
from pathlib import Path

import pytest

GUIDE = (Path(__file__).parents[2] / "docs/how-to/port-an-importer.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", ["database_importer.py", "generating.py", "table_importer.py"])
def test_the_guide_shows_the_code_that_is_tested(name: str) -> None:
    code = Path(__file__).with_name(name).read_text(encoding="utf-8")
    assert f"```python file={name}\n{code}```\n" in GUIDE
    assert f"| {len(code.splitlines())} |\n" in GUIDE


def test_the_guide_counts_the_lines_of_the_configuration_that_stands_for_an_importer() -> None:
    shown = re.findall(r"^```yaml file=town/(?:config|tenprint)\.yml\n(.*?)^```$", GUIDE, re.MULTILINE | re.DOTALL)
    assert f"| Configuration | {sum(text.count(chr(10)) for text in shown)} |\n" in GUIDE
