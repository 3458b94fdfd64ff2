"""The domain-only update: a new domain for a model whose training stays as it is."""

from pathlib import Path

import anyio.to_thread

from tenprint.fingerprinting.archive.layout import CORE, DOMAIN_FILE
from tenprint.fingerprinting.errors import DomainMismatch, ModelError
from tenprint.fingerprinting.schemes import NEWEST, Scheme
from tenprint.importers import DocumentId, ItemTable, ReadingRules, TrainingDataImporter, items_of
from tenprint.importers.data import Domain
from tenprint.importers.kinds import DOMAIN
from tenprint.importers.writing import domain_yaml


async def update_model_with_new_domain(importer: TrainingDataImporter, unpacked_model_path: Path | str) -> None:
    """Overwrite the domain of an unpacked model with the domain of the importer.

    Nothing else of the model is touched.

    Raises:
        ModelError: The folder cannot be written.
    """
    domain = await importer.get_domain()
    await anyio.to_thread.run_sync(write_domain, domain, Path(unpacked_model_path) / CORE)


def write_domain(domain: Domain, core_folder: Path) -> None:
    try:
        core_folder.mkdir(parents=True, exist_ok=True)
        (core_folder / DOMAIN_FILE).write_bytes(domain_yaml(domain))
    except OSError as error:
        raise ModelError(
            f"cannot write {core_folder / DOMAIN_FILE}: {error.strerror}", hint="check space and permissions"
        ) from error


def trained_domain_digest(domain: Domain, scheme: Scheme = NEWEST) -> str:
    """Digest of what Core training reads of a domain alone."""
    rules = scheme.rules(ReadingRules())
    table = ItemTable((DocumentId("model", DOMAIN_FILE),), items_of(DOMAIN, domain, rules))
    digest: str = scheme.fingerprint(table, rules.item_kinds())["domain"]
    return digest


def check_domain(
    domain: Domain, recorded: str | None, *, written: Domain | None = None, scheme: Scheme = NEWEST
) -> None:
    """Check that a refreshed domain still has what the model was trained on.

    Args:
        domain: The effective domain, with all that is derived.
        recorded: Digest the model remembers; None where it does not say.
        written: The same domain as its files have it, whose digest the first release recorded.
        scheme: That of the recorded digest.

    Raises:
        DomainMismatch: It has not; such a model would answer at random.
    """
    candidates = (domain,) if written is None else (domain, written)
    if recorded is not None and all(trained_domain_digest(candidate, scheme) != recorded for candidate in candidates):
        raise DomainMismatch(
            "the new domain differs in intents, entities, slots or actions from what the model was trained on",
            hint="train the model again",
        )
