from __future__ import annotations

from pathlib import Path

import pytest

from rooms.quest_files import DEMO_DIR, RULES, demo_quests, dump_yaml, parse_yaml


class TestTheQuestsThatComeWithEchoRoom:
    def test_all_four_are_good_files_named_by_their_slugs(self):
        names = sorted(path.stem for path in DEMO_DIR.glob("*.yaml"))

        assert len(names) == 4
        assert [quest.slug for quest in demo_quests()] == names

    def test_they_show_every_rule_both_kinds_of_rounds_and_four_districts(self):
        quests = demo_quests()

        assert {quest.rule for quest in quests} == set(RULES)
        assert {quest.rounds for quest in quests} == {1, 2}
        assert len({quest.region for quest in quests}) == 4

    @pytest.mark.parametrize("quest", demo_quests(), ids=lambda quest: quest.slug)
    def test_each_has_three_decisions_whose_options_all_cost_something(self, quest):
        assert len(quest.decisions) >= 3
        for decision in quest.decisions:
            assert decision.context
            assert 3 <= len(decision.options) <= 4
            for option in decision.options:
                assert option.impact, option.title
                assert option.trade_off, option.title
                assert len(option.risks) >= 2, option.title

    @pytest.mark.parametrize("quest", demo_quests(), ids=lambda quest: quest.slug)
    def test_each_survives_being_exported(self, quest):
        assert parse_yaml(dump_yaml(quest), filename="again.yaml") == quest


def test_the_example_of_the_guide_is_a_good_file():
    guide = (Path(__file__).resolve().parents[2] / "docs/quests.md").read_text(encoding="utf-8")
    example = guide.partition("```yaml\n")[2].partition("```")[0]

    assert parse_yaml(example, filename="quests.md").slug == "the-bridge"
