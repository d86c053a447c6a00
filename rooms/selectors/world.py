"""The event's world as a player sees it."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.db.models import Exists, OuterRef, QuerySet

from echoroom.viewer import Viewer
from rooms.errors import QuestNotFound
from rooms.models import Membership, Quest, Region, Response, Room
from rooms.selectors.content import QuestContent, content_of, contents_of
from rooms.selectors.forms import FormContent, form_of, forms_of


@dataclass(frozen=True, slots=True)
class QuestCard:
    id: UUID
    slug: str
    title: str
    summary: str
    kind: str
    region_id: UUID
    is_open: bool
    decisions: int
    team_min: int
    team_size: int
    team_max: int
    minutes: int
    played: bool
    # Of a form or survey: how many questions it asks. It has no decisions and no team.
    questions: int = 0

    @property
    def is_room(self) -> bool:
        return self.kind == Quest.Kind.DECISION_ROOM


@dataclass(frozen=True, slots=True)
class QuestPage:
    """A quest with what it asks: decisions of a team, or questions of one person."""

    card: QuestCard
    content: QuestContent | None
    form: FormContent | None


@dataclass(frozen=True, slots=True)
class RegionCard:
    id: UUID
    name: str
    is_open: bool
    quests: list[QuestCard]


def world_of(*, viewer: Viewer) -> list[RegionCard]:
    """Regions with their quests, in the organiser's order. Two queries, and each version's content once a process."""
    regions = Region.objects.filter(event_id=viewer.entered_event_id).order_by("position", "name")
    cards = quests_of(viewer=viewer)
    return [
        RegionCard(region.pk, region.name, region.is_open, [card for card in cards if card.region_id == region.pk])
        for region in regions
    ]


def quests_of(*, viewer: Viewer, region_id: UUID | None = None) -> list[QuestCard]:
    quests = _quests(viewer)
    if region_id is not None:
        quests = quests.filter(region_id=region_id)
    rows = list(quests)
    contents = contents_of([quest.current_id for quest in rows if quest.current_id and quest.is_room])
    forms = forms_of([quest.current_id for quest in rows if quest.current_id and not quest.is_room])
    return [
        _card(quest, contents[quest.current_id]) if quest.is_room else _form_card(quest, forms[quest.current_id])
        for quest in rows
        if quest.current_id
    ]


def _quests(viewer: Viewer) -> QuerySet[Quest]:
    played = Membership.objects.seated().filter(
        participant_id=viewer.seat_id, room__quest_id=OuterRef("pk"), room__state=Room.State.COMPLETED
    )
    answered = Response.objects.filter(participant_id=viewer.seat_id, quest_id=OuterRef("pk"))
    return (
        Quest.objects.filter(event_id=viewer.entered_event_id, current__isnull=False)
        .select_related("region")
        .annotate(is_played=Exists(played) | Exists(answered))
        .order_by("region__position", "position", "title")
    )


def _card(quest: Quest, content: QuestContent) -> QuestCard:
    return QuestCard(
        id=quest.pk,
        slug=quest.slug,
        title=quest.title,
        summary=quest.summary,
        kind=quest.kind,
        region_id=quest.region_id,
        is_open=quest.is_open and quest.region.is_open,
        decisions=len(content.decisions),
        team_min=content.team_min,
        team_size=content.team_size,
        team_max=content.team_max,
        minutes=_minutes(content),
        played=bool(quest.is_played),  # type: ignore[attr-defined]
    )


def _form_card(quest: Quest, form: FormContent) -> QuestCard:
    return QuestCard(
        id=quest.pk,
        slug=quest.slug,
        title=quest.title,
        summary=quest.summary,
        kind=quest.kind,
        region_id=quest.region_id,
        is_open=quest.is_open and quest.region.is_open,
        decisions=0,
        team_min=0,
        team_size=0,
        team_max=0,
        minutes=form.minutes,
        played=bool(quest.is_played),  # type: ignore[attr-defined]
        questions=len(form.fields),
    )


def _minutes(content: QuestContent) -> int:
    """A rough time: half of each decision's voting time in each round, and two minutes to talk."""
    return max(1, round(len(content.decisions) * (content.vote_seconds * content.rounds / 2 + 120) / 60))


def quest_card(*, viewer: Viewer, quest_id: UUID) -> QuestCard:
    """One quest of the viewer's own event; any other does not exist for them."""
    card = next((card for card in quests_of(viewer=viewer) if card.id == quest_id), None)
    if card is None:
        raise QuestNotFound
    return card


def quest_page(*, viewer: Viewer, quest_id: UUID) -> QuestPage:
    """One quest of the viewer's own event with what it asks; one query. Any other does not exist for them."""
    quest = _quests(viewer).filter(pk=quest_id).first()
    if quest is None or quest.current_id is None:
        raise QuestNotFound
    if quest.is_room:
        content = content_of(quest.current_id)
        return QuestPage(_card(quest, content), content, None)
    form = form_of(quest.current_id)
    return QuestPage(_form_card(quest, form), None, form)


def room_being_played(*, viewer: Viewer) -> str | None:
    """The code of the room in which the viewer has a seat now."""
    playing = Membership.objects.filter(participant_id=viewer.seat_id, is_playing=True)
    return playing.values_list("room__code", flat=True).first()
