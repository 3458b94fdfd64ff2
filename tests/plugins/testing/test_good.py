"""A good importer has every property."""

from tests.plugins.testing.good import GoodKit


class TestGood(GoodKit):
    pass
