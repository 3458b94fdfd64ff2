"""Compares fingerprints: which keys differ, and what that means for each section."""

from collections.abc import Iterable

from tenprint.fingerprinting.further_sections import unknown_keys
from tenprint.fingerprinting.sections import CORE, NLG, NLU, Fingerprint, Section


class FingerprintComparisonResult:
    """Container for the results of a fingerprint comparison; without information everything is due."""

    def __init__(
        self,
        nlu: bool = True,  # noqa: FBT001, FBT002 - the signature of the published API
        core: bool = True,  # noqa: FBT001, FBT002
        nlg: bool = True,  # noqa: FBT001, FBT002
        force_training: bool = False,  # noqa: FBT001, FBT002
    ) -> None:
        self.nlu = nlu
        self.core = core
        self.nlg = nlg
        self.force_training = force_training

    def __repr__(self) -> str:
        return (
            f"FingerprintComparisonResult(nlu={self.nlu}, core={self.core}, nlg={self.nlg}, "
            f"force_training={self.force_training})"
        )

    def __eq__(self, other: object) -> bool:
        return isinstance(other, FingerprintComparisonResult) and vars(self) == vars(other)

    __hash__ = None  # type: ignore[assignment]  # mutable, as callers of the published API expect

    def is_training_required(self) -> bool:
        return any([self.nlg, self.nlu, self.core, self.force_training])

    def should_retrain_core(self) -> bool:
        return self.force_training or self.core

    def should_retrain_nlg(self) -> bool:
        """Check if the responses have to be updated; retraining Core always refreshes them."""
        return self.should_retrain_core() or self.nlg

    def should_retrain_nlu(self) -> bool:
        return self.force_training or self.nlu


def differing_keys(old: Fingerprint, new: Fingerprint, keys: Iterable[str]) -> tuple[str, ...]:
    """Keys whose values differ, in the given order; a key missing on both sides is equal."""
    return tuple(key for key in keys if old.get(key) != new.get(key))


def did_section_fingerprint_change(fingerprint1: Fingerprint, fingerprint2: Fingerprint, section: Section) -> bool:
    return bool(differing_keys(fingerprint1, fingerprint2, section.relevant_keys))


def compare(
    old: Fingerprint, new: Fingerprint, *, has_e2e_examples: bool = False, force_training: bool = False
) -> FingerprintComparisonResult:
    """Decide what is due; end-to-end examples tie Core to NLU, because both are trained on their texts.

    Keys of kinds that plugins add make both halves due: fingerprints alone do not say which of them reads them.
    """
    further = bool(differing_keys(old, new, {*unknown_keys(old, {}), *unknown_keys(new, {})}))
    nlu = did_section_fingerprint_change(old, new, NLU) or further
    core = did_section_fingerprint_change(old, new, CORE) or further
    return FingerprintComparisonResult(
        nlu=nlu,
        core=core or (has_e2e_examples and (nlu or force_training)),
        nlg=did_section_fingerprint_change(old, new, NLG),
        force_training=force_training,
    )
