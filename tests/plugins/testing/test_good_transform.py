"""A good transform has every property."""

from tests.plugins.testing.good_transform import PoliteKit


class TestPolite(PoliteKit):
    pass
