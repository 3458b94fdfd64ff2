"""The error tree of the first floor.

TenprintError (ground floor)
├── FingerprintError     a stored fingerprint cannot be read (ValueError)
├── ModelError           anything wrong with a model archive
│   ├── ModelNotFound    no archive where one was asked for (FileNotFoundError)
│   ├── UnsafeArchive    an archive that would write outside its folder, or is no plain set of files
│   ├── BrokenArchive    an archive that is truncated, not gzip, or not a tar
│   └── DamagedFile      a file of a trained component that holds something else than it should (ValueError)
├── TrainingError        a training cannot start or did not finish
│   └── UnknownComponent a name under pipeline or policies that no plugin provides (LookupError)
└── DomainMismatch       a refreshed domain that no longer fits the trained model
"""

from tenprint.importers import Location, TenprintError


class FingerprintError(TenprintError, ValueError):
    """A stored fingerprint cannot be read."""

    reference = "fingerprint"


class ModelError(TenprintError):
    """Something is wrong with a model archive."""

    reference = "model"


class ModelNotFound(ModelError, FileNotFoundError):  # noqa: N818 - the name of the published API
    """There is no model archive where one was asked for."""

    reference = "model-not-found"


class UnsafeArchive(ModelError):  # noqa: N818 - says what the archive is, like its siblings
    """An archive that would write outside its folder or holds anything but plain files and folders."""

    reference = "unsafe-archive"


class BrokenArchive(ModelError):  # noqa: N818
    """An archive that is truncated, not gzip, or not a tar."""

    reference = "broken-archive"


class DamagedFile(ModelError, ValueError):  # noqa: N818
    """A file of a trained component holds something else than a training writes."""

    reference = "damaged-file"

    def __init__(self, file: str, what: str, *, hint: str | None = None, location: Location | None = None) -> None:
        """Say what is wrong: components name the `file` as they do in their answer, and loading completes the path."""
        super().__init__(f"{file} {what}", hint=hint, location=location)
        self.file = file
        self.what = what


class TrainingError(TenprintError):
    """A training cannot start, or did not finish."""

    reference = "training"


class UnknownComponent(TrainingError, LookupError):  # noqa: N818
    """A component that no installed plugin provides."""

    reference = "unknown-component"


class DomainMismatch(ModelError):  # noqa: N818
    """A refreshed domain that no longer fits what the model was trained on."""

    reference = "domain-mismatch"
