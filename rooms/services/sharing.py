"""Links with which people outside read a map without its names."""

from __future__ import annotations

from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.crypto import salted_hmac

from echoroom import audit
from echoroom.accounts.models import User
from echoroom.events.secrets import hashed
from echoroom.events.services.seats import hold_person
from echoroom.viewer import Viewer
from rooms.models import DecisionMap, MapShare
from rooms.selectors.decision_maps import place_in_document
from rooms.selectors.maps import map_for, my_share


@transaction.atomic
def share_map(*, by: Viewer, map_id: UUID, shows_my_name: bool) -> MapShare:
    """The member's link to this map. Asking again gives the same link, with the name shown as asked last."""
    found = _locked_map(by=by, map_id=map_id)
    hold_person(by=by)
    place = place_in_document(room_id=found.room_id, participant_id=by.seat_id) if shows_my_name else None
    share = my_share(viewer=by, decision_map=found)
    if share is not None and not url_of(share):
        _withdraw(share, by=by, event_id=found.room.event_id)
        share = None
    if share is None:
        share = MapShare(decision_map=found, made_by_id=by.seat_id)
        share.token_hash = hashed(token_of(share))
        share.kept_place = place
        share.save()
        action = "map.shared"
    elif share.kept_place == place:
        return share
    else:
        share.kept_place = place
        share.save(update_fields=["kept_place"])
        action = "map.share_changed"
    audit.record(action, by=by, target=share, event_id=found.room.event_id, map=found.pk, shows_name=place is not None)
    return share


@transaction.atomic
def withdraw_my_share(*, by: Viewer, map_id: UUID) -> None:
    """The member's link opens nothing from now on. Withdrawing again changes nothing."""
    found = _locked_map(by=by, map_id=map_id)
    share = my_share(viewer=by, decision_map=found)
    if share is not None:
        _withdraw(share, by=by, event_id=found.room.event_id)


@transaction.atomic
def withdraw_share(*, by: User, share_id: UUID) -> bool:
    """For staff, who may see the share. False when it was withdrawn already."""
    # The map first, as its members lock it: a change under way must not write over the withdrawal.
    DecisionMap.objects.select_for_update().filter(shares=share_id).values_list("pk").first()
    share = MapShare.objects.select_for_update(of=("self",)).select_related("decision_map__room").get(pk=share_id)
    if share.withdrawn_at is not None:
        return False
    _withdraw(share, by=by, event_id=share.decision_map.room.event_id)
    return True


def withdraw_shares_of(*, by: None, participant_id: UUID) -> None:
    """All links of somebody who is erased."""
    for share in MapShare.objects.standing().filter(made_by=participant_id).select_related("decision_map__room"):
        _withdraw(share, by=by, event_id=share.decision_map.room.event_id)


def token_of(share: MapShare) -> str:
    """Derived, so that its maker can be shown the link again though only its hash is kept.

    Without the server's secret key it cannot be made, not even by whoever reads the whole database.
    """
    return salted_hmac("rooms.map-share", str(share.pk), algorithm="sha256").hexdigest()


def url_of(share: MapShare) -> str:
    """The link, or "" for one that was made under another secret key: it opens, but nobody can be shown it again."""
    token = token_of(share)
    return f"{settings.PUBLIC_URL}/map/{token}" if hashed(token) == share.token_hash else ""


def _locked_map(*, by: Viewer, map_id: UUID) -> DecisionMap:
    """Raises `MapNotFound`. Two clicks at once must not make two links."""
    DecisionMap.objects.select_for_update().filter(pk=map_id).values_list("pk").first()
    return map_for(viewer=by, pk=map_id)


def _withdraw(share: MapShare, *, by: Viewer | User | None, event_id: UUID) -> None:
    share.withdrawn_at = timezone.now()
    share.save(update_fields=["withdrawn_at"])
    audit.record("map.share_withdrawn", by=by, target=share, event_id=event_id, map=share.decision_map_id)
