from __future__ import annotations

import uuid
from collections.abc import Iterable
from typing import ClassVar

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import Q
from django.utils import timezone


class UserManager(BaseUserManager["User"]):
    def get_by_natural_key(self, username: str | None) -> User:
        return self.get(email__iexact=username)


class User(AbstractBaseUser):
    """A person. A guest has neither e-mail nor password; staff have both."""

    class Role(models.TextChoices):
        PLAYER = "player", "Player"
        ORGANISER = "organiser", "Organiser"
        ON_CALL = "on_call", "On call"
        ADMIN = "admin", "Admin"
        SUPER_ADMIN = "super_admin", "Super-admin"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    email = models.EmailField(unique=True, null=True, blank=True)
    name = models.CharField(max_length=80)
    role = models.CharField(max_length=16, choices=Role, default=Role.PLAYER)
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    objects: ClassVar[UserManager] = UserManager()

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]

    class Meta:
        constraints = [
            # Staff sign in by e-mail, so nobody without one can be staff.
            models.CheckConstraint(
                condition=Q(role="player") | Q(email__isnull=False), name="accounts_user_staff_have_email"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_staff(self) -> bool:
        return self.role != self.Role.PLAYER

    @property
    def is_superuser(self) -> bool:
        """May see every event. What Django's admin asks of a user."""
        return self.is_active and self.role in {self.Role.ADMIN, self.Role.SUPER_ADMIN}

    @property
    def is_organiser(self) -> bool:
        return self.is_active and (self.role == self.Role.ORGANISER or self.is_superuser)

    def has_perm(self, perm: str, obj: object = None) -> bool:
        """Organisers' rights are scoped by event and decided by each `ModelAdmin`, not here."""
        if perm.startswith("accounts.") and ".view_" not in perm:
            return self.is_active and self.role == self.Role.SUPER_ADMIN
        return self.is_superuser

    def has_perms(self, perm_list: Iterable[str], obj: object = None) -> bool:
        return all(self.has_perm(perm, obj) for perm in perm_list)

    def has_module_perms(self, app_label: str) -> bool:
        return self.is_organiser
