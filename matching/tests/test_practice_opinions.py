"""What bots say: fits the question, in its own words, each in its own way, and the same each time."""

from __future__ import annotations

import string
from typing import Any

import pytest

from matching.practice.opinions import LONGEST, Opinion, opinion_on, second_opinion_on
from matching.practice.phrases import Temperament
from matching.practice.quoting import cut, first_sentence, said, spoken
from rooms.quest_files import DecisionSpec, OptionSpec, demo_quests
from rooms.quest_files.polis import Statement, Tally, statement_quest_spec

KINDS = list(Temperament)
SEEDS = [f"seed {number}" for number in range(25)]


def shown(decision: DecisionSpec) -> dict[str, Any]:
    """As the API shows it."""
    options = [
        {
            "key": key,
            "title": option.title,
            "description": option.description,
            "impact": option.impact,
            "trade_off": option.trade_off,
            "risks": list(option.risks),
        }
        for key, option in zip(string.ascii_uppercase, decision.options, strict=False)
    ]
    asked = {"title": decision.title, "question": decision.question, "context": decision.context}
    return {"number": 1, **asked, "options": options}


DEMO = [shown(decision) for quest in demo_quests() for decision in quest.decisions]
LEFT, RIGHT = (OptionSpec(title=title, description="") for title in ("Left", "Right"))
BARE = shown(DecisionSpec(title="Step", question="What now?", options=(LEFT, RIGHT)))
STANCES = ("Agree", "Disagree", "Pass")


def statement(text: str = "Trams should be free for everybody.") -> dict[str, Any]:
    return {
        "number": 1,
        "title": text[:60],
        "question": text,
        "context": "",
        "options": [
            {"key": key, "title": title, "description": "As it says.", "impact": "", "trade_off": "", "risks": []}
            for key, title in zip("ABC", STANCES, strict=True)
        ],
    }


def all_opinions(decision: dict[str, Any]) -> list[tuple[Temperament, Opinion]]:
    return [(kind, opinion_on(decision, temperament=kind, seed=seed)) for kind in KINDS for seed in SEEDS]


def is_prose(text: str) -> bool:
    """Begins with a capital, ends like a sentence, leaves no place of a template open and doubles no mark."""
    wrong = ("{", "}", "..", "  ", "“”", " .", ",,", "None", ".,", "”” ")
    return text[0].isupper() and text[-1] in ".…”" and not any(each in text for each in wrong)


@pytest.mark.parametrize("decision", [*DEMO, BARE, statement()], ids=lambda decision: decision["title"][:30])
def test_every_opinion_names_an_option_and_is_one_to_three_sentences_of_prose(decision: dict[str, Any]):
    keys = {option["key"] for option in decision["options"]}
    for kind, opinion in all_opinions(decision):
        assert opinion.option in keys
        assert is_prose(opinion.reason), (kind, opinion.reason)
        assert 10 < len(opinion.reason) <= LONGEST


@pytest.mark.parametrize("decision", DEMO, ids=lambda decision: decision["title"][:30])
def test_opinions_on_the_demo_use_the_quests_own_words(decision: dict[str, Any]):
    for _, opinion in all_opinions(decision):
        option = next(each for each in decision["options"] if each["key"] == opinion.option)
        assert option["title"] in opinion.reason.replace("‘", "“").replace("’", "’")
        said_of_it = [option["impact"], option["trade_off"], first_sentence(option["description"])]
        assert any(words[1:25] in opinion.reason for words in said_of_it), opinion.reason


@pytest.mark.parametrize("decision", DEMO, ids=lambda decision: decision["title"][:30])
def test_bots_differ_in_what_they_choose_and_in_how_they_say_it(decision: dict[str, Any]):
    opinions = all_opinions(decision)
    assert len({opinion.option for _, opinion in opinions}) == len(decision["options"])
    assert len({opinion.reason for _, opinion in opinions}) > 40
    of_one_choice = [{o.reason for kind, o in opinions if kind == each} for each in KINDS]
    assert not set.intersection(*of_one_choice), "no sentence is everybody's"


def test_the_same_seed_says_the_same():
    for decision in DEMO:
        for kind in KINDS:
            once, again = (opinion_on(decision, temperament=kind, seed="x") for _ in range(2))
            assert once == again


def test_a_statement_is_agreed_with_or_not_in_words_of_its_own():
    said_by_option = {opinion.option: opinion.reason for _, opinion in all_opinions(statement())}
    assert said_by_option.keys() == {"A", "B", "C"}
    assert said_by_option["A"].startswith(("I agree", "Yes"))
    assert said_by_option["B"].startswith(("I disagree", "No"))
    assert "Trams should be free" in said_by_option["C"]
    assert not any("option" in reason for reason in said_by_option.values())


def test_the_statements_of_an_imported_deliberation_are_known():
    spec = statement_quest_spec(_Export(), 1, [Statement(1, "Rents rise too fast.", Tally(1, 1, 1), 1, 1)])  # type: ignore[arg-type]
    reasons = {opinion.reason for _, opinion in all_opinions(shown(spec.decisions[0]))}
    assert all(reason.startswith(("I agree", "Yes", "I disagree", "No.", "I pass", "On “")) for reason in reasons)


class _Export:
    topic = "Housing"


def test_a_question_of_400_characters_is_cut_and_not_repeated_in_full():
    long = "Why " + "not indeed " * 40
    for _, opinion in all_opinions(statement(long)):
        assert len(opinion.reason) < 400


def test_a_decision_with_nothing_but_titles_is_answered_too():
    reasons = {opinion.reason for _, opinion in all_opinions(BARE)}
    assert all("“Left”" in reason or "“Right”" in reason for reason in reasons)


class TestTheSecondRound:
    def votes(self, options: str) -> list[dict[str, Any]]:
        return [
            {"seat": seat, "option": key, "justification": "So." * seat} for seat, key in enumerate(options, start=2)
        ]

    def opinions(self, mine: str, others: str, decision: dict[str, Any] = DEMO[0]) -> list[Opinion]:
        votes = self.votes(others)
        return [
            second_opinion_on(decision, temperament=kind, seed=seed, mine=mine, others=votes)
            for kind in KINDS
            for seed in SEEDS
        ]

    def test_a_bot_that_stands_alone_sometimes_moves_to_the_strongest_other_option_and_says_so(self):
        found = self.opinions("A", "BBC")
        assert {opinion.option for opinion in found} == {"A", "B"}
        moved = [opinion.reason for opinion in found if opinion.option == "B"]
        assert 25 < len(moved) < 75
        assert all(DEMO[0]["options"][1]["title"] in reason and " A" in reason for reason in moved)

    def test_a_bot_with_the_majority_stays(self):
        assert {opinion.option for opinion in self.opinions("A", "ABA")} == {"A"}

    def test_a_bot_of_a_team_of_one_mind_stays_and_says_that_they_agree(self):
        found = self.opinions("A", "AA")
        assert {opinion.option for opinion in found} == {"A"}
        assert all("stay" in opinion.reason or "once more" in opinion.reason for opinion in found)

    def test_a_bot_on_its_own_stays(self):
        assert {opinion.option for opinion in self.opinions("C", "")} == {"C"}

    def test_what_it_says_is_prose(self):
        for others in ("BBC", "AA", "BC", ""):
            for decision in (*DEMO[:3], BARE, statement()):
                known = "".join(key for key in others if key in {each["key"] for each in decision["options"]})
                assert all(is_prose(opinion.reason) for opinion in self.opinions("A", known, decision))

    def test_it_repeats_nothing_that_a_person_wrote(self):
        votes = [{"seat": 2, "option": "B", "justification": "A very own sentence of Ben's."}] * 2
        for seed in SEEDS:
            found = second_opinion_on(DEMO[0], temperament=KINDS[0], seed=seed, mine="A", others=votes)
            assert "very own" not in found.reason


class TestQuoting:
    @pytest.mark.parametrize(
        ("text", "expected"),
        [
            ("Nobody falls.", "Because nobody falls."),
            ("It works, and we know it.", "Because it works, and we know it."),
            ("Costs", "For this: “Costs”."),
            ("Burns and scalds.", "For this: “Burns and scalds”."),
            ("It works. It is cheap.", "For this: “It works. It is cheap”."),
            ("They say “never”.", "Because they say “never”."),
            ("Some “words” in quotes", "For this: “Some ‘words’ in quotes”."),
            ("جسر", "For this: “جسر”."),
        ],
    )
    def test_words_become_a_part_of_the_sentence_where_they_can(self, text: str, expected: str):
        assert spoken(text, "Because {text}.", "For this: {text}.", key="A") == expected

    def test_long_text_is_cut_at_a_words_end(self):
        assert cut("one two three", 9) == "one two…"
        assert cut("onetwothree", 5) == "onet…"
        assert len(said("word " * 100)) < 230
