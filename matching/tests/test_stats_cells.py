"""What is shown of a private category, and that nobody can compute what is not."""

from __future__ import annotations

from collections import defaultdict
from itertools import product

import pytest

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


def test_who_goes_while_another_comes_changes_nothing_either():
    before = next_look(None, dict.fromkeys(range(8), "woman"), now=1.0)
    assert next_look(before, dict.fromkeys(range(2, 10), "man"), now=2.0) is before


@pytest.mark.parametrize("people", [range(13), range(3), range(3, 10)])
def test_five_people_who_come_or_go_are_seen(people):
    before = next_look(None, dict.fromkeys(range(8), "woman"), now=1.0)
    after = next_look(before, dict.fromkeys(people, "man"), now=2.0)
    assert (after.at, after.counts) == (2.0, {"man": len(people)})
