"""Formats of reports that come with tenprint; each is imported when `--format` names it."""

from tenprint.plugins.declared import Declared

_HOME = "tenprint.plugins.reports"

REPORTS = (
    Declared("text", f"{_HOME}.text:TextReport"),
    Declared("json", f"{_HOME}.documents:JsonReport"),
    Declared("markdown", f"{_HOME}.markdown:MarkdownReport"),
    Declared("html", f"{_HOME}.html:HtmlReport"),
)
