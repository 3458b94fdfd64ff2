"""Exit codes beside 0, which is fine, and 2, which is wrong usage; there are no others."""

FAILURE = 1
SOMETHING_DUE = 3
"""Only `plan --exit-code` and `diff --exit-code` say so."""
INTERRUPTED = 130
