"""A queue's tickets as a table for spreadsheets."""

from __future__ import annotations

import csv
import io
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_GET

from echoroom import limits
from echoroom.accounts.models import User
from matching.admin.queues.access import for_organisers
from matching.services.ticket_exports import export_tickets
from rooms.admin.answer_files import cell
from rooms.admin.quest_files import download

HEAD = [
    "Ticket", "Name", "State", "Group", "Party", "Joined", "Ended", "Waited (s)",
    "Forecast p50 (s)", "Forecast p90 (s)", "Room",
]  # fmt: skip


# Journaled, so that not even a HEAD passes for a visit.
@require_GET
@for_organisers
def tickets(request: HttpRequest, user: User, quest: UUID) -> HttpResponse:
    """UTF-8 with a byte order mark; times as the clocks at the event say."""
    limits.check("export", str(user.pk))
    found, lines = export_tickets(by=user, quest_id=quest)
    zone = found.event.zone
    file = io.StringIO(newline="")
    # Quoted: a spreadsheet that splits at semicolons must not find the beginning of a cell within a text.
    writer = csv.writer(file, quoting=csv.QUOTE_NONNUMERIC)
    writer.writerow(HEAD)
    for line in lines:
        times = [f"{at.astimezone(zone):%Y-%m-%d %H:%M:%S}" if at else "" for at in (line.joined_at, line.ended_at)]
        row = [
            line.number, line.name, line.state, line.group, line.party, *times, line.waited,
            line.forecast_p50, line.forecast_p90, line.room,
        ]  # fmt: skip
        writer.writerow([cell(value) for value in row])
    return download(file.getvalue().encode("utf-8-sig"), f"{found.slug}-tickets.csv", "text/csv; charset=utf-8")
