"""The passage says how the team differed, not only what won."""

from __future__ import annotations

from typing import Any

import pytest

from rooms.passage import passage_in, passage_of, with_passage

NAMES = ("Ben", "Bea", "Bob")


def isolated(text: str) -> str:
    return f"\u2068{text}\u2069"


def document(
    *rounds: str, chosen: str = "A", author: int = 1, names: tuple[str, ...] = NAMES, bots: tuple[int, ...] = ()
) -> Any:
    """One decision for each of `rounds`: "AAB" for one round, "AAB AAA" for two; a letter for each member."""
    members = [
        {"place": place, "name": name, "left_early": False, **({"is_bot": True} if place in bots else {})}
        for place, name in enumerate(names, start=1)
    ]
    return {
        "members": members,
        "decisions": [_decision(n, votes, chosen, author) for n, votes in enumerate(rounds, start=1)],
    }


def _decision(number: int, votes: str, chosen: str, author: int) -> Any:
    rounds = votes.split()
    last = rounds[-1]
    tally = {key: last.count(key) for key in "ABC"}
    shifts = [
        {"place": place, "from": before, "to": after}
        for place, (before, after) in enumerate(zip(rounds[0], last, strict=True), start=1)
        if before != after
    ]
    return {
        "title": f"Step {number}",
        "rounds": [{"tally": {key: each.count(key) for key in "ABC"}} for each in rounds],
        "shifts": shifts,
        "commit": {
            "option": chosen,
            "author": author,
            "tally": tally,
            "dissent": [place for place, key in enumerate(last, start=1) if key != chosen],
        },
    }


def step(number: int) -> str:
    return f"“{isolated(f'Step {number}')}”"


BEN, BEA, BOB = (isolated(name) for name in NAMES)


class TestOfOneMind:
    def test_from_the_first_vote(self):
        assert passage_of(document("AAA")) == (
            "Three people made one decision. They were of one mind from the first vote: nobody voted for anything else."
        )

    def test_each_time(self):
        assert "of one mind each time from the first vote" in passage_of(document("AAA", "AAA"))

    def test_only_in_the_end_and_it_says_where_they_had_differed(self):
        assert passage_of(document("AAB AAA", "AAA")) == (
            "Three people made two decisions. "
            f"In the end they were of one mind each time, though the first votes on {step(1)} were split. "
            f"After talking, {BOB} moved from B to A over {step(1)}."
        )

    def test_one_vote_is_not_called_agreement(self):
        assert "not everything had more than one vote" in passage_of(document("A", names=("Ben",)))


class TestSplit:
    @pytest.mark.parametrize(
        ("rounds", "sentence"),
        [
            (["AAB"], f"They were split over {step(1)}, two to one."),
            (["AAA", "ABC"], f"They were split over {step(2)}, one, one and one, and of one mind on the rest."),
            (["AAA", "AAB", "ABA"], "They were of one mind on one and split on two. Each time it was two to one."),
            (["AAB", "ABA"], "They were split on two. Each time it was two to one."),
            (["AAAB", "AABB"], f"It was closest over {step(2)}, two to two."),
        ],
    )
    def test_it_says_where_and_how_close(self, rounds, sentence):
        names = ("Ben", "Bea", "Bob", "Cat")[: len(rounds[0])]
        assert sentence in passage_of(document(*rounds, names=names))

    def test_it_says_when_the_fewer_prevailed(self):
        assert "two to one, and the fewer prevailed." in passage_of(document("BBA"))

    def test_it_says_when_nobody_had_voted_for_what_was_chosen(self):
        assert "where all three had voted for something else." in passage_of(document("BBB"))
        assert "where nobody chose it." in passage_of(document("BBC"))


class TestWhoDissented:
    def test_by_name_and_with_what_share(self):
        assert passage_of(document("AAB")).endswith(f" {BOB} dissented once: one vote of three for something else.")

    def test_the_most_frequent_first(self):
        said = passage_of(document("AAB", "AAB", "ABA"))
        assert said.endswith(f"{BOB} dissented twice and {BEA} once: three votes of nine for something else.")

    def test_those_who_dissented_equally_often_are_named_together(self):
        said = passage_of(document("ABC", "ACB"))
        assert said.endswith(f"{BEA} and {BOB} dissented twice each: four votes of six for something else.")

    def test_a_practice_bot_is_marked(self):
        assert f"{BOB} (practice bot) dissented once" in passage_of(document("AAB", bots=(3,)))


class TestWhoCommittedAgainstTheirOwnVote:
    def test_is_said(self):
        said = passage_of(document("AAA", "AAB", author=3))
        assert said.endswith(
            f"{BOB} dissented once: one vote of six for something else. "
            f"{BOB} made the commit over {step(2)}, against their own vote."
        )

    def test_several_times(self):
        said = passage_of(document("AAB", "AAB", author=3))
        assert said.endswith(f" {BOB} made the commit twice, against their own vote.")

    def test_a_bot_that_did_is_marked(self):
        said = passage_of(document("AAB", author=3, bots=(3,)))
        assert said.endswith(f" {BOB} (practice bot) made the commit over {step(1)}, against their own vote.")

    def test_who_committed_to_what_they_had_voted_for_is_not_mentioned(self):
        assert "against" not in passage_of(document("AAB", author=1))


class TestKept:
    def test_the_document_keeps_its_passage_and_is_told_anew_when_names_change(self):
        kept = with_passage(document("AAB"))
        assert passage_in(kept) == passage_of(document("AAB"))
        renamed = document("AAB", names=("Ben", "Bea", "Rob"))
        assert passage_in(with_passage({**kept, "members": renamed["members"]})) == passage_of(renamed)

    def test_what_is_kept_is_shown_as_it_is_and_an_older_map_is_told_now(self):
        assert passage_in({**document("AAB"), "passage": "As it was."}) == "As it was."
        assert passage_in(document("AAB")) == passage_of(document("AAB"))


class TestWhoMoved:
    def test_one_person_with_where_from_and_where_to(self):
        assert f"After talking, {BEA} moved from B to A over {step(1)}." in passage_of(document("ABB AAB"))

    def test_several(self):
        said = passage_of(document("ABB AAA", "AAB AAA"))
        assert f"After talking, three votes moved: {BOB} twice and {BEA} once." in said

    def test_a_second_vote_that_changed_nothing(self):
        assert "They voted a second time, and nobody changed their mind." in passage_of(document("AAB AAB"))

    def test_no_second_vote_is_not_mentioned(self):
        assert "second" not in passage_of(document("AAB"))


def test_a_name_cannot_turn_the_sentence_around():
    said = passage_of(document("AAB", names=("Ben", "Bea", "\u202eBob\u2069 \u2067x")))
    assert f"{isolated('Bob x')} dissented once" in said
