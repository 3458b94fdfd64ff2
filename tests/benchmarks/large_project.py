"""Write a large project with a fixed seed, for the other benchmarks.

    python tests/benchmarks/large_project.py FOLDER [TIMES]

1,000 files: 100,000 examples of which a little less than half are annotated, 10,000 stories of 2 to 6 turns, 500 rules,
and a domain in 20 files. There are TIMES as many files, examples, stories and rules; the domain stays.
"""

import random
import sys
from collections.abc import Callable
from pathlib import Path

EXAMPLES, STORIES, RULES, INTENTS, ENTITIES, RESPONSES = 100_000, 10_000, 500, 400, 60, 1200
NLU_FILES, STORY_FILES, RULE_FILES, DOMAIN_FILES = 630, 330, 19, 20
WORDS = "please could you show me the next order bill table train ticket for my friend near river today again".split()
VALUES = ["paris", "new york", "m\u00fcnchen", "42", "monday", "\u6771\u4eac", "second class"]

Writer = Callable[[random.Random, range], str]


def example(chance: random.Random) -> str:
    words = [chance.choice(WORDS) for _ in range(chance.randint(4, 9))]
    kind, entity, value = chance.random(), f"entity_{chance.randrange(ENTITIES)}", chance.choice(VALUES)
    if kind < 0.35:
        words.append(f"[{value}]({entity})")
    elif kind < 0.42:
        words.append(f'[{value}]{{"entity": "{entity}", "value": "{chance.choice(VALUES)}"}}')
    elif kind < 0.45:
        words.append(f'[{value}]{{"entity": "{entity}", "role": "from"}}')
    return " ".join([*words, str(chance.randrange(10_000))])


def nlu(chance: random.Random, numbers: range) -> str:
    lines = ["nlu:"]
    for start in range(numbers.start, numbers.stop, 40):
        lines += [f"- intent: intent_{start // 40 % INTENTS}", "  examples: |"]
        lines += [f"    - {example(chance)}" for _ in range(start, min(start + 40, numbers.stop))]
    return "\n".join(lines)


def turn(chance: random.Random) -> list[str]:
    lines = [f"  - intent: intent_{chance.randrange(INTENTS)}"]
    if chance.random() < 0.25:
        lines += ["    entities:", f"    - entity_{chance.randrange(ENTITIES)}: {chance.choice(VALUES[:3])}"]
    if chance.random() < 0.2:
        entity = chance.randrange(ENTITIES)
        lines += ["  - action: action_look", "  - slot_was_set:", f"    - entity_{entity}: {chance.choice(VALUES[:3])}"]
    return [*lines, f"  - action: utter_{chance.randrange(RESPONSES)}"]


def stories(chance: random.Random, numbers: range) -> str:
    lines = ["stories:"]
    for number in numbers:
        lines += [f"- story: path {number}", "  steps:"]
        lines += [line for _ in range(chance.randint(2, 6)) for line in turn(chance)]
    return "\n".join(lines)


def rules(chance: random.Random, numbers: range) -> str:
    lines = ["rules:"]
    for number in numbers:
        intent, answer = number % INTENTS, chance.randrange(RESPONSES)
        lines += [f"- rule: rule {number}", "  steps:", f"  - intent: intent_{intent}", f"  - action: utter_{answer}"]
    return "\n".join(lines)


def domain(chance: random.Random, numbers: range) -> str:
    part = numbers.start
    lines = ["intents:", *[f"- intent_{n}" for n in range(part, INTENTS, DOMAIN_FILES)], "entities:"]
    entities = range(part, ENTITIES, DOMAIN_FILES)
    lines += [*[f"- entity_{n}" for n in entities], "slots:"]
    for n in entities:
        lines += [f"  entity_{n}:", "    type: text", "    mappings:"]
        lines += ["    - type: from_entity", f"      entity: entity_{n}"]
    lines.append("responses:")
    for n in range(part, RESPONSES, DOMAIN_FILES):
        lines += [f"  utter_{n}:", f'  - text: "{chance.choice(WORDS)} {chance.choice(WORDS)} {{entity_1}}"']
    return "\n".join([*lines, *(["actions:", "- action_look"] if part == 0 else [])])


def write(folder: Path, count: int, files: int, content: Writer, chance: random.Random) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for file in range(files):
        numbers = range(file * count // files, (file + 1) * count // files)
        (folder / f"part_{file:04}.yml").write_text(content(chance, numbers) + "\n", encoding="utf-8")


def main(target: str, times: int = 1) -> None:
    chance = random.Random(20)
    root = Path(target)
    write(root / "data" / "nlu", EXAMPLES * times, NLU_FILES * times, nlu, chance)
    write(root / "data" / "stories", STORIES * times, STORY_FILES * times, stories, chance)
    write(root / "data" / "rules", RULES * times, RULE_FILES * times, rules, chance)
    write(root / "domain", DOMAIN_FILES, DOMAIN_FILES, domain, chance)
    (root / "config.yml").write_text("language: en\n", encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1], *map(int, sys.argv[2:]))
