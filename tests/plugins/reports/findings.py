"""Findings for tests of reports: an ordinary comparison, and hostile and huge ones."""

from dataclasses import replace

from tenprint.fingerprinting import Change, NodePlan, Reason, SectionPlan, TrainingPlan
from tenprint.fingerprinting.engine import NodeReason
from tenprint.importers import Drift, Location, LockChange, Locked, LockedSource, Problem, SourceLock, SourceState
from tenprint.plugins import Findings

BEFORE, AFTER = bytes(range(32)), bytes(range(32, 64))


def place(path: str, line: int) -> Location:
    return Location("file", path, line, 7)


def locked(revision: str) -> LockedSource:
    return LockedSource("git", {}, revision, "sha256:0123456789", 12, 34567, "2026-11-22T06:00:00Z")


CHANGES = (
    Change(
        "modified", "intent-example", ("nlu", "greet", "good morning"), ("nlu",), BEFORE, AFTER, None,
        (place("data/nlu.yml", 6),), (place("data/nlu.yml", 5),),
    ),
    Change("added", "slot", ("domain", "slots", "city"), ("core", "nlg"), None, AFTER, None, (place("domain.yml", 3),)),
    Change(
        "removed", "response", ("domain", "responses", "utter_bye"), ("nlg",), BEFORE, None, None, (),
        (place("domain.yml", 9),),
    ),
    Change(
        "renamed", "story", ("stories", "welcome"), (), BEFORE, AFTER, ("stories", "greet"),
        (place("data/stories.yml", 2),),
    ),
)  # fmt: skip

NODES = (
    NodePlan(
        "nlu/0-Tokenizer", ("nlu",), "restored", (NodeReason("needed", "its value is needed"),), ("nlu-data/texts",)
    ),
    NodePlan(
        "nlu/1-Classifier",
        ("nlu",),
        "run",
        (
            NodeReason("config-changed", "the option `epochs` is 20, and was 10", "epochs", None, "10", "20"),
            NodeReason("input-changed", "the input `examples` is another", "examples", "nlu-data/examples"),
        ),
        ("nlu/0-Tokenizer", "nlu-data/examples"),
    ),
    NodePlan("nlu/2-Mapper", ("nlu",), "depends", (NodeReason("upstream-ran", "it depends"),), ("nlu/1-Classifier",)),
    NodePlan("core/0-Policy", ("core",), "hit", (NodeReason("record-found", "an equal run is recorded"),), ("domain",)),
)

ORDINARY = Findings(
    TrainingPlan(
        "train",
        None,
        False,
        {
            "core": SectionPlan(True, (Reason("changed", "the domain differs in what Core is trained on", "domain"),)),
            "nlu": SectionPlan(True, (Reason("changed", "NLU training data differs", "messages"),)),
            "nlg": SectionPlan(True, (Reason("core", "retraining Core refreshes the domain"),)),
        },
        CHANGES,
        (
            SourceState("file", "f1"),
            SourceState("faq", None, "missing"),
            SourceState("shop", "s1", "last-good", fetched_at=1_000_000.0),
            SourceState("base", "bbb", drift=Drift("aaa", ("abc123 Ada: more greetings",))),
        ),
        NODES,
        (Problem("unused-file", "is no training data", place("data/notes.txt", 1), severity="warning"),),
    ),
    "HEAD~1",
    None,
    Locked(SourceLock({"base": locked("bbb")}), (LockChange("base", locked("aaa"), locked("bbb")),)),
    1_010_800.0,
)
"""One change of each sort, and something of everything else a report may tell."""

HOSTILE_TEXTS = (
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "</script><script>alert(2)</script>",
    "</summary></details># not a heading",
    "`code` ``more`` ```fence```",
    "a | b || c",
    "[link](javascript:alert(1)) ![image](https://example.org/x.png)",
    "@everyone #1 https://example.org www.example.org",
    "{{ 7 * 7 }} {% for x in y %}",
    "\u0645\u0631\u062d\u0628\u0627 \u05e9\u05dc\u05d5\u05dd",
    "\u202egnp.exe\u2066",
    "\U0001f600\U0001f469\u200d\U0001f680",
    "line\nbreak\r\n\x00\x1b[31m\x7f\u2028",
    "\ud800 alone",
    "- item\n1. item\n# heading",
    "'; -- & &amp; &lt;",
    " ",
    "``",
    "x" * 5_000,
)
"""What no report may let through as anything but text."""


def hostile() -> Findings:
    """Put each hostile text wherever data can be in a report."""
    assert ORDINARY.plan is not None
    plan = ORDINARY.plan
    reasons = tuple(Reason("component", text) for text in HOSTILE_TEXTS)
    changes = tuple(
        Change(
            "renamed", text, ("nlu", text), ("nlu",), BEFORE, AFTER, ("nlu", text), (place(text, 1),), (place(text, 2),)
        )
        for text in HOSTILE_TEXTS
    )
    sources = tuple(
        state
        for text in HOSTILE_TEXTS
        for state in (SourceState(text, text, drift=Drift(text, (text,))), SourceState(text, None, "missing"))
    )
    problems = tuple(Problem("code", text, place(text, 1), severity="warning") for text in HOSTILE_TEXTS)
    sections = {**plan.sections, "nlu": SectionPlan(True, reasons)}
    nodes = tuple(
        NodePlan(text, ("nlu",), "run", (NodeReason("config-changed", text, text, text, text, text),), (f"{text} too",))
        for text in HOSTILE_TEXTS
    )
    moved = tuple(LockChange(text, locked(text), locked(text), (text,)) for text in HOSTILE_TEXTS)
    return Findings(
        replace(plan, sections=sections, changes=changes, sources=sources, nodes=nodes, problems=problems),
        HOSTILE_TEXTS[0],
        HOSTILE_TEXTS[4],
        Locked(SourceLock({}), moved),
    )


def huge(count: int) -> Findings:
    assert ORDINARY.plan is not None
    changes = tuple(
        Change("added", "intent-example", ("nlu", f"intent {number % 50}", f"text \U0001f600 {number}"),
               ("nlu",) if number % 2 else ("core", "nlu"), None, AFTER, None, (place("data/nlu.yml", number + 1),))
        for number in range(count)
    )  # fmt: skip
    problems = tuple(Problem("code", f"warning {number}", severity="warning") for number in range(count))
    sources = tuple(SourceState(f"source {number}", None, "missing") for number in range(count))
    return replace(ORDINARY, plan=replace(ORDINARY.plan, changes=changes, problems=problems, sources=sources))
