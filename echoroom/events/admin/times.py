"""Times are typed and shown as the clocks at the event say, and kept in UTC."""

from __future__ import annotations

from datetime import datetime
from typing import Any, ClassVar
from zoneinfo import ZoneInfo

from django import forms
from unfold.widgets import UnfoldAdminSplitDateTimeWidget

from echoroom.events.models import Event

WRITTEN = "%d %b %Y, %H:%M"


def at_event(moment: datetime | None, event: Event) -> str:
    return moment.astimezone(event.zone).strftime(WRITTEN) if moment else ""


class EventTimesForm(forms.ModelForm):  # type: ignore[type-arg]
    """A form whose `event_times` are read in the time zone that `zone()` names."""

    event_times: ClassVar[tuple[str, ...]] = ()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in self.event_times:
            if name in self.fields and self.instance.pk and (moment := getattr(self.instance, name)):
                self.initial[name] = moment.astimezone(self.zone()).replace(tzinfo=None)

    def zone(self) -> ZoneInfo:
        raise NotImplementedError

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean()
        if not self.errors:
            for name in self.event_times:
                if moment := self.cleaned_data.get(name):
                    self.cleaned_data[name] = moment.replace(tzinfo=self.zone())
        return cleaned


class EventTimeField(forms.SplitDateTimeField):
    widget = UnfoldAdminSplitDateTimeWidget
