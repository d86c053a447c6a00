"""What an organiser sets for an event, and what they read of the matcher's decisions."""

from __future__ import annotations

import re

import pytest
from django.db import IntegrityError, transaction
from django.test import Client

from echoroom.audit.models import AuditEntry
from echoroom.events.models import Event
from echoroom.events.tests.console import console_of, said
from matching.errors import EventNotFound, WeightsAllZero, WeightWrong
from matching.former import Weights
from matching.models import MatchedTeam, MatchingWeights, MatchTick, QueueReport, ReportSending
from matching.selectors.weights import weights_in
from matching.services.reporting import set_report
from matching.services.weighing import reset_weights, set_weights
from rooms.models import Room
from tests.cast import Cast

DEFAULTS = dict.fromkeys(MatchingWeights.CRITERIA, "1")
WEIGHTS, REPORTS = "/admin/matching/matchingweights/", "/admin/matching/queuereport/"


@pytest.fixture
def ada(cast: Cast) -> Client:
    return console_of(cast.ada)


def weights_now(cast: Cast) -> Weights:
    return weights_in(Event.objects.get(pk=cast.event.pk))


def test_weights_are_set_changed_and_reset(cast: Cast, ada: Client):
    ada.post(f"{WEIGHTS}add/", {**DEFAULTS, "event": cast.event.pk, "wait": "3"})
    assert weights_now(cast).wait == 3
    ada.post(f"{WEIGHTS}{cast.event.pk}/change/", {**DEFAULTS, "gender": "0"})
    assert weights_now(cast).gender == 0
    ada.post(f"{WEIGHTS}{cast.event.pk}/delete/", {"post": "yes"})
    assert weights_now(cast).gender == 1
    actions = AuditEntry.objects.filter(action__startswith="matching_weights.").order_by("id")
    assert [entry.action.partition(".")[2] for entry in actions] == ["set", "set", "reset"]


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"wait": "-1"}, "From 0 to 100"),
        ({"wait": "101"}, "From 0 to 100"),
        ({"wait": "nan"}, "Enter a number"),
        (dict.fromkeys(DEFAULTS, "0"), "at least one criterion"),
    ],
)
def test_weights_that_are_none_are_refused_in_words(cast: Cast, ada: Client, changes, told):
    page = ada.post(f"{WEIGHTS}add/", {**DEFAULTS, "event": cast.event.pk, **changes})
    assert told in page.content.decode()
    assert not MatchingWeights.objects.exists()


@pytest.mark.parametrize("value", [-0.1, 101.0, float("nan"), float("inf")])
def test_the_service_refuses_a_wrong_weight_by_name(cast: Cast, value: float):
    with pytest.raises(WeightWrong):
        set_weights(by=cast.ada, event_id=cast.event.pk, weights={"wait": value})


def test_the_service_refuses_what_is_no_criterion_and_nothing_at_all(cast: Cast):
    with pytest.raises(WeightWrong):
        set_weights(by=cast.ada, event_id=cast.event.pk, weights={"event_id": 1.0})
    with pytest.raises(WeightsAllZero):
        set_weights(by=cast.ada, event_id=cast.event.pk, weights=dict.fromkeys(MatchingWeights.CRITERIA, 0.0))


def test_a_weight_that_is_not_named_stays(cast: Cast):
    set_weights(by=cast.ada, event_id=cast.event.pk, weights={"wait": 4.0})
    row = set_weights(by=cast.ada, event_id=cast.event.pk, weights={"skill": 2.0})
    assert (row.wait, row.skill) == (4.0, 2.0)


def test_weights_of_anothers_event_are_not_there(cast: Cast):
    set_weights(by=cast.ada, event_id=cast.event.pk, weights={"wait": 4.0})
    with pytest.raises(EventNotFound):
        set_weights(by=cast.otto, event_id=cast.event.pk, weights={"wait": 1.0})
    reset_weights(by=cast.otto, event_id=cast.event.pk)
    assert MatchingWeights.objects.get().wait == 4.0


def test_a_report_is_set_up_and_sent_at_once(cast: Cast, ada: Client):
    asked = {"event": cast.event.pk, "every_minutes": "15", "email": "", "webhook_url": "hooks.example.org/in"}
    ada.post(f"{REPORTS}add/", asked)
    report = QueueReport.objects.get()
    assert (report.webhook_url, report.every_minutes) == ("https://hooks.example.org/in", 15)
    assert report.webhook_secret in ada.get(f"{REPORTS}{report.pk}/change/").content.decode()
    assert "Send a report now?" in ada.get(f"{REPORTS}{report.pk}/send/").content.decode()
    told = said(ada.post(f"{REPORTS}{report.pk}/send/", {"confirmed": "yes"}, follow=True))
    assert told == ["A report is on its way."]
    assert ReportSending.objects.get().way == "webhook"


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"every_minutes": "4"}, "greater than or equal to 5"),
        ({"every_minutes": "1441"}, "less than or equal to 1440"),
        ({"webhook_url": ""}, "Name an e-mail address or a webhook"),
        ({"webhook_url": "http://hooks.example.org"}, "https://"),
        ({"email": "ada@example.org"}, "have not set EMAIL_URL"),
    ],
)
def test_a_report_that_cannot_be_is_refused_in_words(cast: Cast, ada: Client, changes, told):
    asked = {"event": cast.event.pk, "every_minutes": "15", "email": "", "webhook_url": "https://hooks.example.org"}
    page = ada.post(f"{REPORTS}add/", {**asked, **changes}, follow=True)
    assert told in page.content.decode()
    assert not QueueReport.objects.exists()


def test_what_was_given_up_is_seen_and_sent_again(cast: Cast, ada: Client):
    from django.utils import timezone

    now = timezone.now()
    report = set_report(
        by=cast.ada, event_id=cast.event.pk, every_minutes=15, email="", webhook_url="https://hooks.example.org"
    )
    sending = ReportSending.objects.create(
        report=report, way="webhook", of=now, due_at=now, given_up_at=now, attempts=6, error="It answered 500."
    )
    assert "Reports that were not sent" in ada.get("/admin/").content.decode()
    listed = ada.get("/admin/matching/reportsending/?state=given_up").content.decode()
    assert "It answered 500." in listed
    chosen = {"action": "retry", "_selected_action": [sending.pk], "index": "0"}
    assert said(ada.post("/admin/matching/reportsending/", chosen, follow=True)) == [
        "1 of 1 had been given up, and are tried again."
    ]
    sending.refresh_from_db()
    assert (sending.given_up_at, sending.attempts) == (None, 0)


def test_why_a_team_is_one_is_told_without_what_would_tell_a_gender(cast: Cast, ada: Client):
    room = cast.room()
    MatchedTeam.objects.create(
        room=room,
        score=0.873211,
        criteria={"gender": 0.4444, "country": 0.6667, "novelty": 1.0, "size": 1.0},
        relaxed=[{"rule": "ideal_size", "second": 31.2}, {"rule": "nobody_isolated", "second": 61.0}],
        runner_up={"tickets": [4, 5], "score": 0.812345},
    )
    page = ada.get(f"/admin/matching/matchedteam/{room.pk}/change/").content.decode()
    for told in ("country 0.67", "Ideal size at 31 s", "Tickets 4, 5"):
        assert told in page
    for kept in ("0.44", "gender", "0.873", "0.812", "isolated", "61 s", "softer"):
        assert kept not in page.lower()


def history_pages(ada: Client, tick: MatchTick, room: Room) -> list[str]:
    paths = ["matchedteam/", f"matchedteam/{room.pk}/change/", "matchtick/", f"matchtick/{tick.pk}/change/"]
    pages = [ada.get(f"/admin/matching/{path}").content.decode() for path in paths]
    return [re.sub(r'(nonce|csrfmiddlewaretoken" value)="[^"]*"', "", page) for page in pages]


@pytest.mark.parametrize("placed", [3, 9])
def test_teams_that_differ_by_gender_alone_read_the_same(cast: Cast, ada: Client, placed: int):
    """Gender weighs 100, everything else nothing: the matcher's own score is how mixed the three are."""
    room = cast.room()
    tick = MatchTick.objects.create(quest=cast.quest, waiting=9, placed=placed, score=0.0, milliseconds=4)
    team = MatchedTeam.objects.create(room=room, tick=tick, score=0.0, criteria={})
    read = []
    for mixed in (0.0, 1.0):
        MatchTick.objects.update(score=mixed)
        team.score, team.runner_up = mixed, {"tickets": [4, 5, 6], "score": 1 - mixed}
        team.criteria = {"gender": mixed, "country": 0.5, "size": 1.0, "novelty": 1.0}
        team.relaxed = [] if mixed else [{"rule": "nobody_isolated", "second": 61.0}]
        team.save()
        read.append(history_pages(ada, tick, room))
    assert read[0] == read[1]
    assert "0.75" in read[0][0]


@pytest.mark.parametrize(("placed", "told"), [(4, False), (5, True)])
def test_a_tick_tells_an_average_from_five_people_on(cast: Cast, ada: Client, placed: int, told: bool):
    tick = MatchTick.objects.create(quest=cast.quest, waiting=9, placed=placed, score=0.9, milliseconds=4)
    MatchedTeam.objects.create(room=cast.room(), tick=tick, score=0.9, criteria={"country": 0.25, "size": 1.0})
    page = ada.get(f"/admin/matching/matchtick/{tick.pk}/change/").content.decode()
    assert ("0.62" in page) is told


def test_the_database_takes_no_sending_that_is_both_sent_and_given_up(cast: Cast):
    from django.utils import timezone

    now = timezone.now()
    report = QueueReport.objects.create(event=cast.event)
    with pytest.raises(IntegrityError), transaction.atomic():
        ReportSending.objects.create(report=report, way="mail", of=now, due_at=now, sent_at=now, given_up_at=now)
