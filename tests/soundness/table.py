"""The whole table, as docs/explanation/soundness.md has it."""

from tests.soundness import config_rows, domain_rows, nlu_rows, story_rows
from tests.soundness.rows import Row

ROWS: tuple[Row, ...] = tuple(
    row for rows in (domain_rows, nlu_rows, story_rows, config_rows) for row in (*rows.ROWS, *rows.END_TO_END_ROWS)
)
