"""Every hook. Hooks are declarative: they return classes, and nobody calls them before a command needs the answer.

Where importing a class takes long, a plugin returns `Declared(name, "package.module:Class")` in its place.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from tenprint.fingerprinting import RunObserver
from tenprint.importers import TrainingDataImporter, Transform
from tenprint.importers.kinds import Kind
from tenprint.plugins.declared import Command
from tenprint.plugins.markers import hookspec
from tenprint.plugins.report import Report


@hookspec
def tenprint_register_importers() -> Iterable[type[TrainingDataImporter]]:  # type: ignore[empty-body]  # a specification
    """Return the importer classes a plugin provides, each with its `NAME`.

    ```python
    from tenprint.importers import TrainingDataImporter
    from tenprint.plugins import hookimpl


    class FaqImporter(TrainingDataImporter):
        NAME = "faq"


    @hookimpl
    def tenprint_register_importers():
        return [FaqImporter]
    ```
    """


@hookspec(firstresult=True)
def tenprint_source_for_url(url: str) -> tuple[str, Mapping[str, Any]] | None:
    """Return the name of the importer for a URL in `importers:` or `imports:`, and its options; None for all others.

    The URL carries no password and no control character; options that stand beside it count more than these.

    ```python
    from tenprint.plugins import hookimpl


    @hookimpl
    def tenprint_source_for_url(url):
        if url.startswith("faq://"):
            return "faq", {"topic": url.removeprefix("faq://")}
        return None
    ```
    """


@hookspec
def tenprint_register_transforms() -> Iterable[type[Transform]]:  # type: ignore[empty-body]  # a specification
    """Return the transform classes a plugin provides, each with its `NAME`.

    ```python
    from tenprint.importers import Transform
    from tenprint.plugins import hookimpl


    class LowerCase(Transform):
        NAME = "lower-case"
        KINDS = ("intent-example",)

        def transform_item(self, item):
            return [item.replaced(item.value._replace(text=item.value.text.lower()))]


    @hookimpl
    def tenprint_register_transforms():
        return [LowerCase]
    ```
    """


@hookspec
def tenprint_register_components() -> Iterable[type[Any]]:  # type: ignore[empty-body]  # a specification
    """Return the component classes a plugin provides: NLU components and policies, each with its `NAME`.

    ```python
    from tenprint.fingerprinting import NluComponent
    from tenprint.plugins import hookimpl


    class Shouting(NluComponent):
        NAME = "Shouting"
        VERSION = "1"

        @classmethod
        def train(cls, config, nlu):
            return {}

        @classmethod
        def load(cls, config, files):
            return cls()

        def process(self, message):
            return message


    @hookimpl
    def tenprint_register_components():
        return [Shouting]
    ```
    """


@hookspec
def tenprint_register_kinds() -> Iterable[Kind]:  # type: ignore[empty-body]  # a specification
    """Return the kinds of data a plugin adds; they are read, merged, compared, trained on and written like ours.

    ```python
    from tenprint.importers.kinds import Identity, ItemKind, Kind, NamedValue, as_it_is, whole
    from tenprint.plugins import hookimpl


    def read(reader):
        node = reader.mapping(reader.root["glossary"], "glossary", reader.root.value_place("glossary"))
        for word, meaning, place, meaning_place in reader.members(node or reader.root, "glossary") if node else ():
            text = reader.text(meaning, f"the meaning of {word!r}", meaning_place)
            if text is not None:
                reader.emit("word", ("glossary", word), text, place)


    GLOSSARY = Kind(
        name="glossary",
        keys=frozenset({"glossary"}),
        item_kinds=(ItemKind("word", Identity.ONE, whole(as_it_is), {"glossary": "digest"}, name_at=1),),
        read=read,
        take_apart=lambda words: (NamedValue("word", ("glossary", word), words[word]) for word in words),
        put_together=lambda parts: {part.path[1]: part.value for part in parts},
        write=lambda words: {"glossary": words},
        trains={"glossary": ("nlu",)},
    )


    @hookimpl
    def tenprint_register_kinds():
        return [GLOSSARY]
    ```
    """


@hookspec
def tenprint_register_observers() -> Iterable[type[RunObserver]]:  # type: ignore[empty-body]  # a specification
    """Return classes that are told what a run does, each with its `NAME`; they are made without arguments.

    ```python
    from tenprint.fingerprinting import RunObserver
    from tenprint.plugins import hookimpl


    class Stopwatch(RunObserver):
        NAME = "stopwatch"

        def after_source(self, report):
            print(f"{report.source}: {report.items} items in {report.seconds:.2f} s")


    @hookimpl
    def tenprint_register_observers():
        return [Stopwatch]
    ```
    """


@hookspec
def tenprint_register_reports() -> Iterable[type[Report]]:  # type: ignore[empty-body]  # a specification
    """Return formats for `--format`, each with its `NAME`; they are made without arguments.

    ```python
    from tenprint.plugins import Report, hookimpl


    class Kinds(Report):
        NAME = "kinds"

        def render(self, findings):
            changes = findings.plan.changes if findings.plan else ()
            return " ".join(sorted({change.kind for change in changes}))


    @hookimpl
    def tenprint_register_reports():
        return [Kinds]
    ```
    """


@hookspec
def tenprint_register_commands() -> Iterable[Command]:  # type: ignore[empty-body]  # a specification
    """Return commands of the program; the click command behind each is imported when it is called.

    ```python
    from tenprint.plugins import Command, hookimpl


    @hookimpl
    def tenprint_register_commands():
        return [Command("count", "Count the examples of each intent.", "my_package.counting:command")]
    ```
    """
