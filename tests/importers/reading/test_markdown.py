import pytest

from tenprint.importers.reading import markdown_data

NLU = "## intent:greet\n- hi\n"
STORY = "## happy path\n* greet\n  - utter_greet\n"


@pytest.mark.parametrize(
    ("text", "word", "command", "place"),
    [
        (NLU, "NLU examples", "nlu", (1, 1)),
        ("# Title\n\n  ## synonym: New York\n- NYC\n", "NLU examples", "nlu", (3, 3)),
        ("##regex:zip\n- [0-9]{5}\n", "NLU examples", "nlu", (1, 1)),
        ("## lookup:city\ncities.txt\n", "NLU examples", "nlu", (1, 1)),
        (STORY, "stories", "core", (2, 1)),
        ('## s\n* inform{"city": "Rio"} OR greet\n - slot{"city": "Rio"}\n', "stories", "core", (2, 1)),
        ("## s\n> check\n* greet: hello [there](place)\n  - action_look\n", "stories", "core", (3, 1)),
        (">> rule\n* greet\n  - city_form\n", "stories", "core", (2, 1)),
        ('## s\n* greet\n  - form{"name": "city_form"}\n', "stories", "core", (2, 1)),
        ("## ask\n* faq/ask\n- Ask me anything\n", "responses", "nlg", (2, 1)),
        ("```\nsome code\n```\n" + NLU, "NLU examples", "nlu", (4, 1)),
    ],
)
def test_training_data_are_found(text: str, word: str, command: str, place: tuple[int, int]) -> None:
    assert markdown_data(text) == (word, command, place)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "# Title\n\nSome words.\n",
        "## How to write data\n\nWrite an intent: one line each.\n",
        "## Folders\n* data\n  - the examples\n* domain\n  - what exists\n",
        "## Files\n* data/nlu\n- more text\n\nAnd prose.\n",
        "Data look like this:\n\n```\n" + NLU + STORY + "```\n",
        "~~~\n" + NLU,
        "intent:greet\n- hi\n",
        "### intent:greet\n",
        "* greet\n* bye\n",
    ],
)
def test_prose_is_none(text: str) -> None:
    assert markdown_data(text) is None
