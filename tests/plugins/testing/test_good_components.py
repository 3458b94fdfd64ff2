"""Good components have every property."""

from tests.plugins.testing.good_components import BlanksKit, LengthsKit, ParrotKit, TelltaleKit, UntaughtKit


class TestTelltale(TelltaleKit):
    pass


class TestUntaught(UntaughtKit):
    pass


class TestBlanks(BlanksKit):
    pass


class TestLengths(LengthsKit):
    pass


class TestParrot(ParrotKit):
    pass
