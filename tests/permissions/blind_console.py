"""Everything that staff can ask the console about a room: lists in every order, filters, searches, pages, choices,
exports."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from typing import Any
from unittest.mock import patch
from urllib.parse import quote, urlencode

from django.contrib.admin.templatetags.admin_list import items_for_result
from django.db.models import ForeignKey, Model
from django.test import RequestFactory
from django.urls import resolve

from echoroom.accounts.models import User
from echoroom.events.admin.scoping import ScopedChoices
from rooms.models import Room
from tests.permissions.blind_scene import FORM, BlindScene
from tests.permissions.console_matrix import LISTS, OWN_PAGES, SITE_PAGES
from tests.permissions.console_scene import ADMINS
from tests.two_worlds import AND_WAVERING, Ask, Look


def _leads_to_a_room(model: type[Model], passed: tuple[type[Model], ...] = ()) -> bool:
    """Whether a row of it is, by any number of its foreign keys, of one room."""
    keys = [field.related_model for field in model._meta.concrete_fields if field.related_model is not None]
    return model is Room or any(_leads_to_a_room(each, (*passed, model)) for each in keys if each not in passed)


# Lists of which a row could depend on a vote: those of a room's rows, whatever app they are of; who sits in it and what
# was chosen; what names rows without a key to them. The others are asked in every way after one of the votes only.
NEAR_A_VOTE = (
    *(name for name, found in ADMINS.items() if _leads_to_a_room(found.model)),
    "rooms/option", "rooms/quest", "events/participant", "audit/auditentry", "outbox/delivery",
)  # fmt: skip
# Actions that answer with a file.
EXPORTS = ("rooms/quest export_quests", "events/eventcode print_sheet")
TERMS = ["Yes", "Way A", "Way C", "C", "Bea", "3"]
# Addresses that would ask for what a secret vote says; the console must refuse them all alike.
PROBES = [
    ("rooms/room", "votes__option__key=A"), ("rooms/room", "votes__justification__contains=Yes"),
    ("rooms/room", "memberships__votes__option__key=C"), ("rooms/membership", "votes__option__key=A"),
    ("rooms/membership", "version__gt=0"), ("rooms/vote", "option__key=A"), ("rooms/vote", "changed_at__isnull=0"),
    ("rooms/vote", "justification__startswith=Y"), ("rooms/votechange", "vote__option__key=A"),
    ("rooms/reveal", "room__votes__option__key=A"), ("rooms/commit", "room__votes__option__key=A"),
    ("events/participant", "memberships__votes__option__key=A"), ("events/event", "rooms__votes__option__key=A"),
    ("rooms/quest", "rooms__votes__option__key=C"), ("rooms/questversion", "rooms__votes__option__key=C"),
]  # fmt: skip


def console_asks(blind: BlindScene, role: str, *, everywhere: bool) -> list[Ask]:
    """The pages themselves, as a browser gets them: all of the console, or those near a vote."""
    paths = [f"/admin/{name}/" for name in (LISTS if everywhere else NEAR_A_VOTE)]
    paths += [path for name in (LISTS if everywhere else NEAR_A_VOTE) for path in _object_pages(name)]
    paths += [page.route for page in SITE_PAGES if page.method == "GET" and "<" not in page.route]
    paths += [f"/admin/search/?{urlencode({'s': term})}" for term in TERMS]
    paths += [f"/admin/rooms/vote/?q={blind.room.code}", f"/admin/rooms/room/?q={blind.room.code}"]
    paths += [f"/admin/{name}/?{probe}" for name, probe in PROBES]
    paths += list(_completions()) if everywhere else []
    paths += list(_own_pages(blind)) if everywhere else []
    asks = [Ask(role, path if path.startswith("/") else f"/{path}") for path in paths if "(" not in path]
    return [*asks, *(_export(role, each) for each in EXPORTS)]


def _object_pages(name: str) -> Iterator[str]:
    """The pages of the newest row, and of the numbers after it, of which there may be a row later."""
    newest = ADMINS[name].model._default_manager.order_by("-pk").values_list("pk", flat=True).first()
    numbers = [newest + 1, newest + 2] if isinstance(newest, int) and name in NEAR_A_VOTE else []
    for pk in (newest, *numbers):
        for page in ("change", "history"):
            yield f"/admin/{name}/{pk}/{page}/"


def _own_pages(blind: BlindScene) -> Iterator[str]:
    """The pages and files that only one list has, of all objects that the room is of."""
    for page in (page for page in OWN_PAGES if page.method == "GET"):
        asked = (
            f"?{urlencode({'event': blind.scene.cast.event.pk})}" if page.route.endswith("/eventcode/sheet/") else ""
        )
        if page.route.startswith("admin/queue-dashboard/"):
            yield page.route.replace("<uuid:quest>", str(blind.room.quest_id))
            continue
        for found in _objects(blind, "/".join(page.route.split("/")[1:3])):
            yield page.route.replace("<path:object_id>", quote(str(found.pk), safe="")) + asked


def _objects(blind: BlindScene, name: str) -> list[Model]:
    scene = blind.scene
    of_the_room: dict[str, list[Model]] = {
        "rooms/room": [blind.room],
        "rooms/quest": [scene.cast.quest, scene.form],
        "events/event": [scene.cast.event],
    }
    return of_the_room.get(name) or list(ADMINS[name].model._default_manager.order_by("-pk")[:1])


def _export(role: str, named: str) -> Ask:
    """Of every row of the list."""
    name, action = named.split()
    chosen = ADMINS[name].model._default_manager.order_by("pk").values_list("pk", flat=True)
    form = [("action", action), ("index", "0"), *(("_selected_action", str(pk)) for pk in chosen)]
    return Ask(role, f"/admin/{name}/", "POST", urlencode(form).encode(), content_type=FORM)


def _completions() -> Iterator[str]:
    """Django answers these for every foreign key whose list has a search, whether a page offers it or not."""
    for name, model_admin in ADMINS.items():
        app, model = name.split("/")
        for field in model_admin.model._meta.get_fields():
            if isinstance(field, ForeignKey):
                for term in ("", "Way C"):
                    asked = {"app_label": app, "model_name": model, "field_name": field.name, "term": term}
                    yield f"/admin/autocomplete/?{urlencode(asked)}"


def lists_in_every_way(user: User, names: Collection[str] = NEAR_A_VOTE) -> Look:
    """Rows, their cells and the count of these lists, by each filter, search term and order.

    Without the page around them, which would take ten times as long.
    """

    def look() -> Iterator[object]:
        with _each_choice_asked_for_once():
            for name in names:
                if ADMINS[name].has_view_permission(_request(user, name, {})):
                    known: dict[str, list[str]] = {}
                    for query in _queries(user, name):
                        yield name, tuple(query.items()), *_listed(user, name, query, known)

    return look


@contextmanager
def _each_choice_asked_for_once() -> Iterator[None]:
    """What a filter offers, to one person in one world in which nothing is written meanwhile.

    The pages themselves ask for it each time.
    """
    asked, found = ScopedChoices.field_choices, dict[tuple[object, object], list[Any]]()

    def remembered(self: ScopedChoices, field: Any, request: Any, model_admin: Any) -> list[Any]:
        key = (request.user.pk, field.related_model)
        if key not in found:
            found[key] = asked(self, field, request, model_admin)
        return found[key]

    with patch.object(ScopedChoices, "field_choices", remembered):
        yield


def _request(user: User, name: str, query: dict[str, str]) -> Any:
    request: Any = RequestFactory().get(f"/admin/{name}/", query)
    request.user, request.resolver_match = user, resolve(f"/admin/{name}/")
    return request


def _queries(user: User, name: str) -> Iterator[dict[str, str]]:
    """Each once: every filter offers to be taken back, which is the bare list again."""
    yield from {tuple(query.items()): query for query in _every_query(user, name)}.values()


def _every_query(user: User, name: str) -> Iterator[dict[str, str]]:
    yield {}
    model_admin, request = ADMINS[name], _request(user, name, {})
    changelist = model_admin.get_changelist_instance(request)
    for number in range(len(changelist.list_display)):
        yield {"o": str(number)}
        # Where one page holds all rows, the other direction tells nothing more.
        if changelist.multi_page:
            yield {"o": f"-{number}"}
    if model_admin.get_search_fields(request):
        yield from ({"q": term} for term in [*TERMS, *(secret.reason for secret in AND_WAVERING)])
    for spec in changelist.filter_specs:
        for choice in spec.choices(changelist):
            asked = str(choice["query_string"]).lstrip("?")
            pairs = (pair.partition("=") for pair in asked.split("&") if pair)
            yield {key: value.replace("%3A", ":") for key, _, value in pairs}


def _listed(
    user: User, name: str, query: dict[str, str], known: dict[str, list[str]]
) -> tuple[int, int, list[list[str]]]:
    """`known` are the cells of rows that were read from this list before, with the very same values."""
    changelist = ADMINS[name].get_changelist_instance(_request(user, name, query))
    cells = []
    for row in changelist.result_list:
        read = repr([each for each in vars(row).items() if not each[0].startswith("_")])
        if read not in known:
            known[read] = [str(cell) for cell in items_for_result(changelist, row, None)]
        cells.append(known[read])
    return changelist.result_count, len(cells), cells
