from __future__ import annotations

import factory
from factory.django import DjangoModelFactory

from echoroom.accounts.models import User


class UserFactory(DjangoModelFactory[User]):
    """A guest."""

    class Meta:
        model = User

    name = factory.Sequence(lambda n: f"Person {n}")


class StaffFactory(UserFactory):
    role = User.Role.ORGANISER
    email = factory.Sequence(lambda n: f"staff{n}@example.org")
    password = factory.django.Password("a long enough password")
