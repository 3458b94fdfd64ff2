"""A small project with a pipeline of many components, and one whose dialogues hold literal words, as texts of files."""

CONFIG = """\
language: en
assistant_id: tables
pipeline:
- name: WhitespaceTokenizer
- name: RegexFeaturizer
- name: CountVectorsFeaturizer
- name: CountVectorsFeaturizer
  analyzer: char_wb
  min_ngram: 1
  max_ngram: 3
- name: LogisticRegressionClassifier
- name: RegexEntityExtractor
- name: EntitySynonymMapper
- name: FallbackClassifier
  threshold: 0.2
policies:
- name: MemoizationPolicy
  max_history: 4
- name: RulePolicy
"""

DOMAIN = """\
version: "3.1"
intents: [greet, book, faq]
entities: [cuisine]
slots:
  cuisine:
    type: text
    mappings:
    - {type: from_entity, entity: cuisine}
actions: [action_look]
responses:
  utter_greet:
  - text: Hello!
  utter_done:
  - text: Done.
  utter_faq/hours:
  - text: From nine to five.
session_config:
  session_expiration_time: 60
"""

NLU = """\
version: "3.1"
nlu:
- intent: greet
  examples: |
    - hello there
    - good morning
    - hey you
- intent: book
  examples: |
    - a table please
    - [italian](cuisine) food tonight
    - a place for [thai](cuisine) food
- intent: faq/hours
  examples: |
    - when do you open
    - what are your hours
- synonym: italian
  examples: |
    - italiano
- regex: number
  examples: |
    - \\d+
- lookup: cuisine
  examples: |
    - french
"""

STORIES = """\
version: "3.1"
stories:
- story: booking
  steps:
  - intent: greet
  - action: utter_greet
  - intent: book
  - action: action_look
- story: asking
  steps:
  - intent: faq
  - action: utter_faq
"""

RULES = """\
version: "3.1"
rules:
- rule: greeting
  steps:
  - intent: greet
  - action: utter_greet
"""

FILES = {
    "config.yml": CONFIG,
    "domain.yml": DOMAIN,
    "data/nlu.yml": NLU,
    "data/stories.yml": STORIES,
    "data/rules.yml": RULES,
}

LITERAL_FILES = {
    **FILES,
    "data/stories.yml": STORIES
    + """\
- story: in words
  steps:
  - user: hey you
  - action: utter_greet
""",
}
