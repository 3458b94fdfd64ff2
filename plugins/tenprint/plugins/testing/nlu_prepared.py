"""Properties of tokenizers and of featurizers: what components below them learn from."""

from collections.abc import Iterator
from typing import Any

from tenprint.fingerprinting import Batch, Featurizer, Message, Tokenizer
from tenprint.plugins.testing.component_samples import ODD_TEXTS
from tenprint.plugins.testing.nlu_kit import NluKit


class NluPrepared(NluKit):
    """Properties of tokenizers and of featurizers; others skip them."""

    def test_tokens_stand_in_the_order_of_the_text(self) -> None:
        """A token begins where the one before it has ended, or later."""
        for message in self._tokenized():
            for one, other in zip(message.tokens, message.tokens[1:], strict=False):
                if other.start < one.end:
                    told = f"in {message.text!r} {other.text!r} begins before {one.text!r} ends"
                    self.fail(told, "answer tokens in the order of the text, without overlaps")

    def test_tokens_lie_within_their_text(self) -> None:
        """Offsets of tokens count characters of the text, from 0 to its length, and no token is empty."""
        for message in self._tokenized():
            for one in message.tokens:
                if not 0 <= one.start < one.end <= len(message.text):
                    told = f"in {message.text!r} a token lies from {one.start} to {one.end}"
                    self.fail(told, "count characters of the text as it was given, and leave empty tokens out")

    def test_tokens_are_what_stands_there(self) -> None:
        """The text of a token is the part of the message that its offsets lead to."""
        for message in self._tokenized():
            for one in message.tokens:
                if 0 <= one.start < one.end <= len(message.text) and message.text[one.start : one.end] != one.text:
                    told = f"{one.text!r} stands for {message.text[one.start : one.end]!r} in {message.text!r}"
                    self.fail(told, "take the text of a token from its offsets")

    def test_a_tokenizer_needs_no_tokens(self) -> None:
        """It stands above all that need tokens, so it can need none."""
        self.only(Tokenizer)
        if "tokens" in self.component.needs(self.trial.config):
            self.fail("a tokenizer needs tokens", "leave them out of reads and needs")

    def test_features_have_rows_for_messages_and_tokens(self) -> None:
        """There is a row for each message, and where tokens are described one for each token."""
        self.only(Featurizer)
        component = self.trained()
        for texts in (self.TEXTS, self.TEXTS[:1], ["", *ODD_TEXTS]):
            asked = self.asked(texts)
            found = component.featurize(asked)
            tokens = sum(len(message.tokens) for message in asked.messages)
            for rows, count, what in ((found.sentence, len(asked), "messages"), (found.sequence, tokens, "tokens")):
                if rows is not None and rows.shape[0] != count:
                    self.fail(
                        f"there are {count} {what}, and {rows.shape[0]} rows", f"answer a row for each of the {what}"
                    )

    def test_features_have_one_width(self) -> None:
        """Every batch has features of the same width, the empty one too."""
        widths = {
            tuple(None if rows is None else rows.shape[1] for rows in (found.sentence, found.sequence))
            for found in self._featurized()
        }
        if len(widths) > 1:
            self.fail(f"features are {sorted(map(str, widths))} wide", "fix the width when it is trained, and store it")

    def test_features_are_rows_of_finite_numbers(self) -> None:
        """Features are sparse matrices in rows (CSR) without NaN and infinity."""
        import numpy as np  # noqa: PLC0415 - whoever has features has numpy

        for found in self._featurized():
            for rows in (found.sentence, found.sequence):
                if rows is None:
                    continue
                if getattr(rows, "format", None) != "csr":
                    self.fail(f"features are a {type(rows).__name__}", "answer scipy.sparse.csr_matrix")
                if not np.isfinite(rows.data).all():
                    self.fail("features hold NaN or infinity", "leave out what cannot be counted")

    def test_features_say_who_made_them(self) -> None:
        """`origin` is a name, by which components below can choose features."""
        for found in self._featurized():
            if not (isinstance(found.origin, str) and found.origin):
                self.fail(f"the origin of features is {found.origin!r}", "answer Features(self.NAME, ...)")

    def _tokenized(self) -> Iterator[Message]:
        self.only(Tokenizer)
        component = self.trained()
        asked = Batch(tuple(Message(text) for text in (*self.TEXTS, "", *ODD_TEXTS)))
        yield from component.process_batch(asked).messages

    def _featurized(self) -> Iterator[Any]:
        self.only(Featurizer)
        component = self.trained()
        for texts in (self.TEXTS, self.TEXTS[:1], [], [""]):
            yield component.featurize(self.asked(texts))
