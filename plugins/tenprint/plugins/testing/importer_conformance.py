"""ImporterConformance: what every importer must keep, as tests that an author gets by deriving a class.

    class TestFaq(ImporterConformance):
        IMPORTER = FaqImporter

        def write_source(self, project):
            (project / "faq.csv").write_text("...", encoding="utf-8")
            return {"path": "faq.csv"}

        def change_source(self, project): ...
        def break_source(self, project): ...
        def remove_source(self, project): ...

A property that cannot hold for an importer is named with the reason:

    UNFIT = {"test_unknown_options_are_refused": "it takes whatever the server knows"}
"""

from tenprint.plugins.testing.answers import Answers
from tenprint.plugins.testing.changes import Changes
from tenprint.plugins.testing.construction import Construction
from tenprint.plugins.testing.failing import Failing
from tenprint.plugins.testing.guest import Guest
from tenprint.plugins.testing.lifetimes import Lifetimes
from tenprint.plugins.testing.provenance import Provenance
from tenprint.plugins.testing.running import Running
from tenprint.plugins.testing.sameness import Sameness
from tenprint.plugins.testing.secrecy import Secrecy


class ImporterConformance(
    Answers, Changes, Failing, Lifetimes, Provenance, Secrecy, Construction, Guest, Running, Sameness
):
    """Tests of an importer: derive from it, say how it is made and where its data comes from."""
