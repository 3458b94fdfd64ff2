"""Stock `rasa train` trains a bot on what tenprint reads: files of the project, and a git repository."""

import subprocess
import tarfile
from pathlib import Path

import pytest
from tests.rasa.conftest import CONFIG, Programs, ProjectWriter

pytestmark = [pytest.mark.rasa, pytest.mark.timeout(900)]

BOT = {
    "config.yml": f"{CONFIG}importers:\n- name: tenprint.plugins.rasa.TenprintImporter\n",
    "domain.yml": 'version: "3.1"\nintents: [greet, bye]\n'
    "responses:\n  utter_greet: [{text: hello}]\n  utter_bye: [{text: so long}]\n",
    "data/nlu.yml": 'version: "3.1"\nnlu:\n- intent: greet\n  examples: |\n    - hello\n    - hi\n    - good morning\n',
    "data/rules.yml": 'version: "3.1"\nrules:\n'
    "- rule: greet\n  steps: [{intent: greet}, {action: utter_greet}]\n"
    "- rule: bye\n  steps: [{intent: bye}, {action: utter_bye}]\n",
}
PHRASES = 'version: "3.1"\nnlu:\n- intent: bye\n  examples: |\n    - bye\n    - farewell\n    - good night\n'


@pytest.fixture
def phrases(tmp_path: Path) -> Path:
    """Return a git repository with the phrases of one intent."""
    folder = tmp_path / "phrases"
    folder.mkdir()
    (folder / "nlu.yml").write_text(PHRASES)
    author = ("-c", "user.name=Ada", "-c", "user.email=ada@example.org")
    for command in (("init", "--quiet"), ("add", "."), (*author, "commit", "--quiet", "-m", "phrases")):
        subprocess.run(["git", *command], cwd=folder, check=True, capture_output=True)
    return folder


def test_rasa_trains_on_the_sources_of_tenprint(program: Programs, write_project: ProjectWriter, phrases: Path) -> None:
    sources = f"importers:\n- name: file\n- name: git\n  url: file://{phrases}\n  allow_file: true\n"
    project = write_project({**BOT, "tenprint.yml": sources})

    trained = program(project, "rasa", "train", "--fixed-model-name", "bot")
    print(trained)  # noqa: T201 - what a reader of the output of `tox -e rasa -- -s` wants to see

    assert "Your Rasa model is trained and saved at" in trained
    with tarfile.open(project / "models/bot.tar.gz") as archive:
        names = archive.getnames()
    assert any("RulePolicy" in name for name in names)
    assert any("LogisticRegressionClassifier" in name for name in names)

    # What only the repository says has been learnt.
    said = (
        "import asyncio\nfrom rasa.core.agent import Agent\n"
        "agent = Agent.load('models/bot.tar.gz')\n"
        "answer = asyncio.run(agent.parse_message('good night'))\n"
        "print('heard', answer['intent']['name'])\n"
    )
    assert "heard bye" in program(project, "python", "-c", said)


def test_rasa_tells_what_tenprint_finds_wrong(program: Programs, write_project: ProjectWriter) -> None:
    project = write_project({**BOT, "tenprint.yml": "importers: [{name: file}]\n", "data/more.yml": "nlu: 3\n"})
    printed = program(project, "rasa", "train", code=1)
    assert "data/more.yml:1:6" in printed
    assert "Traceback" not in printed
