"""Makes people who run events. It lives above accounts because an organiser belongs to events."""

from __future__ import annotations

import os
import sys
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
# What whoever is made from a password alone signs in with. Nothing is ever sent there.
DEFAULT_EMAIL = {"ADMIN": "admin@echoroom.localhost", "ORGANISER": "organiser@echoroom.localhost"}
CURE = "Choose one of at least 12 characters that nobody uses elsewhere, for example four random words."
NOBODY_TO_ASK = (
    "There is no terminal to ask at, and neither ADMIN_PASSWORD nor ORGANISER_PASSWORD is set. Set one of them "
    "(perhaps with ADMIN_EMAIL or ORGANISER_EMAIL), or run this in a terminal."
)


class Command(BaseCommand):
    help = (
        "Make an organiser or an admin: once from ADMIN_PASSWORD and ORGANISER_PASSWORD where they are set (and "
        "ADMIN_EMAIL and ORGANISER_EMAIL, if you like), otherwise from a prompt."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--role", choices=list(ROLES), help="organiser, unless said otherwise")
        parser.add_argument("--email")
        parser.add_argument("--name")
        parser.add_argument("--event", nargs="*", default=[], metavar="ID", help="the events that an organiser runs")
        parser.add_argument("--from-environment", action="store_true", help="never ask; without variables do nothing")

    def handle(self, *args: Any, **options: Any) -> None:
        events = _events(options["event"])
        # Who names a person means that one.
        is_named = bool(options["email"] or options["name"] or options["role"])
        if options["from_environment"] or (not is_named and any(map(_password_of, FROM_ENVIRONMENT))):
            with transaction.atomic():
                done = [self._from_environment(prefix, role, events) for prefix, role in FROM_ENVIRONMENT.items()]
            self.stdout.write("\n".join(done))
            return
        if not sys.stdin.isatty():
            raise CommandError(NOBODY_TO_ASK)
        email = _checked_email(options["email"] or input("E-mail: "))
        name = options["name"] or input("Name: ").strip() or email.partition("@")[0]
        role = ROLES[options["role"] or "organiser"]
        try:
            made = _make(email, name, _asked_password(), role, events)
        except EmailTaken as taken:
            raise CommandError(f"{email} is taken: somebody signs in with it already.") from taken
        self.stdout.write(made)

    def _from_environment(self, prefix: str, role: User.Role, events: list[Event]) -> str:
        email, password = os.environ.get(f"{prefix}_EMAIL", ""), _password_of(prefix)
        if not password:
            if email:
                raise CommandError(f"{prefix}_PASSWORD is missing. Set it beside {prefix}_EMAIL, or remove both.")
            return f"{prefix}_PASSWORD is not set: nothing to do."
        if not email and User.objects.filter(role=role).exists():
            # The first one may have taken an address of their own: the variable must not let in another.
            return f"Somebody has the role {role.label} already: nothing to do."
        email = _checked_email(email or DEFAULT_EMAIL[prefix])
        try:
            return _make(email, email.partition("@")[0], password, role, events)
        except EmailTaken:
            return f"{email} exists already: nothing to do."


def _password_of(prefix: str) -> str:
    # Read here and not through django-environ, which takes a password that begins with $ for a variable's name.
    return os.environ.get(f"{prefix}_PASSWORD", "")


def _make(email: str, name: str, password: str, role: User.Role, events: list[Event]) -> str:
    try:
        with transaction.atomic():
            user = create_staff(by=None, email=email, name=name, password=password, role=role)
            for event in events:
                add_organiser(by=None, event_id=event.pk, organiser=user)
    except WeakPassword as weak:
        raise CommandError(f"The password of {email} is too weak. {weak.detail}\n{CURE}") from weak
    runs = f", runs {', '.join(str(event) for event in events)}" if events else ""
    return f"{user.get_role_display()} {email} can sign in at /admin/{runs}."


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
