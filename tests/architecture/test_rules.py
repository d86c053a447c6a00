"""The rules of the house, over the whole tree; and that each rule finds what it is there to find."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

import pytest

from tests.architecture import rules
from tests.architecture.source import APPS, FRAME, OTHERS, PACKAGES, ROOT, Source, sources

Rule = Callable[[Source], Iterator[str]]

# Entry points that may write, each with its reason. `path: code`, as the rule prints it.
WRITES_ALLOWED: dict[str, str] = {}


def broken(rule: Rule, files: Iterable[Source]) -> list[str]:
    return [finding for file in files for finding in rule(file)]


@pytest.mark.parametrize(
    "rule",
    [
        rules.drawer,
        rules.model_signal,
        rules.loose_service,
        rules.loose_domain_event,
        rules.upward_string,
        rules.long_function,
    ],
)
def test_python_keeps_the_rule(rule):
    found = broken(rule, sources(".py"))
    assert not found, "\n".join(found)


@pytest.mark.parametrize("rule", [rules.long_file, rules.unfinished])
def test_every_text_keeps_the_rule(rule):
    files = sources(".py", ".html", ".js", ".css", ".sh", ".md", packages=(*PACKAGES, *OTHERS, "docs"))
    # The rules name the words that they forbid.
    found = broken(rule, (file for file in files if not file.path.startswith("tests/architecture/")))
    assert not found, "\n".join(found)


def test_templates_name_no_higher_app():
    found = broken(rules.upward_template, sources(".html"))
    assert not found, "\n".join(found)


def test_only_services_write():
    found = set(broken(rules.write_outside_services, sources(".py")))
    assert not found - set(WRITES_ALLOWED), "\n".join(sorted(found - set(WRITES_ALLOWED)))


def test_no_exception_outlives_its_reason():
    found = set(broken(rules.write_outside_services, sources(".py")))
    assert set(WRITES_ALLOWED) <= found


def test_every_package_of_the_house_is_known_to_the_rules():
    there = {path.parent.name for path in [*ROOT.glob("*/apps.py"), *ROOT.glob("echoroom/*/apps.py")]}
    assert there == {*APPS, *FRAME}


BAD = [
    (rules.long_file, "rooms/views.py", "x = 1\n" * 401),
    (rules.long_function, "rooms/views.py", "def f():\n" + "    x = 1\n" * 60),
    (rules.drawer, "rooms/utils.py", ""),
    (rules.drawer, "rooms/helpers/text.py", ""),
    (rules.model_signal, "rooms/apps.py", "from django.db.models.signals import post_save"),
    (rules.model_signal, "rooms/apps.py", "from django.db.models import signals"),
    (rules.model_signal, "rooms/receivers.py", "from django.dispatch import receiver"),
    (rules.unfinished, "rooms/views.py", "x = 1  # TODO: later"),
    (rules.unfinished, "rooms/templates/a.html", "{# FIXME #}"),
    (rules.unfinished, "docs/a.md", "Say more here. TODO: more"),
    (rules.write_outside_services, "rooms/views.py", "Room.objects.create(code='a')"),
    (rules.write_outside_services, "rooms/api/votes.py", "room.save()"),
    (rules.write_outside_services, "rooms/tasks.py", "Room.objects.filter(pk=1).update(state='closed')"),
    (rules.write_outside_services, "rooms/admin.py", "queryset.update(state='closed')"),
    (rules.write_outside_services, "echoroom/events/selectors.py", "Seat.objects.get_or_create(pk=1)"),
    (rules.write_outside_services, "rooms/receivers.py", "votes.delete()"),
    (rules.loose_service, "rooms/services.py", "def close(room: int, reason: str) -> None: ..."),
    (rules.loose_service, "rooms/services.py", "def close(by: User, *, room: int) -> None: ..."),
    (rules.loose_service, "rooms/services.py", "def close(room) -> None: ..."),
    (rules.loose_service, "rooms/services/voting.py", "def cast(*, room) -> None: ..."),
    (rules.loose_service, "echoroom/events/services.py", "def cast(*, room: int): ..."),
    (rules.loose_domain_event, "rooms/domain_events.py", "class RoomClosed(DomainEvent): ..."),
    (rules.loose_domain_event, "rooms/domain_events.py", "@dataclass(frozen=True)\nclass RoomClosed: ..."),
    (rules.upward_string, "rooms/services.py", "app.send_task('badges.tasks.award')"),
    (rules.upward_string, "rooms/models.py", "ForeignKey('badges.Award')"),
    (rules.upward_string, "rooms/views.py", "reverse('matching:queue')"),
    (rules.upward_string, "matching/models.py", "ForeignKey('voice.Role')"),
    (rules.upward_string, "echoroom/outbox/models.py", "ForeignKey('accounts.User')"),
    (rules.upward_string, "echoroom/accounts/models.py", "apps.get_model('events', 'Event')"),
    (rules.upward_template, "rooms/templates/rooms/room.html", "{% url 'badges:mine' %}"),
    (rules.upward_template, "rooms/templates/rooms/room.html", '{% include "voice/bar.html" %}'),
]


@pytest.mark.parametrize(("rule", "path", "text"), BAD)
def test_the_rule_finds_what_breaks_it(rule, path, text):
    assert broken(rule, [Source(path, text)])


GOOD = [
    (rules.long_function, "rooms/views.py", "def f():\n" + "    x = 1\n" * 59),
    (rules.drawer, "rooms/voting.py", ""),
    (rules.model_signal, "echoroom/apps.py", "from django.db.models.signals import post_migrate"),
    (rules.unfinished, "rooms/views.py", "# a to-do list, todo in a sentence"),
    (rules.unfinished, "rooms/forms.py", "placeholder = 'HACK-2024'"),
    (rules.write_outside_services, "rooms/services.py", "room.save()"),
    (rules.write_outside_services, "rooms/views.py", "context.update(room=room)"),
    (rules.write_outside_services, "rooms/tests/test_votes.py", "room.save()"),
    (rules.loose_service, "rooms/services.py", "def close(*, by: User, room_id: UUID) -> None: ..."),
    (rules.loose_service, "rooms/services.py", "def _locked(room): ..."),
    (
        rules.loose_service,
        "rooms/services/progress.py",
        "def begin(play: Play, *, now: datetime) -> None: ...",
    ),
    (
        rules.loose_domain_event,
        "rooms/domain_events.py",
        "@dataclass(frozen=True, kw_only=True)\nclass A: ...",
    ),
    (rules.upward_string, "matching/models.py", "ForeignKey('rooms.Room')"),
    (rules.upward_string, "rooms/models.py", "ForeignKey('rooms.Room')"),
    (rules.upward_string, "echoroom/settings.py", "INSTALLED_APPS = ['badges.apps']"),
    (rules.upward_string, "rooms/views.py", "'badges are given later'"),
    (rules.upward_template, "badges/templates/badges/mine.html", "{% url 'rooms:room' room.code %}"),
]


@pytest.mark.parametrize(("rule", "path", "text"), GOOD)
def test_the_rule_lets_the_rest_be(rule, path, text):
    assert not broken(rule, [Source(path, text)])
