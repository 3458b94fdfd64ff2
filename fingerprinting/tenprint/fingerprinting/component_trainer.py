"""The default trainer: components that plugins provide, one after the other, each in a worker thread.

Whatever can be checked is checked before anything is trained: data, names, options. NLU is trained before Core, and
policies are given the interpreter that will stand beside them in the archive.
"""

import json
import re
import shutil
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import anyio
import anyio.to_thread

from tenprint.fingerprinting.component import Components, CoreTrainingData, Json, component_identity
from tenprint.fingerprinting.component_inputs import inputs_of
from tenprint.fingerprinting.errors import TrainingError
from tenprint.fingerprinting.nlu_reads import component_reads, lesson_of
from tenprint.fingerprinting.predicting import load_interpreter, stored_files
from tenprint.fingerprinting.trainer import (
    COMPONENT_FILE,
    ComponentEntry,
    SectionName,
    TrainingProblemsError,
    TrainingReport,
    TrainingRequest,
    component_entries,
    is_resource_file,
    list_name,
    nearest_names,
    resource_name,
    unknown_components,
)
from tenprint.importers import Problem, ProblemsError, Registered, TenprintError, errors_among
from tenprint.importers.data import RESPONSE_PREFIX, NluData
from tenprint.importers.inputs import Access, Reader, undeclared_reads, watched_accesses

_ORDER: tuple[SectionName, ...] = ("nlu", "core")
"""Core learns with the NLU half of the same run."""

_OURS = "tenprint."

_OWN_FOLDER = re.compile(r"\d+-.+")


class ComponentTrainer:
    """Trains what `pipeline` and `policies` name; runs on asyncio and on trio."""

    can_finetune = True
    """Components that can go on from a former training do."""

    async def train(self, request: TrainingRequest) -> TrainingReport:
        """Write one folder for each component below `<folder>/nlu` and `<folder>/core`.

        Raises:
            TrainingError: There is no data for a section, or a component failed.
            ProblemsError: Unknown components or bad options, all at once and before anything is trained.
        """
        check_training_data(request)
        jobs = _jobs(request)
        seconds: dict[str, float] = {}
        problems: list[Problem] = []
        for section in _ORDER:
            if section not in request.sections:
                continue
            await anyio.to_thread.run_sync(_remove_former, request.folder / section)
            lesson = _nlu_lesson(request) if section == "nlu" else await anyio.to_thread.run_sync(_core_lesson, request)
            for job in (job for job in jobs if job.section == section):
                await request.observers.tell("before_node", job.resource)
                began = anyio.current_time()
                problems += await anyio.to_thread.run_sync(job.run, lesson, request)
                seconds[job.resource] = anyio.current_time() - began
                await request.observers.tell("after_node", job.resource, seconds[job.resource])
        problems += missing_responses(request) if "nlu" in request.sections else ()
        return TrainingReport(seconds, tuple(problems))


def check_training_data(request: TrainingRequest) -> None:
    """Refuse to train a section on nothing.

    Raises:
        TrainingError: No NLU data, or neither stories nor rules, for a section that is asked for.
    """
    if "nlu" in request.sections and not (request.nlu or request.further.get("nlu")):
        raise TrainingError(
            "no NLU data was found, so there is nothing to train NLU on",
            hint="verify the data format: examples stand under `nlu:` in a YAML file or under `rasa_nlu_data` in a JSON"
            " file, and `--data` names the files or their folder",
        )
    if "core" in request.sections and not (request.stories or request.further.get("core")):
        raise TrainingError(
            "no stories or rules were found, so there is nothing to train Core on",
            hint="verify the data format: dialogues stand under `stories:` and `rules:` in a YAML file, and `--data`"
            " names the files or their folder",
        )
    for section in _ORDER:
        if section in request.sections and not component_entries(request.config, section):
            key = list_name(section)
            raise TrainingError(f"`{key}` names no component", hint=f"list at least one under `{key}` in the config")


def missing_responses(request: TrainingRequest) -> tuple[Problem, ...]:
    """Warn of retrieval intents that have examples and no response."""
    return tuple(
        Problem(
            "missing-response",
            f"the retrieval intent `{intent}` has examples and no response",
            hint=f"add a response phrase under `{RESPONSE_PREFIX}{intent}` to the responses",
            severity="warning",
        )
        for intent in sorted(request.nlu.retrieval_intents)
        if f"{RESPONSE_PREFIX}{intent}" not in request.responses
    )


@dataclass(frozen=True, slots=True)
class _Job:
    section: SectionName
    entry: ComponentEntry
    options: Mapping[str, Json]
    registered: Registered[type[Any]]

    @property
    def resource(self) -> str:
        return resource_name(self.section, self.entry.position, self.entry.name)

    @property
    def described(self) -> str:
        return describe_entry(self.section, self.entry)

    def run(self, lesson: "NluData | CoreTrainingData", request: TrainingRequest) -> tuple[Problem, ...]:
        """Train, then write the files of the resource; in a worker thread. Answers with warnings.

        Raises:
            TrainingError: It failed, or has read what it does not declare where that is refused.
        """
        watched = request.audit != "off" and not self.registered.provided.__module__.startswith(_OURS)
        with watched_accesses(active=watched) as accesses:
            texts = self._train(lesson, request.finetune_from)
        problems = self._undeclared(accesses, request) if watched else ()
        if errors_among(problems):
            raise TrainingProblemsError(problems)
        folder = request.folder / self.resource
        try:
            # Not with all parents: a run that asyncio itself cancelled has removed the folder and must not get it back.
            folder.parent.mkdir(exist_ok=True)
            folder.mkdir(exist_ok=True)
            for name, text in texts.items():
                (folder / name).write_bytes(text)
        except OSError as error:
            raise TrainingError(f"{folder} cannot be written: {error}") from error
        return problems

    def _undeclared(self, accesses: Iterable[Access], request: TrainingRequest) -> tuple[Problem, ...]:
        place = request.location_of(list_name(self.section), self.entry.position) if request.location_of else None
        described = f"{self.described} ({self.registered.distribution})"
        inputs = inputs_of(self.registered, self.entry.options)
        return undeclared_reads(accesses, Reader(described, inputs, request.project, place), request.audit)

    def _share(self, lesson: "NluData | CoreTrainingData") -> "NluData | CoreTrainingData":
        """Leave out what the component does not say it reads."""
        if isinstance(lesson, CoreTrainingData):
            return lesson
        entries = {self.entry.name: self.registered}
        return lesson_of(lesson, component_reads(self.entry.name, self.options, entries))

    def _learned(self, lesson: "NluData | CoreTrainingData", base: Path | None) -> Mapping[str, Json]:
        """Train, or go on from a former training where there is one and the component can."""
        provided = self.registered.provided
        files: Mapping[str, Json]
        if base is not None and provided.CAN_FINETUNE:
            files = provided.finetune(self.options, lesson, stored_files(base / self.resource))
        else:
            files = provided.train(self.options, lesson)
        return files

    def _train(self, lesson: "NluData | CoreTrainingData", base: Path | None) -> dict[str, bytes]:
        try:
            files = self._learned(self._share(lesson), base)
            texts = {name: _json_bytes(content) for name, content in files.items()}
        except ProblemsError as error:
            raise TrainingProblemsError(
                replace(problem, message=f"{self.described}: {problem.message}") for problem in error.problems
            ) from error
        except Exception as error:  # foreign code may raise anything
            known = isinstance(error, TenprintError)
            raise TrainingError(
                f"{self.described} failed: {error if known else f'{type(error).__name__}: {error}'}",
                hint=error.hint if isinstance(error, TenprintError) else None,
                location=error.location if isinstance(error, TenprintError) else None,
            ) from error
        odd = sorted(str(name) for name in texts if not is_resource_file(name))
        if odd:
            raise TrainingError(f"{self.described} failed: it cannot store a file named {', '.join(odd)}")
        texts[COMPONENT_FILE] = _json_bytes(
            {
                "name": self.entry.name,
                "options": dict(self.options),
                "identity": component_identity(self.registered),
                "files": sorted(files),
            }
        )
        return texts


def describe_entry(section: SectionName, entry: ComponentEntry) -> str:
    return f"`{entry.name}`, entry {entry.position + 1} of `{list_name(section)}`"


def _jobs(request: TrainingRequest) -> tuple[_Job, ...]:
    asked = tuple(section for section in _ORDER if section in request.sections)
    unknown = unknown_components(request.config, request.components, asked, location_of=request.location_of)
    if unknown:
        raise TrainingProblemsError(unknown)
    jobs = tuple(
        _job(section, entry, request.components)
        for section in asked
        for entry in component_entries(request.config, section)
    )
    problems = tuple(problem for job in jobs for problem in _option_problems(job, request))
    if problems:
        raise TrainingProblemsError(problems)
    return jobs


def _job(section: SectionName, entry: ComponentEntry, components: Components) -> _Job:
    registered = components[entry.name]
    return _Job(section, entry, {**registered.provided.get_default_config(), **entry.options}, registered)


def _option_problems(job: _Job, request: TrainingRequest) -> Iterator[Problem]:
    known = job.registered.provided.get_default_config()
    place = request.location_of(list_name(job.section), job.entry.position) if request.location_of is not None else None
    unfit = False
    for option, value in job.entry.options.items():
        if option not in known:
            near = nearest_names(str(option), known) or tuple(sorted(known))
            hint = f"known options: {', '.join(near)}" if near else "it has no options"
            yield Problem("component-option", f"{job.described}: unknown option `{option}`", place, hint)
        elif not _is_json(value):
            unfit = True
            message = f"{job.described}: option `{option}` is no text, number, boolean, list or mapping of these"
            yield Problem("component-option", message, place, "quote it to make it a text")
    if not unfit:
        for sentence in _objections(job):
            yield Problem("component-option", f"{job.described}: {sentence}", place)


def _objections(job: _Job) -> tuple[str, ...]:
    try:
        return tuple(job.registered.provided.check_config(job.options))
    except Exception as error:
        raise TrainingError(f"{job.described} failed to check its options: {type(error).__name__}: {error}") from error


def _is_json(value: Any) -> bool:
    if isinstance(value, dict):
        return all(isinstance(key, str) and _is_json(part) for key, part in value.items())
    if isinstance(value, list):
        return all(_is_json(part) for part in value)
    if isinstance(value, float):
        return value - value == 0  # neither infinite nor no number at all
    return value is None or isinstance(value, str | int)


def _json_bytes(value: Json) -> bytes:
    return (json.dumps(value, ensure_ascii=False, sort_keys=True, indent=2, allow_nan=False) + "\n").encode()


def _nlu_lesson(request: TrainingRequest) -> NluData:
    further = request.further.get("nlu")
    return replace(request.nlu, further=further) if further else request.nlu


def _core_lesson(request: TrainingRequest) -> CoreTrainingData:
    fresh = request.folder / "nlu" if "nlu" in request.sections else request.previous_nlu
    interpreter = None if fresh is None else load_interpreter(fresh, request.components).parse
    return CoreTrainingData(request.stories, request.domain, interpreter, request.further.get("core", {}))


def _remove_former(half: Path) -> None:
    """Remove what an earlier training left in the half, or a shorter pipeline would keep the old one's tail."""
    with suppress(OSError):  # told with the component that cannot be stored
        half.parent.mkdir(parents=True, exist_ok=True)
    if half.is_dir():
        for folder in sorted(half.iterdir()):
            if _OWN_FOLDER.fullmatch(folder.name) and (folder / COMPONENT_FILE).is_file():
                shutil.rmtree(folder)
