"""Tokenizers and featurizers with a defect each."""

# ruff: noqa: ARG002, ARG003 - a defect is often to ignore what one is given

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from scipy.sparse import csr_matrix
from tests.plugins.testing.good_components import Blanks, Lengths

from tenprint.fingerprinting import Batch, Features, Token


class Backwards(Blanks):
    """It answers tokens from the last to the first."""

    BREAKS = "test_tokens_stand_in_the_order_of_the_text"

    def tokenize(self, text: str) -> tuple[Token, ...]:
        return super().tokenize(text)[::-1]


class BeyondTheEnd(Blanks):
    """Its last token ends behind the text."""

    BREAKS = "test_tokens_lie_within_their_text"

    def tokenize(self, text: str) -> tuple[Token, ...]:
        tokens = super().tokenize(text)
        return (*tokens[:-1], *(replace(token, end=token.end + 1) for token in tokens[-1:]))


class Folds(Blanks):
    """Its tokens are written otherwise than in the text."""

    BREAKS = "test_tokens_are_what_stands_there"

    def tokenize(self, text: str) -> tuple[Token, ...]:
        return tuple(replace(token, text=token.text.upper()) for token in super().tokenize(text))


class NeedsTokens(Blanks):
    """It needs what it gives itself."""

    BREAKS = "test_a_tokenizer_needs_no_tokens"

    @classmethod
    def needs(cls, config: Mapping[str, Any]) -> frozenset[str]:
        return frozenset({"tokens"})


class RowTooMany(Lengths):
    """It has one row for all messages together."""

    BREAKS = "test_features_have_rows_for_messages_and_tokens"

    def featurize(self, batch: Batch) -> Features:
        return Features(self.NAME, csr_matrix((1, self.longest + 1)))


class AsWideAsNeeded(Lengths):
    """Its width is that of the batch."""

    BREAKS = "test_features_have_one_width"

    def featurize(self, batch: Batch) -> Features:
        return Features(self.NAME, csr_matrix((len(batch), len(batch) + 1)))


class Dense(Lengths):
    """It answers in columns."""

    BREAKS = "test_features_are_rows_of_finite_numbers"

    def featurize(self, batch: Batch) -> Features:
        return replace(super().featurize(batch), sentence=super().featurize(batch).sentence.tocsc())


class Anonymous(Lengths):
    """It does not say who it is."""

    BREAKS = "test_features_say_who_made_them"

    def featurize(self, batch: Batch) -> Features:
        return replace(super().featurize(batch), origin="")
