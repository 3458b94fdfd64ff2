"""A very little Rasa: packages with the same public shapes, for tests where Rasa itself is not installed.

`LITTLE_RASA` is written into a project, whose folder is on the path while it is opened. It holds an interface, a file
importer with plain getters, values with their public forms, and a writer of stories. Its data is fixed.
"""

from collections.abc import Mapping

DOMAIN = {
    "version": "3.1",
    "intents": ["greet", {"bye": {"use_entities": []}}],
    "entities": ["city"],
    "slots": {"city": {"type": "text", "mappings": [{"type": "from_entity", "entity": "city"}]}},
    "responses": {"utter_greet": [{"text": "hello"}], "utter_bye": [{"text": "so long"}]},
    "session_config": {"session_expiration_time": 60, "carry_over_slots_to_new_session": True},
}

_VALUES = f"""
class Domain:
    def __init__(self, content):
        self.content = content

    def as_dict(self):
        return self.content


class StoryGraph:
    def __init__(self, story_steps):
        self.story_steps = story_steps


class Message:
    def __init__(self, content):
        self.content = content

    def as_dict_nlu(self):
        return self.content


class TrainingData:
    def __init__(self, training_examples=(), entity_synonyms=None, regex_features=(), lookup_tables=(), responses=None):
        self.training_examples = [Message(content) for content in training_examples]
        self.entity_synonyms = entity_synonyms or {{}}
        self.regex_features = regex_features
        self.lookup_tables = lookup_tables
        self.responses = responses or {{}}


DOMAIN = {DOMAIN!r}
EXAMPLES = [
    {{"text": "hello", "intent": "greet"}},
    {{"text": "off to Rome", "intent": "bye",
      "entities": [{{"start": 7, "end": 11, "value": "Rome", "entity": "city"}}]}},
]
STORY = {{"story": "both", "steps": [{{"intent": "greet"}}, {{"action": "utter_greet"}}, {{"intent": "bye"}}]}}
"""

_INTERFACE = """
from abc import ABC, abstractmethod


class TrainingDataImporter(ABC):
    @abstractmethod
    def __init__(self, config_file=None, domain_path=None, training_data_paths=None, **kwargs):
        ...

    @abstractmethod
    def get_domain(self): ...

    @abstractmethod
    def get_stories(self, exclusion_percentage=None): ...

    def get_conversation_tests(self):
        return self.get_stories()

    @abstractmethod
    def get_config(self): ...

    @abstractmethod
    def get_config_file_for_auto_config(self): ...

    @abstractmethod
    def get_nlu_data(self, language="en"): ...
"""

_FILES = """
import threading

from rasa.shared.importers.importer import TrainingDataImporter
from rasa.values import DOMAIN, EXAMPLES, STORY, Domain, StoryGraph, TrainingData


class RasaFileImporter(TrainingDataImporter):
    def __init__(self, config_file=None, domain_path=None, training_data_paths=None):
        self.paths = (config_file, domain_path, training_data_paths)

    def get_config(self):
        return {"language": "en"}

    def get_config_file_for_auto_config(self):
        return self.paths[0]

    def get_domain(self):
        return Domain(DOMAIN)

    def get_stories(self, exclusion_percentage=None):
        # Without waiting, as the file importer of Rasa asks for its domain.
        assert self.get_domain().as_dict()["intents"]
        return StoryGraph([STORY])

    def get_conversation_tests(self):
        return StoryGraph([])

    def get_nlu_data(self, language="en"):
        return TrainingData(EXAMPLES)
"""

_WRITER = """
import json


class YAMLStoryWriter:
    def dumps(self, story_steps, is_appendable=False, is_test_story=False):
        return json.dumps({"version": "3.1", "stories": story_steps})
"""

LITTLE_RASA: Mapping[str, str] = {
    "rasa/__init__.py": "",
    "rasa/values.py": _VALUES,
    "rasa/shared/__init__.py": "",
    "rasa/shared/data.py": "class TrainingType:\n    BOTH = 'both'\n",
    "rasa/shared/importers/__init__.py": "",
    "rasa/shared/importers/importer.py": _INTERFACE,
    "rasa/shared/importers/rasa.py": _FILES,
    "rasa/shared/core/__init__.py": "",
    "rasa/shared/core/training_data/__init__.py": "",
    "rasa/shared/core/training_data/story_writer/__init__.py": "",
    "rasa/shared/core/training_data/story_writer/yaml_story_writer.py": _WRITER,
}
