"""Counting, verifying and removing, over all files and records of a store."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from tenprint.importers.digest import PREFIX
from tenprint.importers.problem import Problem
from tenprint.importers.store import layout
from tenprint.importers.store.collecting import RecordUse, incomplete, least_recently_used
from tenprint.importers.store.contents import ContentFiles, StoredFile
from tenprint.importers.store.errors import DamagedContent, IndexNewer
from tenprint.importers.store.index import Index
from tenprint.importers.store.record import record_of
from tenprint.importers.store.reports import Collected, Stats, Verified
