"""What organisers change of an event's world by hand: its regions, and where and whether a quest stands in it."""

from __future__ import annotations

from uuid import UUID

from django.db import IntegrityError, transaction

from echoroom import audit
from echoroom.accounts.models import User
from echoroom.events.models import Event
from echoroom.refusals import Invalid
from rooms.errors import RegionInUse
from rooms.models import Quest, Region
from rooms.services.quests import set_quest_open


@transaction.atomic
def create_region(*, by: User, event: Event, name: str, is_open: bool, position: int) -> Region:
    region = Region(event=event, name=name, is_open=is_open, position=position)
    _save(region)
    audit.record("region.created", by=by, target=region, event_id=event.pk)
    return region


@transaction.atomic
def update_region(*, by: User, region_id: UUID, name: str, is_open: bool, position: int) -> Region:
    region = Region.objects.select_for_update().get(pk=region_id)
    region.name, region.is_open, region.position = name, is_open, position
    _save(region)
    audit.record("region.changed", by=by, target=region, event_id=region.event_id, is_open=is_open)
    return region


def _save(region: Region) -> None:
    try:
        with transaction.atomic():
            region.save()
    except IntegrityError as error:
        # rooms_region_named_once_per_event
        raise Invalid("This event has a region of that name.", errors={"name": ["Choose another name."]}) from error


@transaction.atomic
def delete_region(*, by: User, region_id: UUID) -> None:
    """Remove an empty region. Raises `RegionInUse` while quests stand in it."""
    region = Region.objects.select_for_update().get(pk=region_id)
    if region.quests.exists():
        raise RegionInUse
    audit.record("region.deleted", by=by, target=region, event_id=region.event_id)
    region.delete()


@transaction.atomic
def place_quest(*, by: User, quest_id: UUID, region: Region, position: int, is_open: bool) -> Quest:
    """Move a quest within its event, and open or close it. What it asks changes by an import only."""
    quest = Quest.objects.select_for_update(no_key=True).get(pk=quest_id)
    if region.event_id != quest.event_id:
        raise Invalid("That region belongs to another event.", errors={"region": ["Choose a region of this event."]})
    if (quest.region_id, quest.position) != (region.pk, position):
        quest.region, quest.position = region, position
        quest.save(update_fields=["region", "position"])
        audit.record("quest.moved", by=by, target=quest, event_id=quest.event_id, region_id=region.pk)
    set_quest_open(by=by, quest_id=quest.pk, is_open=is_open)
    quest.is_open = is_open
    return quest
