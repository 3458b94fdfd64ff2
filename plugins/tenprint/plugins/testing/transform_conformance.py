"""TransformConformance: what every transform must keep, as tests that an author gets by deriving a class.

    class TestShouting(TransformConformance):
        TRANSFORM = Shouting

        def source(self):
            return MemoryImporter(nlu=NluData((Example("hello", "greet"), Example("bye", "leave"))))

A property that cannot hold for a transform is named with the reason:

    UNFIT = {"test_the_time_zone_does_not_matter": "it adds the weekday"}
"""

from tenprint.plugins.testing.construction import Construction
from tenprint.plugins.testing.guest import Guest
from tenprint.plugins.testing.running import Running
from tenprint.plugins.testing.sameness import Sameness
from tenprint.plugins.testing.transformation import Transformation


class TransformConformance(Transformation, Construction, Guest, Running, Sameness):
    """Tests of a transform: derive from it, say how it is made and what it is given."""
