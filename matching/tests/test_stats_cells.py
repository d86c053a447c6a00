"""What is shown of a private category, and that nobody can compute what is not."""

from __future__ import annotations

from collections import defaultdict
from itertools import combinations, product
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matching.stats.cells import SMALLEST, Cell, Distribution, guarded, spread
from matching.stats.looks import next_look

KEYS = ("women", "men", "non-binary", "not stated")


def shown(**counts: int) -> Distribution:
    return guarded({key.replace("_", " "): count for key, count in counts.items()})


def test_large_cells_are_shown():
    assert shown(women=7, men=5) == Distribution(12, (Cell("women", 7), Cell("men", 5)))


def test_a_cell_under_five_is_hidden_and_the_next_smallest_with_it():
    assert shown(women=3, men=20, not_stated=9) == Distribution(
        32, (Cell("women", None), Cell("men", 20), Cell("not stated", None)), together=12
    )


def test_two_small_cells_are_not_told_by_their_sum():
    """Four and four would be the only way to eight."""
    assert [cell.count for cell in shown(women=4, non_binary=4, men=30).cells] == []


def test_a_group_that_is_hidden_whole_does_not_even_list_its_categories():
    assert shown(women=3) == Distribution(3, (), together=3)


def test_a_category_without_people_is_not_listed():
    assert shown(women=8, men=0).cells == (Cell("women", 8),)


def test_whoever_knows_the_rule_and_the_total_cannot_compute_a_hidden_cell():
    """Every spread of up to 26 people over four categories: of each answer, what could a hidden small cell hold?"""
    possible: defaultdict[Distribution, list[tuple[int, ...]]] = defaultdict(list)
    for counts in product(range(15), repeat=4):
        if sum(counts) <= 26:
            possible[guarded(dict(zip(KEYS, counts, strict=True)))].append(counts)
    for answer, worlds in possible.items():
        if answer.people < SMALLEST:
            continue
        hidden = {cell.key for cell in answer.cells if cell.count is None}
        for key in hidden or ({*KEYS} if not answer.cells else set()):
            values = {world[KEYS.index(key)] for world in worlds}
            assert len(values) >= 3, (answer, key, values)


def test_who_speaks_several_languages_is_counted_in_each():
    told = spread([["English", "German"], ["English"], ["English", "English"]])
    assert told == Distribution(3, (Cell("English", 3), Cell("German", 1)))


def test_one_person_more_changes_nothing_that_is_shown():
    before = next_look(None, dict.fromkeys(range(8), "woman"), now=1.0)
    assert next_look(before, {**dict.fromkeys(range(8), "woman"), 8: "man"}, now=2.0) is before


def test_one_who_comes_while_four_go_changes_nothing_either():
    """Twelve men and six women, and then eight and seven: who came would be a woman."""
    men, women = dict.fromkeys(range(12), "man"), dict.fromkeys(range(12, 18), "woman")
    before = next_look(None, {**men, **women}, now=1.0)
    four_less = dict.fromkeys(range(4, 12), "man")
    assert next_look(before, {**four_less, **women, 18: "woman"}, now=2.0) is before


def test_who_states_something_else_is_not_told_by_it():
    before = next_look(None, dict.fromkeys(range(8), "woman"), now=1.0)
    assert next_look(before, {**dict.fromkeys(range(8), "woman"), 0: "man"}, now=2.0) is before


def test_five_who_come_of_whom_four_go_again_tell_nothing_about_the_fifth():
    first = next_look(None, dict.fromkeys(range(12), "man"), now=1.0)
    second = next_look(first, dict.fromkeys(range(17), "man"), now=2.0)
    assert second.at == 2.0
    # Five of the second have gone; of the first one has, and one has come.
    left = dict.fromkeys([*range(1, 12), 16], "man")
    assert next_look(second, left, now=3.0) is second


@pytest.mark.parametrize("people", [range(13), range(3), range(5, 13), range(20, 30)])
def test_five_people_who_come_or_go_are_seen(people):
    before = next_look(None, dict.fromkeys(range(8), "woman"), now=1.0)
    after = next_look(before, dict.fromkeys(people, "man"), now=2.0)
    assert (after.at, after.counts) == (2.0, {"man": len(people)})


# How many come, and which share of those who wait goes.
STEPS = st.lists(st.tuples(st.integers(0, 9), st.sampled_from([0.0, 0.1, 0.3, 0.6])), min_size=1, max_size=15)


@given(start=st.integers(0, 20), steps=STEPS, random=st.randoms(use_true_random=False))
def test_however_people_come_and_go_no_two_looks_differ_by_one_to_four(start: int, steps, random: Random):
    waiting, newest = set(range(start)), start
    look = next_look(None, dict.fromkeys(waiting, ""), now=0.0)
    looks = [look.people]
    for coming, share in steps:
        waiting -= {person for person in sorted(waiting) if random.random() < share}
        waiting |= set(range(newest, newest + coming))
        newest += coming
        look = next_look(look, dict.fromkeys(waiting, ""), now=0.0)
        looks.append(look.people)
    for one, other in combinations(looks, 2):
        if one & other:
            assert len(other - one) not in range(1, SMALLEST), (one, other)
            assert len(one - other) not in range(1, SMALLEST), (one, other)
