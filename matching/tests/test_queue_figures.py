"""The figures of an event's queues as the tables have them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from itertools import combinations
from uuid import uuid4

import pytest
import time_machine
from django.db import transaction
from django.utils import timezone

from echoroom.events.models import Participant
from matching.models import Queue, Ticket
from matching.selectors.looks import looks_at
from matching.selectors.queue_figures import QueueFigures, group_in_words, queue_figures
from matching.stats.cells import Cell
from matching.stats.health import Status
from matching.stats.looks import is_apart
from matching.tests.factories import make_ticket
from rooms.models import Quest
from rooms.services.quests import set_quest_open
from rooms.tests.factories import make_people, make_quest
from rooms.tests.questions import make_form
from tests.cast import Cast
from tests.queries import keeps_its_promise, statements_of

WOMAN, MAN = Participant.GenderCategory.WOMAN, Participant.GenderCategory.MAN


def queue_of(cast: Cast) -> QueueFigures:
    (found,) = queue_figures(event=cast.event, quest_id=cast.quest.pk)
    return found


def wait(cast: Cast, number: int, *, quest: Quest | None = None, **profile: object) -> list[Ticket]:
    """So many people with this profile, in the queue."""
    people = make_people(cast.event, number)
    Participant.objects.filter(pk__in=[person.pk for person in people]).update(**profile)
    with transaction.atomic():
        return [make_ticket(quest or cast.quest, person) for person in people]


def cells(distribution) -> dict[str, int | None]:
    return {cell.key: cell.count for cell in distribution.cells}


def test_a_queue_that_nobody_has_joined_is_quiet(cast: Cast):
    queue = queue_of(cast)
    assert (queue.figures.waiting, queue.figures.health.status, queue.version) == (0, Status.QUIET, 0)
    assert (queue.gender.distribution, queue.country.cells, queue.figures.success.share) == (None, (), None)


def test_who_waits_is_told_by_country_language_and_skill(cast: Cast):
    wait(cast, 2, country="PT", languages=["pt", "en"], skill="expert")
    wait(cast, 1, country="DE", languages=["en"])
    queue = queue_of(cast)
    assert cells(queue.country) == {"Portugal": 2, "Germany": 1}
    assert cells(queue.language) == {"English": 3, "Portuguese": 2}
    assert cells(queue.skill) == {"A lot of practice": 2, "Not stated": 1}


def test_a_country_that_somebody_keeps_to_themselves_stands_nowhere(cast: Cast):
    wait(cast, 6, country="PT", shows_country=False)
    assert cells(queue_of(cast).country) == {"Not stated": 6}


def test_gender_is_told_from_five_people_on_and_small_cells_are_not(cast: Cast):
    wait(cast, 4, gender_category=WOMAN)
    assert queue_of(cast).gender.distribution is None
    wait(cast, 5, gender_category=MAN)
    told = queue_of(cast).gender.distribution
    assert told is not None
    # Four are too few, and nine less five would be four.
    assert (told.cells, told.together) == ((), 9)
    wait(cast, 5, gender_category=WOMAN)
    told = queue_of(cast).gender.distribution
    assert told is not None
    assert told.cells == (Cell("Women", 9), Cell("Men", 5))


def test_two_looks_do_not_differ_by_one_person(cast: Cast):
    wait(cast, 8, gender_category=WOMAN)
    before = queue_of(cast)
    wait(cast, 1, gender_category=WOMAN)
    after = queue_of(cast)
    assert (after.figures.waiting, after.gender) == (9, before.gender)


class Meanwhile(dict[int, str]):
    """Somebody else asks while these people are looked at."""

    def __init__(self, people: Mapping[int, str], ask: Callable[[], object]) -> None:
        super().__init__(people)
        self.ask = ask

    def values(self):
        ask, self.ask = self.ask, lambda: None
        ask()
        return super().values()


@pytest.mark.parametrize("there_before", [0, 6])
def test_two_who_look_at_once_are_not_shown_two_looks_one_person_apart(there_before: int):
    quest = uuid4()
    seen: list[frozenset[int]] = []

    def look(people: Mapping[int, str]) -> None:
        found = looks_at({quest: people}, now=1.0)[quest]
        if found:
            seen.append(found.people)

    def women(number: int) -> dict[int, str]:
        return dict.fromkeys(range(number), WOMAN)

    if there_before:
        look(women(there_before))
    look(Meanwhile(women(20), lambda: look(women(21))))
    assert all(is_apart(*pair) for pair in combinations(set(seen), 2)), seen
    look(women(30))
    assert len(seen[-1]) == 30


def test_a_look_begins_with_five_people(cast: Cast):
    wait(cast, 1, gender_category=WOMAN)
    queue_of(cast)
    wait(cast, 4, gender_category=WOMAN)
    told = queue_of(cast).gender.distribution
    assert told is not None
    assert told.cells == (Cell("Women", 5),)


def test_nobody_is_counted_by_how_they_describe_themselves(cast: Cast):
    wait(cast, 6, gender="agender", gender_category="")
    told = queue_of(cast).gender.distribution
    assert told is not None
    assert told.cells == (Cell("Not stated", 6),)
    assert "agender" not in repr(queue_of(cast))


def test_practice_counts_nowhere(cast: Cast):
    wait(cast, 2)
    bot = make_people(cast.event, 1)[0]
    Participant.objects.filter(pk=bot.pk).update(is_bot=True)
    with transaction.atomic():
        make_ticket(cast.quest, bot)
    assert queue_of(cast).figures.waiting == 2


def test_who_went_to_practice_is_neither_matched_nor_lost(cast: Cast):
    from matching.models import PracticeRoom

    room = cast.room(started=False)
    PracticeRoom.objects.create(room=room, asked_by=cast.ben)
    (ticket,) = wait(cast, 1)
    Ticket.objects.filter(pk=ticket.pk).update(state="matched", ended_at=timezone.now(), room=room)
    success = queue_of(cast).figures.success
    assert (success.ended, success.share) == (0, None)


def test_what_has_ended_is_told_by_how(cast: Cast, clock: time_machine.Traveller):
    tickets = wait(cast, 4)
    room = cast.room(started=False)
    clock.shift(20)
    ends = ["matched", "matched", "left", "expired"]
    for ticket, state in zip(tickets, ends, strict=True):
        where = {"room": room} if state == "matched" else {}
        Ticket.objects.filter(pk=ticket.pk).update(state=state, ended_at=timezone.now(), **where)
    clock.shift(30)
    figures = queue_of(cast).figures
    assert (figures.success.matched, figures.success.left, figures.success.expired) == (2, 1, 1)
    assert (figures.success.share, figures.rate.per_minute, figures.rate.teams) == (0.5, 0.2, 1)
    assert (figures.all_waits.average, figures.all_waits.p50) == (20, 20)


def test_an_erased_person_still_counts_in_what_has_ended(cast: Cast):
    (ticket,) = wait(cast, 1)
    Ticket.objects.filter(pk=ticket.pk).update(state="left", ended_at=timezone.now(), participant=None)
    assert queue_of(cast).figures.success.left == 1


def test_health_looks_at_the_quests_own_promise(cast: Cast, clock: time_machine.Traveller):
    wait(cast, 2)
    clock.shift(80)
    assert queue_of(cast).figures.health.status is Status.GOOD
    clock.shift(20)
    assert queue_of(cast).figures.health.status is Status.ALARM
    Ticket.objects.update(why="language")
    assert queue_of(cast).figures.health.status is Status.WATCH


def test_a_held_and_a_closed_queue_say_so(cast: Cast):
    wait(cast, 1)
    Queue.objects.filter(quest=cast.quest).update(held_at=timezone.now())
    assert queue_of(cast).figures.health.status is Status.HELD
    set_quest_open(by=cast.ada, quest_id=cast.quest.pk, is_open=False)
    assert queue_of(cast).figures.health.status is Status.CLOSED


def test_the_busiest_queue_comes_first_and_forms_have_none(cast: Cast):
    make_form(cast.event)
    other = make_quest(event=cast.event, slug="other", title="Another")
    wait(cast, 2, quest=other)
    assert [queue.title for queue in queue_figures(event=cast.event)] == ["Another", "The bridge"]


def test_any_number_of_queues_and_people_takes_three_queries(cast: Cast):
    for number in range(4):
        wait(cast, 3, quest=make_quest(event=cast.event, slug=f"quest-{number}"))
    keeps_its_promise("the figures of an event", 3, lambda: queue_figures(event=cast.event))
    assert len(statements_of(lambda: queue_figures(event=cast.event, quest_id=cast.quest.pk))) == 3


@pytest.mark.parametrize(
    ("group", "words"),
    [
        ("", "any language"),
        ("any.2", "any language, party of 2"),
        ("de+en", "English or German"),
        ("fi.3", "Finnish, party of 3"),
    ],
)
def test_a_group_is_named_in_words(group, words):
    assert group_in_words(group) == words
