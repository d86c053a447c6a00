"""The quests that come with EchoRoom."""

from pathlib import Path

from rooms.quest_files.spec import QuestSpec
from rooms.quest_files.yaml_files import read_yaml

DEMO_DIR = Path(__file__).resolve().parent.parent / "demo"


def demo_quests() -> tuple[QuestSpec, ...]:
    """The decision rooms."""
    return tuple(read_yaml(path) for path in sorted(DEMO_DIR.glob("*.yaml")))


def demo_forms() -> tuple[QuestSpec, ...]:
    """The form and the survey."""
    return tuple(read_yaml(path) for path in sorted(DEMO_DIR.glob("forms/*.yaml")))
