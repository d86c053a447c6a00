"""Makes people who run events. It lives above accounts because an organiser belongs to events."""

from __future__ import annotations

import os
from getpass import getpass
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.core.validators import validate_email
from django.db import transaction

from echoroom.accounts.errors import EmailTaken, WeakPassword
from echoroom.accounts.models import User
from echoroom.accounts.services import create_staff
from echoroom.events.models import Event
from echoroom.events.services.events import add_organiser

ROLES = {"organiser": User.Role.ORGANISER, "admin": User.Role.ADMIN, "super_admin": User.Role.SUPER_ADMIN}
# The first admin must be able to make the others.
FROM_ENVIRONMENT = {"ADMIN": User.Role.SUPER_ADMIN, "ORGANISER": User.Role.ORGANISER}
CURE = "Choose one of at least 12 characters that nobody uses elsewhere, for example four random words."


class Command(BaseCommand):
    help = (
        "Make an organiser or an admin: from a prompt, or with --from-environment once from ADMIN_EMAIL and "
        "ADMIN_PASSWORD, ORGANISER_EMAIL and ORGANISER_PASSWORD."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--role", choices=list(ROLES), default="organiser")
        parser.add_argument("--email")
        parser.add_argument("--name")
        parser.add_argument("--event", nargs="*", default=[], metavar="ID", help="the events that an organiser runs")
        parser.add_argument("--from-environment", action="store_true", help="do nothing for accounts that exist")

    def handle(self, *args: Any, **options: Any) -> None:
        events = _events(options["event"])
        if options["from_environment"]:
            for prefix, role in FROM_ENVIRONMENT.items():
                self._from_environment(prefix, role, events)
            return
        email = _checked_email(options["email"] or input("E-mail: "))
        name = options["name"] or input("Name: ").strip() or email.partition("@")[0]
        self._make(email, name, _asked_password(), ROLES[options["role"]], events)

    def _from_environment(self, prefix: str, role: User.Role, events: list[Event]) -> None:
        # Read here and not through django-environ, which takes a password that begins with $ for a variable's name.
        email, password = os.environ.get(f"{prefix}_EMAIL", ""), os.environ.get(f"{prefix}_PASSWORD", "")
        if not email and not password:
            self.stdout.write(f"{prefix}_EMAIL and {prefix}_PASSWORD are not set: nothing to do.")
            return
        if not (email and password):
            missing = f"{prefix}_PASSWORD" if email else f"{prefix}_EMAIL"
            raise CommandError(f"{missing} is missing. Set it beside the other one, or remove both.")
        email = _checked_email(email)
        if User.objects.filter(email=email).exists():
            self.stdout.write(f"{email} exists already: nothing to do.")
            return
        self._make(email, email.partition("@")[0], password, role, events)

    def _make(self, email: str, name: str, password: str, role: User.Role, events: list[Event]) -> None:
        try:
            with transaction.atomic():
                user = create_staff(by=None, email=email, name=name, password=password, role=role)
                for event in events:
                    add_organiser(by=None, event_id=event.pk, organiser=user)
        except WeakPassword as weak:
            raise CommandError(f"The password of {email} is too weak. {weak.detail}\n{CURE}") from weak
        except EmailTaken as taken:
            raise CommandError(f"{email} is taken: somebody signs in with it already.") from taken
        runs = f", runs {', '.join(str(event) for event in events)}" if events else ""
        self.stdout.write(self.style.SUCCESS(f"{user.get_role_display()} {email} can sign in at /admin/{runs}."))


def _checked_email(text: str) -> str:
    email = text.strip().lower()
    try:
        validate_email(email)
    except ValidationError as error:
        raise CommandError(f"{text!r} is no e-mail address. Write it like ada@example.org.") from error
    return email


def _asked_password() -> str:
    password = getpass("Password: ")
    if getpass("The same again: ") != password:
        raise CommandError("The two passwords differ. Start again.")
    return password


def _events(ids: list[str]) -> list[Event]:
    found = []
    for text in ids:
        pk = _uuid(text)
        event = Event.objects.filter(pk=pk).first() if pk else None
        if event is None:
            raise CommandError(f"There is no event {text!r}. Its id stands in the address of its page in /admin/.")
        found.append(event)
    return found


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
