"""Checks that the parts of a project fit together.

`check_items` needs items alone and belongs to every run. `check_project` builds the values of domain and dialogues and
reads everything against everything; only `validate` pays for it.
"""

from tenprint.importers.checking.mentions import check_items
from tenprint.importers.checking.whole import check_project, in_reading_order

__all__ = ("check_items", "check_project", "in_reading_order")
