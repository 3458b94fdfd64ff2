"""A small program that trains like another framework's: it reads an exported project and leaves an archive."""

import json
import sys
from collections.abc import Mapping
from pathlib import Path

MAKER = """
import io, json, os, pathlib, sys, tarfile

def archive(path, members):
    with tarfile.open(path, "w:gz") as tar:
        for name, content in members.items():
            member = tarfile.TarInfo(name)
            member.size = len(content)
            tar.addfile(member, io.BytesIO(content))

def rasa_3(path):
    config = pathlib.Path("config.yml").read_bytes()
    metadata = json.dumps({"model_id": "0123", "rasa_open_source_version": "3.6.21"}).encode()
    archive(path, {"metadata.json": metadata, "components/train_Policy0/policy.json": config})

def rasa_2(path):
    domain = pathlib.Path("domain.yml").read_bytes()
    archive(path, {"fingerprint.json": b"{}", "core/domain.yml": domain, "core/0.json": b"{}", "nlu/0.json": b"{}"})

out, name = pathlib.Path(sys.argv[1]), sys.argv[2]
"""
"""What all scripts begin with; they are called with the folder and the name for the archive."""

RASA_3 = """
with open(os.environ["TENPRINT_PROJECT"] + "/counter", "a") as counter:
    counter.write("x")
print("training", name)
rasa_3(out / f"{name}.tar.gz")
"""
"""A well-behaved one, which counts its runs in the project."""

RASA_2 = RASA_3.replace("rasa_3(", "rasa_2(")


def script(folder: Path, body: str = RASA_3, *, name: str = "maker.py") -> tuple[str, ...]:
    """Write a script and return the command that runs it."""
    path = folder / name
    path.write_text(MAKER + body, encoding="utf-8")
    return (sys.executable, str(path), "{out}", "{name}")


def settings(words: tuple[str, ...], **more: object) -> Mapping[str, str]:
    """File of settings that make a command the trainer; JSON is YAML."""

    return {"tenprint.yml": json.dumps({"trainer": {"name": "command", "command": list(words), **more}}) + "\n"}


def runs(project: Path) -> int:
    """How often the command has run."""
    counter = project / "counter"
    return len(counter.read_text(encoding="utf-8")) if counter.exists() else 0
