"""Logistic regression as numbers: how they are learned, and what they make of a matrix of features."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from tenprint.fingerprinting import Json
from tenprint.plugins.components.repeatable import one_thread

SOFTMAX, ONE_VERSUS_REST = "softmax", "one-versus-rest"
SCHEMES = (SOFTMAX, ONE_VERSUS_REST)

_SINGLE_LABELS = "liblinear"
"""The solver that tells two labels apart and no more."""


@dataclass(frozen=True, slots=True, eq=False)
class Regression:
    """Weights by label and column, and an intercept for each label; floats of 32 bits say all that was learned."""

    scheme: str
    weights: Any
    intercepts: Any

    def probabilities(self, matrix: Any) -> Any:
        """Return how sure each label is, by row; a row sums up to 1."""
        import numpy as np  # noqa: PLC0415 - heavy, and loaded with the first message

        scores = matrix.astype("f8") @ self.weights.T.astype("f8") + self.intercepts.astype("f8")
        if self.scheme == SOFTMAX:
            shares = np.exp(scores - scores.max(axis=1, keepdims=True))
        else:
            # Of very unlikely labels too, or a row could sum up to nothing.
            shares = np.maximum(1.0 / (1.0 + np.exp(-np.clip(scores, -500, 500))), 1e-300)
        return shares / shares.sum(axis=1, keepdims=True)


@dataclass(frozen=True, slots=True, eq=False)
class Learned:
    """What came of a training; it may have been stopped before it had converged."""

    regression: Regression
    iterations: int
    converged: bool


def learned(matrix: Any, labels: Sequence[int], count: int, options: Mapping[str, Json]) -> Learned:
    """Learn to tell `count` labels apart, all of which occur.

    Args:
        matrix: One row for each label, sparse.
        labels: From 0 to `count` - 1.
        count: One label alone has nothing to be told apart from.
        options: Arguments of scikit-learn's LogisticRegression.
    """
    import numpy as np  # noqa: PLC0415 - heavy, and wanted only for training
    from sklearn.linear_model import LogisticRegression  # noqa: PLC0415

    width = matrix.shape[1]
    if count == 1 or width == 0:
        shares = np.bincount(np.asarray(labels), minlength=count) / len(labels)
        priors = np.zeros(count) if options["class_weight"] is not None else np.log(shares)
        return Learned(_regression(SOFTMAX, np.zeros((count, width)), priors), 0, converged=True)
    rows, named = matrix.astype("f8"), np.asarray(labels)
    with one_thread():
        if options["solver"] == _SINGLE_LABELS and count > 2:  # noqa: PLR2004 - two are told apart at once
            models = [
                LogisticRegression(**_for_label(options, label)).fit(rows, named == label) for label in range(count)
            ]
            scheme = ONE_VERSUS_REST
        else:
            models, scheme = [LogisticRegression(**options).fit(rows, named)], SOFTMAX
    weights = np.concatenate([model.coef_ for model in models])
    intercepts = np.concatenate([model.intercept_ for model in models])
    if len(weights) == 1:
        # One row says how much likelier the second label is than the first.
        weights, intercepts = np.concatenate([0 * weights, weights]), np.concatenate([0 * intercepts, intercepts])
    iterations = max(int(model.n_iter_.max()) for model in models)
    return Learned(_regression(scheme, weights, intercepts), iterations, converged=iterations < options["max_iter"])


def _for_label(options: Mapping[str, Json], label: int) -> dict[str, Json]:
    """Options where a label is to be told apart from all others; a weight of its own is kept."""
    weights = options["class_weight"]
    if not isinstance(weights, dict):
        return dict(options)
    return {**options, "class_weight": {True: weights.get(label, 1.0), False: 1.0}}


def _regression(scheme: str, weights: Any, intercepts: Any) -> Regression:
    return Regression(scheme, weights.astype("f4"), intercepts.astype("f4"))
