from __future__ import annotations

import uuid
from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo, available_timezones

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import MaxLengthValidator, RegexValidator
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from echoroom.events.secrets import new_token

if TYPE_CHECKING:
    from echoroom.accounts.models import User


BOT_MARK = " (bot)"
# What an erased person is called wherever their team's work stays.
FORMER_MEMBER = "A former member"
# What team-mates may see of a profile, and what nobody but its owner does.
PUBLIC_FIELDS = ("name", "organisation", "occupation", "country", "skill", "curiosity", "interests", "languages")
PRIVATE_FIELDS = ("gender", "gender_category", "shows_organisation", "shows_country")


def validate_timezone(value: str) -> None:
    if value not in available_timezones():
        raise ValidationError(f"{value} is no time zone, for example Europe/Berlin.")


class EventQuerySet(models.QuerySet["Event"]):
    def visible_to(self, user: User) -> EventQuerySet:
        """The events this member of staff may know of: organisers their own, admins all."""
        if user.is_superuser:
            return self
        return self.filter(organisers__user=user) if user.is_organiser else self.none()


class Event(models.Model):
    """One occasion with its own codes, people, quests and brand."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    name = models.CharField(max_length=120)
    welcome = models.TextField(blank=True, max_length=600, help_text="Shown on the way in, in your own words.")
    brand_colour = models.CharField(
        max_length=7, default="#5b4bdb", validators=[RegexValidator(r"^#[0-9a-fA-F]{6}$", "Write it as #5b4bdb.")]
    )
    time_zone = models.CharField(max_length=64, default="UTC", validators=[validate_timezone])
    opens_at = models.DateTimeField(default=timezone.now)
    closes_at = models.DateTimeField(null=True, blank=True)
    is_demo = models.BooleanField(default=False, editable=False)
    is_test = models.BooleanField(
        "test event", default=False, help_text="For trying things out: people may fill their room with practice bots."
    )
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    objects = EventQuerySet.as_manager()

    class Meta:
        ordering = ["-opens_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(closes_at=None) | Q(closes_at__gt=F("opens_at")), name="events_event_closes_after_it_opens"
            )
        ]

    def __str__(self) -> str:
        return self.name

    def is_open_at(self, moment: datetime) -> bool:
        return self.opens_at <= moment and (self.closes_at is None or moment < self.closes_at)

    @property
    def has_practice(self) -> bool:
        """Whether practice bots may play here. Never where it counts."""
        return self.is_demo or self.is_test

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.time_zone)


class EventOrganiser(models.Model):
    """Who may run an event."""

    event = models.ForeignKey(Event, models.CASCADE, related_name="organisers")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="organised")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["event", "user"], name="events_organiser_once_per_event")]

    def __str__(self) -> str:
        return f"{self.user} organises {self.event}"


class EventCodeQuerySet(models.QuerySet["EventCode"]):
    def usable(self, moment: datetime) -> EventCodeQuerySet:
        return self.filter(
            Q(max_uses=None) | Q(uses__lt=F("max_uses")),
            Q(expires_at=None) | Q(expires_at__gt=moment),
            Q(event__closes_at=None) | Q(event__closes_at__gt=moment),
            event__opens_at__lte=moment,
            is_active=True,
        )


class EventCode(models.Model):
    """What a person types or scans to enter. The link's token is never derived from the code."""

    class Kind(models.TextChoices):
        CUSTOM = "custom", "Custom"
        GENERATED = "generated", "Generated"

    event = models.ForeignKey(Event, models.CASCADE, related_name="codes")
    code = models.CharField(
        max_length=20,
        unique=True,
        validators=[RegexValidator(r"^[A-Z0-9_-]{4,20}$", "4 to 20 of A–Z, 0–9, _ and -.")],
    )
    kind = models.CharField(max_length=10, choices=Kind, default=Kind.CUSTOM)
    link_token = models.CharField(max_length=43, unique=True, default=new_token, editable=False)
    is_active = models.BooleanField(default=True)
    expires_at = models.DateTimeField(null=True, blank=True)
    max_uses = models.PositiveIntegerField(null=True, blank=True)
    uses = models.PositiveIntegerField(default=0, editable=False)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    objects = EventCodeQuerySet.as_manager()

    class Meta:
        ordering = ["code"]
        constraints = [
            models.CheckConstraint(
                condition=Q(max_uses=None) | Q(uses__lte=F("max_uses")), name="events_code_not_used_beyond_its_maximum"
            ),
        ]

    def __str__(self) -> str:
        return self.code

    @property
    def join_url(self) -> str:
        return f"{settings.PUBLIC_URL}/join/{self.link_token}"

    def state_at(self, moment: datetime) -> str:
        """Why this code lets in or not, in a word, for organisers only."""
        if not self.is_active:
            return "switched off"
        if self.expires_at and self.expires_at <= moment:
            return "expired"
        if self.max_uses is not None and self.uses >= self.max_uses:
            return "used up"
        return "open" if self.event.is_open_at(moment) else "event closed"


class ParticipantQuerySet(models.QuerySet["Participant"]):
    def visible_to(self, user: User) -> ParticipantQuerySet:
        return self.filter(event__in=Event.objects.visible_to(user))


class Participant(models.Model):
    """A person in one event: the profile, of which `gender` is never shown to players."""

    class Skill(models.TextChoices):
        NEWCOMER = "newcomer", "New to this"
        PRACTISED = "practised", "Some practice"
        EXPERT = "expert", "A lot of practice"

    class GenderCategory(models.TextChoices):
        UNSTATED = "", "Rather not say"
        WOMAN = "woman", "With women"
        MAN = "man", "With men"
        NON_BINARY = "non_binary", "With non-binary people"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    # `events_participants_of_event` begins with it.
    event = models.ForeignKey(Event, models.CASCADE, related_name="participants", db_index=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="participations")
    code = models.ForeignKey(EventCode, models.SET_NULL, null=True, editable=False, related_name="participants")
    name = models.CharField(max_length=80, blank=True)
    organisation = models.CharField(max_length=120, blank=True)
    occupation = models.CharField("role", max_length=80, blank=True)
    country = models.CharField(max_length=2, blank=True)
    skill = models.CharField(max_length=12, choices=Skill, blank=True)
    curiosity = models.TextField(blank=True, validators=[MaxLengthValidator(300)])
    interests = models.JSONField(default=list, blank=True)
    languages = models.JSONField(default=list, blank=True)
    gender = models.CharField(max_length=60, blank=True)
    gender_category = models.CharField(max_length=12, choices=GenderCategory, blank=True)
    shows_organisation = models.BooleanField(default=True)
    shows_country = models.BooleanField(default=True)
    consented_at = models.DateTimeField(null=True, editable=False)
    # A practice bot: marked wherever it is shown, by its very name too, and counted nowhere.
    is_bot = models.BooleanField(default=False, editable=False)
    version = models.PositiveIntegerField(default=0, editable=False)
    entered_at = models.DateTimeField(default=timezone.now, editable=False)
    erased_at = models.DateTimeField(null=True, editable=False)

    objects = ParticipantQuerySet.as_manager()

    class Meta:
        ordering = ["entered_at", "pk"]
        constraints = [models.UniqueConstraint(fields=["event", "user"], name="events_participant_once_per_event")]
        indexes = [
            # Serves the admin's list of an event's people, newest first.
            models.Index(fields=["event", "-entered_at"], name="events_participants_of_event")
        ]

    def __str__(self) -> str:
        return self.name or "(no name yet)"

    @property
    def bare_name(self) -> str:
        """The name where the mark of a bot is shown beside it."""
        return self.name.removesuffix(BOT_MARK) if self.is_bot else self.name

    @property
    def shown_organisation(self) -> str:
        """The organisation as people of the same event may read it."""
        return self.organisation if self.shows_organisation else ""

    @property
    def shown_country(self) -> str:
        """The country's code as people of the same event may read it."""
        return self.country if self.shows_country else ""

    @property
    def is_erased(self) -> bool:
        return self.erased_at is not None

    @property
    def has_profile(self) -> bool:
        return bool(self.name and self.consented_at)


class PersonalLink(models.Model):
    """Takes a seat over on another device. Only its hash is kept, and using it makes a new one."""

    LIFETIME = timedelta(days=14)

    participant = models.OneToOneField(Participant, models.CASCADE, related_name="personal_link")
    token_hash = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return f"personal link {self.pk}"


class SeatDevice(models.Model):
    """One signed-in device of a participant. A client sends its token; a browser's session names the token's hash."""

    class Kind(models.TextChoices):
        BROWSER = "browser"
        CLIENT = "client", "API client"

    class RevokeReason(models.TextChoices):
        NONE = "", "Not told"
        TAKEN_OVER = "taken_over", "Seat taken over by a personal link"
        SIGNED_OUT = "signed_out", "Signed out here"

    participant = models.ForeignKey(Participant, models.CASCADE, related_name="devices")
    kind = models.CharField(max_length=10, choices=Kind, default=Kind.CLIENT)
    token_hash = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField(default=timezone.now)
    revoked_at = models.DateTimeField(null=True)
    # Only a device that lost its seat to another one is told so.
    revoke_reason = models.CharField(
        max_length=10, choices=RevokeReason, default=RevokeReason.NONE, db_default=RevokeReason.NONE, blank=True
    )

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(revoke_reason="") | Q(revoked_at__isnull=False),
                name="events_seatdevice_only_a_revoked_one_has_a_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"device {self.pk}"
