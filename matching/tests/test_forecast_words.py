"""What people read about their wait, and what nobody can read out of it."""

from __future__ import annotations

from itertools import product

import pytest

from matching.forecast import CannotSay, Forecast, Reason
from matching.forecast.words import Standing, how_long, missing_shown, why_no_number, why_waiting
from matching.former import Why


def standing(why: Why | None, missing: int | None = None, *, held: bool = False, waiting: int = 3) -> Standing:
    return Standing(why, missing, held, waiting)


@pytest.mark.parametrize(
    ("stands", "words"),
    [
        (standing(Why.MORE_PEOPLE, 1), "It takes one more person to make a team."),
        (standing(Why.MORE_PEOPLE, 2), "It takes two more people to make a team."),
        (standing(Why.LANGUAGE, 1), "speaks a language of yours yet. It takes one more person who does."),
        (standing(Why.LANGUAGE, 2), "It takes two more people who do."),
        (standing(None, waiting=1), "You are the only one who waits."),
        (standing(None), "A team is being looked for."),
        (standing(Why.MORE_PEOPLE, 1, held=True), "The organisers hold this queue"),
    ],
)
def test_the_true_reason_in_words(stands: Standing, words: str):
    assert words in why_waiting(stands)


def test_nobody_can_tell_a_mixed_team_that_is_waited_for_from_a_block():
    """One sentence and no number for both, whatever the queue looks like."""
    for missing, held, waiting in product((None, 0, 1, 4), (False, True), (1, 2, 30)):
        softly, never = (standing(why, missing, held=held, waiting=waiting) for why in (Why.TIME, Why.NOBODY_FITS))
        assert why_waiting(softly) == why_waiting(never)
        assert missing_shown(softly) is missing_shown(never) is None


def test_no_sentence_names_a_private_field():
    told = [why_waiting(standing(why, 2)) for why in Why] + [why_no_number(CannotSay(reason)) for reason in Reason]
    for sentence in told:
        assert not {"gender", "woman", "women", "man", "men", "block", "blocked"} & set(sentence.lower().split())


def test_every_reason_has_its_sentence():
    assert len({why_no_number(CannotSay(reason)) for reason in Reason}) == len(Reason)


@pytest.mark.parametrize(
    ("said", "words"),
    [
        (Forecast(20, 50), "Usually about 20 s, nine in ten under 50 s."),
        (Forecast(90, 121), "Usually about 90 s, nine in ten under 3 min."),
    ],
)
def test_a_forecast_in_words(said: Forecast, words: str):
    assert how_long(said) == words
