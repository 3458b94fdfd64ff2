"""Asks an importer of Rasa, and gives its answers as a snapshot of ours.

Rules kept here:

- An importer of Rasa is made, and asked, in one worker thread, one getter after the other, as Rasa does it; only what
  it awaits runs on the event loop. Other sources go on meanwhile.
- Its answers are read like files: by the readers of all kinds, with all their problems.
- What its answers hold and our values do not is told: a warning, or an error where the domain would be another one.
"""

import inspect
from collections.abc import Awaitable, Callable, Iterator, Mapping
from functools import partial
from importlib import import_module
from typing import Any, ClassVar

import anyio.from_thread

from tenprint.importers import (
    ConfigurationError,
    DocumentId,
    DocumentReading,
    Problem,
    ProblemsError,
    Severity,
    Snapshot,
    SnapshotImporter,
    SourceState,
    foreign_code,
    snapshot_of,
)
from tenprint.importers.reading import parse_yaml, plain_value
from tenprint.plugins.rasa_classes.constructing import TRAINING_TYPE, construction_of
from tenprint.plugins.rasa_classes.converting import Converted, domain_sections, nlu_sections, plain, story_sections
from tenprint.plugins.rasa_classes.reading import Role, reading_of

_LANGUAGE = "en"
"""What Rasa asks NLU data for where nobody names a language."""

_ANSWERS = {
    "get_domain": "as_dict",
    "get_stories": "story_steps",
    "get_conversation_tests": "story_steps",
    "get_nlu_data": "training_examples",
}
"""Getter -> what only the right answer has."""


class RasaClassImporter(SnapshotImporter):
    """Base of the classes that are made of importer classes of Rasa."""

    made_of: ClassVar[type[Any]]
    """The class of Rasa's."""
    has_tests: ClassVar[bool] = False
    """Whether it has conversation tests; the interface of Rasa itself answers with the training stories."""

    def take_snapshot(self) -> Snapshot:  # type: ignore[override]  # plain, so that it runs in a worker thread
        importer = self._made()
        problems = list(self._options_left_out())
        readings: list[DocumentReading] = []
        for role, name, converted in self._answers(importer):
            document = DocumentId(self.source_name, f"<{self.source_name} {name}>")
            severity: Severity = "error" if role == "domain" else "warning"
            problems += (_loss(loss, document, severity) for loss in converted.losses)
            if converted.sections:
                readings.append(
                    reading_of(
                        converted.sections,
                        document,
                        role,
                        number=len(readings),
                        rules=self.context.rules,
                        folder=self.context.project,
                    )
                )
            anyio.from_thread.check_cancelled()
        snapshot = snapshot_of(SourceState(self.source_name, None), readings, self.context.rules)
        return snapshot.with_problems(*problems)

    def _made(self) -> Any:
        """Make the importer the way Rasa does.

        Raises:
            ConfigurationError: Its constructor fails.
        """
        construction = construction_of(self.made_of, self.options)
        named = dict(construction.named)
        if construction.needs_training_type:
            named[TRAINING_TYPE] = import_module("rasa.shared.data").TrainingType.BOTH
        with foreign_code(self._unmade):
            return self.made_of(*self._paths(), **named)

    def _paths(self) -> tuple[str | None, str, list[str]]:
        """Return the paths as `rasa train` passes them: those of the project where nobody names others."""
        context = self.context
        usual = [context.project / name for name in ("domain.yml", "domain")]
        domain = context.domain or next((path for path in usual if path.exists()), usual[0])
        config = None if context.config is None else str(context.config)
        return config, str(domain), [str(path) for path in context.data or (context.project / "data",)]

    def _unmade(self, chain: str) -> ConfigurationError:
        return ConfigurationError(
            f"the importer {self.source_name!r} cannot be made: {chain}",
            hint="Rasa passes three paths by position, and by name those options that the constructor takes",
        )

    def _options_left_out(self) -> Iterator[Problem]:
        for option in construction_of(self.made_of, self.options).left_out:
            yield Problem(
                "rasa-option",
                f"the constructor of {self.made_of.__name__} takes no {option!r}, so it is left out, as in Rasa",
                self.context.place_of(option),
                "remove it, unless the importer looks it up in the configuration by itself",
                "warning",
            )

    def _answers(self, importer: Any) -> Iterator[tuple[Role, str, Converted]]:
        """Ask for everything, the configuration first: it may say in which language the rest is wanted."""
        config = self._asked(importer, "get_config")
        if config is not None and not isinstance(config, Mapping):
            raise self._wrong("get_config", config, "dictionary")
        sections: Mapping[str, Any] = plain(config or {})
        yield "config", "config", Converted(sections)
        domain = self._answer(importer, "get_domain")
        yield "domain", "domain", Converted({}) if domain is None else domain_sections(domain)
        yield "data", "stories", self._dialogues(self._answer(importer, "get_stories"), is_test=False)
        if self.has_tests:
            graph = self._answer(importer, "get_conversation_tests")
            yield "tests", "tests", self._dialogues(graph, is_test=True)
        language = sections.get("language") or _LANGUAGE
        nlu = self._answer(importer, "get_nlu_data", language=language)
        yield "data", "nlu", Converted({}) if nlu is None else nlu_sections(nlu)

    def _answer(self, importer: Any, getter: str, **named: Any) -> Any:
        answer = self._asked(importer, getter, **named)
        if answer is not None and not hasattr(answer, _ANSWERS[getter]):
            raise self._wrong(getter, answer, "value of Rasa")
        return answer

    def _asked(self, importer: Any, getter: str, **named: Any) -> Any:
        """Call a getter here, or have it awaited on the event loop; its parameters may be fewer than those of Rasa."""
        method = getattr(importer, getter)
        parameters = inspect.signature(method).parameters.values()
        if not any(each.kind is inspect.Parameter.VAR_KEYWORD for each in parameters):
            named = {name: value for name, value in named.items() if name in {each.name for each in parameters}}
        call: Callable[[], Any] = partial(method, **named)
        if inspect.iscoroutinefunction(method):
            return anyio.from_thread.run(call)
        answer = call()
        return anyio.from_thread.run(_awaited, answer) if inspect.isawaitable(answer) else answer

    def _wrong(self, getter: str, answer: Any, expected: str) -> ProblemsError:
        message = f"{getter} of the importer {self.source_name} returned {type(answer).__name__}, not a {expected}"
        hint = "return what the importers of Rasa return"
        return ProblemsError([Problem("wrong-answer", message, self.context.place_of(None), hint)])

    def _dialogues(self, graph: Any, *, is_test: bool) -> Converted:
        if graph is None or not graph.story_steps:
            return Converted({})
        writer = import_module("rasa.shared.core.training_data.story_writer.yaml_story_writer").YAMLStoryWriter()
        text: str = writer.dumps(graph.story_steps, is_test_story=is_test)
        document = parse_yaml(text.encode(), DocumentId(self.source_name, "<stories>"), self.context.rules.limits)
        return story_sections(graph.story_steps, plain_value(document.root))


async def _awaited(answer: Awaitable[Any]) -> Any:
    return await answer


def _loss(loss: str, document: DocumentId, severity: Severity) -> Problem:
    hint = "let the importer return what a file could say, or write it as an importer of tenprint"
    return Problem("rasa-conversion", loss, document.at(0, 0), hint, severity)
