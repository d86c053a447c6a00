"""Who may do what in the console: rights per list, from which the rows of its pages follow, and pages of their own.

Participants and anonymous visitors are sent to the sign-in everywhere. On-call staff may sign in and open no list.
Organisers see the objects of their own events; another's object is for them one that does not exist.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from tests.permissions.outcomes import GONE, LOGIN
from tests.permissions.people import ANYBODY, PARTICIPANTS, STAFF

OK = "ok"  # 200, or 302 to the list after saving
ORGANISERS = ("organiser", "other_organiser")
NONE = ""


@dataclass(frozen=True)
class Rights:
    """Words out of `view add change delete act` for organisers (within their events), admins and super-admins."""

    organisers: str
    admins: str
    super_admins: str
    # Those of a list, which need `act`.
    actions: str = ""

    def of(self, role: str) -> set[str]:
        if role in ORGANISERS:
            return set(self.organisers.split())
        return set({"admin": self.admins, "super_admin": self.super_admins}.get(role, NONE).split())


def _all(rights: str, actions: str = "") -> Rights:
    return Rights(rights, rights, rights, actions)


def _house(rights: str, actions: str = "") -> Rights:
    """Not of one event: for admins only."""
    return Rights(NONE, rights, rights, actions)


HISTORY = _all("view")
LISTS = {
    "accounts/user": Rights(NONE, "view", "view add change"),
    "api/apikey": _house("view add act", "revoke"),
    "api/idempotencyrecord": _house("view"),
    "audit/auditentry": _house("view"),
    "badges/award": HISTORY,
    "badges/showcase": HISTORY,
    "events/event": _all("view add change act", "close_events reopen_events"),
    "events/eventcode": _all("view add change delete act", "activate deactivate delete_selected print_sheet"),
    "events/eventorganiser": HISTORY,
    "events/participant": _all("view act", "erase_people"),
    "events/personallink": HISTORY,
    "events/seatdevice": HISTORY,
    "matching/party": HISTORY,
    "matching/partymember": HISTORY,
    "matching/matchedteam": HISTORY,
    "matching/matchingweights": _all("view add change delete act", "delete_selected"),
    "matching/matchtick": HISTORY,
    "matching/practiceroom": HISTORY,
    "matching/queue": HISTORY,
    "matching/queuereport": _all("view add change delete act", "delete_selected"),
    "matching/reportsending": _all("view act", "retry"),
    "matching/ticket": HISTORY,
    "outbox/delivery": _house("view act", "retry_parked"),
    "rooms/chat": HISTORY,
    "rooms/answersheet": HISTORY,
    "rooms/commit": HISTORY,
    "rooms/decision": HISTORY,
    "rooms/decisionmap": HISTORY,
    "rooms/formfield": HISTORY,
    "rooms/mapshare": _all("view act", "withdraw_links"),
    "rooms/membership": HISTORY,
    "rooms/message": HISTORY,
    "rooms/option": HISTORY,
    "rooms/quest": _all("view change act", "close_quests export_quests open_quests"),
    "rooms/questversion": HISTORY,
    "rooms/readmark": HISTORY,
    "rooms/region": _all("view add change delete act", "delete_selected"),
    "rooms/response": HISTORY,
    "rooms/reveal": HISTORY,
    "rooms/room": _all("view act", "close_rooms"),
    "rooms/vote": HISTORY,
    "rooms/votechange": _house("view"),
}
PAGES = ("", "add/", "<path:object_id>/change/", "<path:object_id>/delete/", "<path:object_id>/history/")
# Leads staff on to the object's page, without looking whether there is one.
LEADS_ON = "<path:object_id>/"


@dataclass(frozen=True)
class Page:
    """Outcomes for anonymous and participants, on-call staff, an organiser at their own object and at another's,
    admin and super-admin."""

    method: str
    route: str
    cells: str

    def expected(self) -> Iterator[tuple[str, bool, str]]:
        """(role, whether the object is of the organiser's own event, outcome)"""
        visitor, on_call, own, others, admin, super_admin = self.cells.split()
        yield from ((role, True, visitor) for role in (ANYBODY, *PARTICIPANTS))
        yield "on_call", True, on_call
        for role in ORGANISERS:
            yield role, True, own
            yield role, False, others
        yield "admin", True, admin
        yield "super_admin", True, super_admin

    def __str__(self) -> str:
        return f"{self.method} {self.route}"


EVENT = "admin/events/event/<path:object_id>"
QUEUE = "admin/queue-dashboard/<uuid:quest>"
OWN_PAGES = [
    #    method   route                                         visitor on_call own others admin super_admin
    Page("GET", f"{EVENT}/codes/",                              "login 403 302 302 302 302"),
    Page("GET", f"{EVENT}/sheet/",                              "login 403 302 302 302 302"),
    Page("GET", f"{EVENT}/close/",                              "login 403 200 gone 200 200"),
    Page("POST", f"{EVENT}/close/",                             "login 403 302 gone 302 302"),
    Page("GET", f"{EVENT}/reopen/",                             "login 403 200 gone 200 200"),
    Page("POST", f"{EVENT}/reopen/",                            "login 403 302 gone 302 302"),
    Page("GET", "admin/events/eventcode/generate/",             "login 403 200 200 200 200"),
    Page("POST", "admin/events/eventcode/generate/",            "login 403 302 200 302 302"),
    Page("GET", "admin/events/eventcode/sheet/",                "login 404 200 404 200 200"),
    Page("GET", "admin/rooms/quest/import/",                    "login 403 200 200 200 200"),
    Page("POST", "admin/rooms/quest/import/",                   "login 403 302 200 302 302"),
    Page("GET", "admin/rooms/quest/<path:object_id>/export/",   "login 403 200 gone 200 200"),
    Page("GET", "admin/rooms/quest/<path:object_id>/answers-csv/", "login 403 200 gone 200 200"),
    Page("GET", "admin/rooms/quest/<path:object_id>/answers-json/", "login 403 200 gone 200 200"),
    Page("GET", "admin/rooms/room/<path:object_id>/close/",     "login 403 200 gone 200 200"),
    Page("POST", "admin/rooms/room/<path:object_id>/close/",    "login 403 302 gone 302 302"),
    Page("GET", "admin/rooms/mapshare/<path:object_id>/withdraw/",  "login 403 200 gone 200 200"),
    Page("POST", "admin/rooms/mapshare/<path:object_id>/withdraw/", "login 403 302 gone 302 302"),
    Page("GET", "admin/matching/queuereport/<path:object_id>/send/",  "login 403 200 gone 200 200"),
    Page("POST", "admin/matching/queuereport/<path:object_id>/send/", "login 403 302 gone 302 302"),
    # At the quest of a live room.
    Page("GET", "admin/queue-dashboard/",                       "login 403 200 200 200 200"),
    Page("GET", f"{QUEUE}/figures/",                            "login 403 200 404 200 200"),
    Page("GET", f"{QUEUE}/people/",                             "login 403 200 404 200 200"),
    Page("GET", f"{QUEUE}/tickets.csv",                         "login 403 200 404 200 200"),
    Page("GET", f"{QUEUE}/what-if/",                            "login 403 200 404 200 200"),
    Page("GET", f"{QUEUE}/add/",                                "login 403 200 404 200 200"),
    Page("POST", f"{QUEUE}/add/",                               "login 403 302 404 302 302"),
    Page("POST", f"{QUEUE}/hold/",                              "login 403 302 404 302 302"),
    Page("POST", f"{QUEUE}/release/",                           "login 403 302 404 302 302"),
    Page("POST", f"{QUEUE}/tick/",                              "login 403 302 404 302 302"),
    Page("POST", f"{QUEUE}/size/",                              "login 403 302 404 302 302"),
    Page("POST", f"{QUEUE}/remove/",                            "login 403 302 404 302 302"),
    Page("POST", f"{QUEUE}/match/",                             "login 403 302 404 302 302"),
    Page("POST", f"{QUEUE}/swap/",                              "login 403 302 404 302 302"),
    Page("GET", "admin/accounts/user/<path:object_id>/password/",  "login 403 403 403 403 200"),
    Page("POST", "admin/accounts/user/<path:object_id>/password/", "login 403 403 403 403 302"),
]  # fmt: skip

SITE_PAGES = [
    Page("GET", "admin/",                                       "login 200 200 200 200 200"),
    Page("GET", "admin/search/",                                "login 200 200 200 200 200"),
    Page("GET", "admin/login/",                                 "200 gone gone gone gone gone"),
    Page("POST", "admin/logout/",                               "gone 200 200 200 200 200"),
    Page("GET", "admin/password_change/",                       "login 200 200 200 200 200"),
    Page("POST", "admin/password_change/",                      "login 200 200 200 200 200"),
    Page("GET", "admin/password_change/done/",                  "login 200 200 200 200 200"),
    Page("GET", "admin/autocomplete/",                          "login 403 403 403 403 403"),
    Page("GET", "admin/jsi18n/",                                "login 200 200 200 200 200"),
    Page("GET", "^admin/r/",                                    "404 404 404 404 404 404"),
    # Never reached: the row above comes first.
    Page("GET", "admin/r/<path:content_type_id>/<path:object_id>/", "404 404 404 404 404 404"),
    Page("GET", "admin/<app_label>/",                           "login 404 200 200 200 200"),
    Page("GET", "admin/(?P<url>.*)$",                           "login 404 404 404 404 404"),
]  # fmt: skip


def console_routes() -> set[str]:
    of_lists = {f"admin/{name}/{page}" for name in LISTS for page in (*PAGES, LEADS_ON)}
    return of_lists | {page.route for page in (*OWN_PAGES, *SITE_PAGES)}


def expected_of(name: str, role: str, method: str, page: str, *, is_visible: bool) -> str:
    """The outcome of one of the pages that every list has, for an object that the role may see or may not."""
    if role not in STAFF:
        return LOGIN
    rights = LISTS[name].of(role)
    if page.endswith("change/"):
        needed = "change" if method == "POST" else "view"
    else:
        needed = {"add/": "add", "<path:object_id>/delete/": "delete"}.get(page, "view")
    if needed not in rights:
        return GONE if page.endswith("history/") else "403"
    return OK if is_visible or "object_id" not in page else GONE
