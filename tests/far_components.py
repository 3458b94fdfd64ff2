"""Components for nodes that run in other processes, which must be able to import them: a module in a folder."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module, invalidate_caches
from pathlib import Path
from types import ModuleType

from tests.graph_components import node

from tenprint.fingerprinting.engine import GraphModelConfiguration, GraphSchema, Resource

NAME = "far_components_of_a_test"

SOURCE = '''
"""Components of a test."""

import os
import sys
import time
from pathlib import Path

from tenprint.fingerprinting.engine import GraphComponent, InvalidConfig, Resource
from tenprint.fingerprinting.errors import TrainingError


def pid_after(seconds):
    time.sleep(seconds)
    return os.getpid()


class Worker(GraphComponent):
    RUNS_IN = "process"
    VERSION = "1"

    def __init__(self, config, model_storage, resource, execution_context):
        self.config = config
        self.storage = model_storage
        self.resource = resource
        self.context = execution_context

    @classmethod
    def create(cls, config, model_storage, resource, execution_context):
        return cls(config, model_storage, resource, execution_context)

    def pid(self):
        return os.getpid()

    def add(self, **inputs):
        return sum(inputs.values())

    async def add_async(self, **inputs):
        return self.add(**inputs)

    def probe(self):
        return self.context

    def train(self, **inputs):
        with self.storage.write_to(self.resource) as folder:
            (folder / "below").mkdir()
            (folder / "below" / "numbers.txt").write_text(repr(sorted(inputs.items())) + self.config.get("text", ""))
            (folder / "empty").write_bytes(b"")
        return self.resource

    def read(self, given):
        with self.storage.read_from(given) as folder:
            return (folder / "below" / "numbers.txt").read_text()

    def train_and_fail(self):
        self.train()
        raise ValueError("it is broken")

    def fail_with(self):
        raise {
            "invalid": lambda: InvalidConfig("x must be a number", hint="write 1"),
            "ours": lambda: TrainingError("no examples", hint="write some"),
            "odd": lambda: Odd("a", "b"),
            "exit": lambda: SystemExit(3),
        }[self.config["error"]]()

    def die(self):
        os.kill(os.getpid(), 9)

    def end(self):
        os._exit(5)

    def print(self):
        print("printed by the component")
        os.write(1, b"written by a library\\n")
        return "fine"

    def unpicklable(self):
        return lambda: 1

    def sleep(self):
        Path(self.config["started"]).write_text(str(os.getpid()))
        time.sleep(600)

    def leave_a_child(self):
        import subprocess
        child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
        return child.pid

    def leave_a_thread(self):
        import threading
        threading.Thread(target=time.sleep, args=(600,)).start()
        return "fine"

    def mutate(self, items):
        items.append("more")
        return items


class Anywhere(Worker):
    RUNS_IN = "anywhere"


class Here(Worker):
    RUNS_IN = "here"


class Live(Worker):
    RUNS_IN = "here"
    SHARES_CONFIG = True

    def run(self):
        return None


class Odd(Exception):
    def __init__(self, one, two):
        super().__init__(f"{one} and {two}")


class Learner(GraphComponent):
    """Learns from numbers, and says what it has learnt; its code is what counts."""

    def __init__(self, config, model_storage, resource):
        self.config = config
        self.storage = model_storage
        self.resource = resource

    @classmethod
    def create(cls, config, model_storage, resource, execution_context):
        return cls(config, model_storage, resource)

    def read(self) -> list:
        return [int(line) for line in Path(self.config["file"]).read_text().split()]

    def scale(self, numbers: list) -> list:
        return [scaled(number, self.config["by"]) for number in numbers]

    def learn(self, **inputs: list) -> Resource:
        with self.storage.write_to(self.resource) as folder:
            for name, numbers in sorted(inputs.items()):
                (folder / f"{name}.txt").write_text(" ".join(map(str, numbers)))
        return self.resource

    def tell(self, learnt: Resource, numbers: list) -> dict:
        with self.storage.read_from(learnt) as folder:
            return {path.name: path.read_text() for path in sorted(folder.iterdir())} | {"numbers": numbers}


def scaled(number, by):
    return number * by


class LearnerApart(Learner):
    RUNS_IN = "process"
'''


@contextmanager
def far_components(folder: Path) -> Iterator[ModuleType]:
    """Write the module into a new folder that is on the search path within the block, and import it."""
    folder.mkdir()
    (folder / f"{NAME}.py").write_text(SOURCE, encoding="utf-8")
    sys.path.insert(0, str(folder))
    invalidate_caches()
    try:
        yield import_module(NAME)
    finally:
        sys.path.remove(str(folder))
        sys.modules.pop(NAME, None)


def learning(uses: type, numbers: Path) -> GraphModelConfiguration:
    """Describe a graph that reads numbers, scales them in several ways, and learns from that."""
    nodes = {"read": node(uses, "read", {"file": str(numbers)}, is_input=True)}
    scales = [f"scale{by}" for by in range(4)]
    for by, name in enumerate(scales):
        nodes[name] = node(uses, "scale", {"by": by}, needs={"numbers": "read"})
    # Twice the same execution under two names.
    nodes["again"] = node(uses, "scale", {"by": 3}, needs={"numbers": "read"})
    nodes["nlu/learn"] = node(uses, "learn", needs={name: name for name in scales}, target=True)
    nodes["nlu/other"] = node(uses, "learn", needs={"numbers": "again"}, target=True)
    nodes["tell"] = node(uses, "tell", needs={"learnt": "nlu/learn", "numbers": "again"}, target=True)
    loading = {
        f"load-{name}": node(uses, "tell", eager=True, resource=Resource(f"nlu/{name}")) for name in ("learn", "other")
    }
    return GraphModelConfiguration(GraphSchema(nodes), GraphSchema(loading))
