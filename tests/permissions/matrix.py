"""Who may do what on every route of API and pages. The console has its own, in `console_matrix`."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from tests.permissions.people import ANYBODY, PARTICIPANTS, STAFF
from tests.permissions.scene import Scene

Data = Callable[[Scene], dict[str, object]]
COLUMNS = (ANYBODY, *PARTICIPANTS, "staff")


@dataclass(frozen=True)
class Row:
    """`cells` are the outcomes for anonymous, member, stranger, elsewhere and staff: one for all five, or each."""

    stage: str
    method: str
    route: str
    cells: str
    data: Data | None = None
    # A success that may write nothing, such as entering where one is already.
    is_idle: bool = False

    def __str__(self) -> str:
        return f"{self.method} {self.route}"

    @property
    def is_api(self) -> bool:
        return self.route.removeprefix("^").startswith("api/")

    @property
    def is_write(self) -> bool:
        return self.method != "GET"

    def expected(self) -> Iterator[tuple[str, str]]:
        """(role, outcome)"""
        cells = dict(zip(COLUMNS, self.cells.split(), strict=True))
        staff = cells.pop("staff")
        yield from cells.items()
        each = staff.split("/")
        yield from zip(STAFF, each if len(each) > 1 else each * len(STAFF), strict=True)


def _this_room(scene: Scene) -> dict[str, object]:
    return {"room": scene.room.code, "decision": 1, "option": "A"}


def _vote(scene: Scene) -> dict[str, object]:
    return {**_this_room(scene), "justification": "Because."}


def _decision(scene: Scene) -> dict[str, object]:
    return {"decision": 1}


def _quest(scene: Scene) -> dict[str, object]:
    return {"quest": str(scene.other_quest.pk)}


def _party(scene: Scene) -> dict[str, object]:
    return {"code": scene.party.code}


def _person(scene: Scene) -> dict[str, object]:
    return {"person": str(scene.cast.bea.pk)}


def _answers(scene: Scene) -> dict[str, object]:
    return {"answers": {"name": "A lamp"}}


def _page_answers(scene: Scene) -> dict[str, object]:
    return {"answer-name": "A lamp"}


def _code(scene: Scene) -> dict[str, object]:
    return {"code": scene.cast.code.code}


def _message(scene: Scene) -> dict[str, object]:
    return {"text": "Hello."}


def _mark(scene: Scene) -> dict[str, object]:
    return {"number": 1}


def _profile(scene: Scene) -> dict[str, object]:
    return {"name": "Another name", "consent": True}


def _seen(scene: Scene) -> dict[str, object]:
    return {"badge": "early_bird"}


def _showcase(scene: Scene) -> dict[str, object]:
    return {"public": True}


def _my_name(scene: Scene) -> dict[str, object]:
    return {"show_my_name": True}


def _my_name_ticked(scene: Scene) -> dict[str, object]:
    return {"show_my_name": "yes"}


ANY, VOTING, REVEALED, LOBBY, FREE = "voting", "voting", "revealed", "lobby", "free"

ROWS = [
    #   stage     method   route                              anonymous member stranger elsewhere staff
    Row(ANY, "GET", "api/health",                            "200 200 200 200 200"),
    Row(ANY, "GET", "api/health/live",                       "200 200 200 200 200"),
    Row(ANY, "GET", "api/health/ready",                      "200 200 200 200 200"),
    Row(ANY, "GET", "api/schema",                            "200 200 200 200 200"),
    Row(ANY, "GET", "api/docs",                              "200 200 200 200 200"),
    Row(ANY, "GET", "^api/",                                 "404 404 404 404 404"),
    Row(ANY, "POST", "^api/",                                "404 404 404 404 404"),

    Row(ANY, "POST", "api/auth/start",                       "201 200 200 201 201", _code, is_idle=True),
    Row(ANY, "GET", "api/auth/me",                           "401 200 200 200 401"),
    Row(ANY, "POST", "api/auth/logout",                      "401 204 204 204 401"),
    Row(ANY, "POST", "api/auth/link",                        "401 201 201 201 401"),
    Row(ANY, "GET", "api/profile",                           "401 200 200 200 401"),
    Row(ANY, "PATCH", "api/profile",                         "401 200 200 200 401", _profile),
    Row(ANY, "GET", "api/world",                             "401 200 200 200 401"),
    Row(ANY, "GET", "api/quests",                            "401 200 200 200 401"),
    Row(ANY, "GET", "api/quests/<uuid:pk>",                  "401 200 200 404 401"),
    Row(ANY, "GET", "api/quests/<uuid:pk>/response",         "401 200 200 404 401"),
    Row(ANY, "POST", "api/quests/<uuid:pk>/response",        "401 200 200 404 401", _answers),
    Row(ANY, "GET", "api/matching/status",                   "401 200 200 200 401"),
    Row(VOTING, "GET", "api/matching/team",                  "401 200 404 404 401"),
    Row(FREE, "POST", "api/matching/join",                   "401 200 200 404 401", _quest),
    Row(FREE, "POST", "api/matching/leave",                  "401 200 200 200 401", is_idle=True),
    Row(LOBBY, "POST", "api/matching/practice",              "401 200 409 403 401", is_idle=True),
    Row(ANY, "GET", "api/matching/party",                    "401 200 200 200 401"),
    Row(ANY, "POST", "api/matching/party",                   "401 200 200 200 401"),
    # Bea has made one.
    Row(ANY, "POST", "api/matching/party/join",              "401 200 200 404 401", _party),
    Row(ANY, "POST", "api/matching/party/leave",             "401 200 200 200 401", is_idle=True),
    Row(ANY, "GET", "api/matching/blocks",                   "401 200 200 200 401"),
    Row(ANY, "POST", "api/matching/blocks",                  "401 200 200 404 401", _person),
    Row(ANY, "DELETE", "api/matching/blocks/<uuid:person>",  "401 204 204 404 401", is_idle=True),

    # Of the member's event: who organises it, and admins.
    Row(ANY, "GET", "api/admin/queue-stats",                 "401 401 401 401 200/404/403/200/200"),

    Row(VOTING, "GET", "api/rooms/<str:code>",               "401 200 404 404 401"),
    Row(LOBBY, "POST", "api/rooms/<str:code>/start",         "401 200 404 404 401"),
    Row(VOTING, "POST", "api/vote",                          "401 200 404 404 401", _vote),
    Row(REVEALED, "POST", "api/commit",                      "401 200 404 404 401", _this_room),
    Row(REVEALED, "POST", "api/rooms/<str:code>/revote",     "401 200 404 404 401", _decision),
    Row(VOTING, "POST", "api/rooms/<str:code>/leave",        "401 204 404 404 401"),
    Row(VOTING, "GET", "api/rooms/<str:code>/messages",      "401 200 404 404 401"),
    Row(VOTING, "POST", "api/rooms/<str:code>/messages",     "401 200 404 404 401", _message),
    Row(VOTING, "POST", "api/rooms/<str:code>/read",         "401 200 404 404 401", _mark),
    # Nothing of it is stored.
    Row(VOTING, "POST", "api/rooms/<str:code>/typing",       "401 204 404 404 401", is_idle=True),
    Row(ANY, "GET", "api/artifacts/<uuid:pk>",               "401 200 404 404 401"),
    Row(ANY, "GET", "api/badges",                            "401 200 200 200 401"),
    # Bob keeps his badges within the event; there they are everybody's to see.
    Row(ANY, "GET", "api/badges/<uuid:participant>",         "404 200 200 404 404"),
    Row(ANY, "GET", "api/badges/showcase",                   "401 200 200 200 401"),
    Row(ANY, "PATCH", "api/badges/showcase",                 "401 200 200 200 401", _showcase),
    Row(ANY, "GET", "api/artifacts/<uuid:pk>/export",        "401 200 404 404 401"),
    Row(ANY, "POST", "api/artifacts/<uuid:pk>/share",        "401 200 404 404 401", _my_name),
    Row(ANY, "DELETE", "api/artifacts/<uuid:pk>/share",      "401 204 404 404 401"),

    Row(ANY, "GET", "",                                      "200 200 200 200 200"),
    Row(ANY, "POST", "",                                     "303 303 303 303 303", _code, is_idle=True),
    Row(ANY, "GET", "join/<str:link>",                       "200 200 200 200 200"),
    Row(ANY, "POST", "join/<str:link>",                      "303 303 303 303 303", is_idle=True),
    Row(ANY, "GET", "seat/<str:token>",                      "200 200 200 200 200"),
    Row(ANY, "POST", "seat/<str:token>",                     "303 303 303 303 303"),
    Row(ANY, "GET", "profile",                               "entry 200 200 200 entry"),
    Row(ANY, "POST", "profile",                              "entry 303 303 303 entry", _profile),
    Row(ANY, "GET", "me",                                    "entry 200 200 200 entry"),
    Row(ANY, "GET", "me/link",                               "entry 303 303 303 entry"),
    Row(ANY, "POST", "me/link",                              "entry 200 200 200 entry"),
    Row(ANY, "POST", "me/leave",                             "entry 303 303 303 entry"),
    Row(ANY, "GET", "world",                                 "entry 200 200 200 entry"),
    Row(ANY, "GET", "quest/<uuid:pk>",                       "entry 200 200 404 entry"),
    Row(ANY, "GET", "quest/<uuid:pk>/answers",               "entry 303 303 303 entry"),
    Row(ANY, "POST", "quest/<uuid:pk>/answers",              "entry 303 303 404 entry", _page_answers),

    Row(VOTING, "GET", "room/<str:code>",                    "entry 200 404 404 entry"),
    Row(VOTING, "GET", "room/<str:code>/news",               "entry 200 404 404 entry"),
    Row(VOTING, "GET", "room/<str:code>/change",             "entry 200 404 404 entry"),
    Row(LOBBY, "POST", "room/<str:code>/start",              "entry 303 404 404 entry"),
    Row(VOTING, "POST", "room/<str:code>/vote",              "entry 303 404 404 entry", _vote),
    Row(REVEALED, "POST", "room/<str:code>/commit",          "entry 303 404 404 entry", _this_room),
    Row(REVEALED, "POST", "room/<str:code>/again",           "entry 303 404 404 entry", _decision),
    Row(VOTING, "GET", "room/<str:code>/chat",               "entry 200 404 404 entry"),
    Row(VOTING, "POST", "room/<str:code>/chat",              "entry 303 404 404 entry", _message),
    Row(VOTING, "GET", "room/<str:code>/chat/news",          "entry 200 404 404 entry"),
    Row(VOTING, "POST", "room/<str:code>/chat/read",         "entry 204 404 404 entry", _mark),
    Row(VOTING, "POST", "room/<str:code>/chat/typing",       "entry 204 404 404 entry", is_idle=True),
    Row(VOTING, "POST", "room/<str:code>/leave",             "entry 303 404 404 entry"),
    Row(ANY, "GET", "artifact/<uuid:pk>",                    "entry 200 404 404 entry"),
    Row(ANY, "GET", "artifact/<uuid:pk>/file",               "entry 200 404 404 entry"),
    Row(ANY, "GET", "artifact/<uuid:pk>/share",              "entry 303 303 303 entry"),
    Row(ANY, "POST", "artifact/<uuid:pk>/share",             "entry 303 404 404 entry", _my_name_ticked),
    Row(ANY, "GET", "artifact/<uuid:pk>/share/withdraw",     "entry 303 303 303 entry"),
    Row(ANY, "POST", "artifact/<uuid:pk>/share/withdraw",    "entry 303 404 404 entry"),
    Row(ANY, "GET", "map/<str:token>",                       "200 200 200 200 200"),
    Row(ANY, "GET", "map/<str:token>/file",                  "200 200 200 200 200"),
    Row(ANY, "GET", "map/<str:token>/preview.png",           "200 200 200 200 200"),

    Row(ANY, "GET", "badges",                                "entry 200 200 200 entry"),
    Row(ANY, "GET", "badges/news",                           "entry 200 204 204 entry"),
    Row(ANY, "POST", "badges/seen",                          "entry 204 204 204 entry", _seen),
    Row(ANY, "POST", "badges/showcase",                      "entry 303 303 303 entry", _showcase),
    Row(ANY, "GET", "badges/room/<str:code>",                "entry 200 200 200 entry"),
    Row(ANY, "GET", "people/<uuid:participant>",             "404 200 200 404 404"),

    Row(FREE, "GET", "spin",                                 "entry 200 200 200 entry"),
    Row(FREE, "POST", "spin",                                "entry 303 303 404 entry", _quest),
    Row(FREE, "GET", "spin/news",                            "entry 200 200 200 entry"),
    Row(ANY, "GET", "spin/notice",                           "entry 200 200 200 entry"),
    Row(ANY, "GET", "spin/action/<uuid:quest>",              "entry 200 200 404 entry"),
    Row(FREE, "POST", "spin/leave",                          "entry 303 303 303 entry", is_idle=True),
    Row(LOBBY, "POST", "spin/practice",                      "entry 303 409 403 entry", is_idle=True),

    Row(ANY, "GET", "party",                                 "entry 200 200 200 entry"),
    Row(ANY, "POST", "party",                                "entry 303 303 303 entry"),
    Row(ANY, "GET", "party/news",                            "entry 200 200 200 entry"),
    Row(ANY, "POST", "party/join",                           "entry 303 303 404 entry", _party),
    Row(ANY, "POST", "party/leave",                          "entry 303 303 303 entry", is_idle=True),
    Row(ANY, "GET", "rather-not",                            "entry 200 200 200 entry"),
    Row(ANY, "POST", "rather-not",                           "entry 303 303 404 entry", _person),
    Row(ANY, "POST", "rather-not/undo",                      "entry 303 303 404 entry", _person, is_idle=True),
]  # fmt: skip

STAGES = tuple(dict.fromkeys(row.stage for row in ROWS))
