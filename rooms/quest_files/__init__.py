"""Quests as files: YAML written by people and exports of Pol.is. Knows nothing of Django or the database."""

from rooms.quest_files.checks import from_dict
from rooms.quest_files.demo import DEMO_DIR, demo_forms, demo_quests
from rooms.quest_files.form_spec import FIELD_TYPES, FORM_KINDS, FieldSpec
from rooms.quest_files.problems import Problem, QuestFileInvalid
from rooms.quest_files.spec import FORMAT, RULES, DecisionSpec, OptionSpec, QuestSpec, option_key, to_dict
from rooms.quest_files.yaml_files import dump_yaml, parse_bytes, parse_yaml, read_yaml

__all__ = [
    "DEMO_DIR",
    "FIELD_TYPES",
    "FORMAT",
    "FORM_KINDS",
    "RULES",
    "DecisionSpec",
    "FieldSpec",
    "OptionSpec",
    "Problem",
    "QuestFileInvalid",
    "QuestSpec",
    "demo_forms",
    "demo_quests",
    "dump_yaml",
    "from_dict",
    "option_key",
    "parse_bytes",
    "parse_yaml",
    "read_yaml",
    "to_dict",
]
