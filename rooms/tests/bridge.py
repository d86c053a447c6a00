"""The quest file that the tests of quest files damage."""

import pytest

from rooms.quest_files import QuestFileInvalid, parse_yaml

BRIDGE = """\
format: echoroom-quest/1
slug: the-bridge
title: The bridge
region: Waterside
summary: A sensor on a bridge says one thing and an engineer another.
team: {min: 2, size: 3, max: 4}
decisions:
  - title: Tonight
    question: Do you close the bridge tonight?
    options:
      - title: Close it
        description: Nobody crosses until the morning.
        impact: Nobody can fall.
        trade_off: The hospital is on the other side.
        risks:
          - An ambulance comes late.
      - title: Leave it open
        description: Traffic goes on as on every evening.
"""


def problems(text: str) -> list[str]:
    with pytest.raises(QuestFileInvalid) as caught:
        parse_yaml(text, filename="bridge.yaml")
    return str(caught.value).splitlines()


def bridge_with(old: str, new: str) -> str:
    assert BRIDGE.count(old) == 1
    return BRIDGE.replace(old, new)
