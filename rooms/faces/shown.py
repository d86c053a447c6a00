"""What a face is made from: a document, its digest, and the look of its event."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Self
from zoneinfo import ZoneInfo

from echoroom.events.brand import brand_style
from echoroom.events.models import Event
from rooms.models import DecisionMap, MapShare
from rooms.selectors.decision_maps import digest_of, pseudonymised


@dataclass(frozen=True, slots=True)
class ShownMap:
    document: dict[str, Any]
    digest: str
    event: Event

    @classmethod
    def of(cls, found: DecisionMap) -> Self:
        """The team's own map, with its room and event."""
        return cls(found.document, found.digest, found.room.event)

    @classmethod
    def for_outside(cls, share: MapShare) -> Self:
        """Without names. It has a digest of its own: the team's would confirm a guess at their names."""
        document = pseudonymised(share.decision_map.document, keep_place=share.kept_place)
        return cls(document, digest_of(document), share.decision_map.room.event)

    @property
    def is_nameless(self) -> bool:
        return bool(self.document.get("is_nameless"))

    @property
    def zone(self) -> ZoneInfo:
        return self.event.zone

    @property
    def colours(self) -> dict[str, str]:
        """`accent`, `wash` and `on-accent` on paper, readable whatever the brand."""
        found = dict(each.split(":") for each in brand_style(self.event.brand_colour).split(";"))
        return {name: found[f"--{name}-light"] for name in ("accent", "wash", "on-accent")}

    @property
    def file_name(self) -> str:
        return f"decision-map-{self.document['room']['code']}"
