"""What a quest's version asks. Versions never change, so a process reads each once."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Prefetch

from rooms.models import Decision, QuestVersion


@dataclass(frozen=True, slots=True)
class OptionContent:
    id: int
    key: str
    title: str
    description: str
    impact: str
    trade_off: str
    risks: tuple[str, ...]

    def shown(self) -> dict[str, Any]:
        """Without the id, which is the database's own."""
        return {
            "key": self.key,
            "title": self.title,
            "description": self.description,
            "impact": self.impact,
            "trade_off": self.trade_off,
            "risks": list(self.risks),
        }


@dataclass(frozen=True, slots=True)
class DecisionContent:
    number: int
    title: str
    question: str
    context: str
    options: tuple[OptionContent, ...]

    def option(self, key: str) -> OptionContent | None:
        return next((option for option in self.options if option.key == key), None)

    def shown(self) -> dict[str, Any]:
        """The question with its options, as the API and the decision map give it."""
        asked = {"number": self.number, "title": self.title, "question": self.question, "context": self.context}
        return {**asked, "options": [option.shown() for option in self.options]}

    def key_of(self, option_id: int) -> str:
        return next(option.key for option in self.options if option.id == option_id)


@dataclass(frozen=True, slots=True)
class QuestContent:
    version_id: UUID
    quest_id: UUID
    number: int
    title: str
    summary: str
    rule: str
    rounds: int
    team_min: int
    team_size: int
    team_max: int
    vote_seconds: int
    patience_seconds: int
    lobby_seconds: int
    decisions: tuple[DecisionContent, ...]

    def decision(self, number: int) -> DecisionContent | None:
        return self.decisions[number - 1] if 1 <= number <= len(self.decisions) else None


# Kept for ever, in the order of reading; a process that has read too many forgets the oldest.
_read: dict[UUID, QuestContent] = {}
MOST_KEPT = 1024


def content_of(version_id: UUID) -> QuestContent:
    """The whole content of a version; three queries the first time, none afterwards."""
    return _read.get(version_id) or contents_of([version_id])[version_id]


def contents_of(version_ids: Collection[UUID]) -> dict[UUID, QuestContent]:
    """The contents of several versions; three queries for all that this process has not read, none afterwards."""
    found = {pk: _read[pk] for pk in version_ids if pk in _read}
    if unread := set(version_ids) - set(found):
        decisions = Decision.objects.order_by("number").prefetch_related("options")
        for version in QuestVersion.objects.filter(pk__in=unread).prefetch_related(Prefetch("decisions", decisions)):
            found[version.pk] = _keep(_content(version))
    return found


def forget() -> None:
    """Read everything anew; for tests."""
    _read.clear()


def _keep(content: QuestContent) -> QuestContent:
    while len(_read) >= MOST_KEPT:
        # Another thread may be at the same one.
        _read.pop(next(iter(list(_read))), None)
    _read[content.version_id] = content
    return content


def _content(version: QuestVersion) -> QuestContent:
    return QuestContent(
        version_id=version.pk,
        quest_id=version.quest_id,
        number=version.number,
        title=version.title,
        summary=version.summary,
        rule=version.rule,
        rounds=version.rounds,
        team_min=version.team_min,
        team_size=version.team_size,
        team_max=version.team_max,
        vote_seconds=version.vote_seconds,
        patience_seconds=version.patience_seconds,
        lobby_seconds=version.lobby_seconds,
        decisions=tuple(_decision(decision) for decision in version.decisions.all()),
    )


def _decision(decision: Decision) -> DecisionContent:
    options = sorted(decision.options.all(), key=lambda option: option.key)
    return DecisionContent(
        number=decision.number,
        title=decision.title,
        question=decision.question,
        context=decision.context,
        options=tuple(
            OptionContent(
                id=option.pk,
                key=option.key,
                title=option.title,
                description=option.description,
                impact=option.impact,
                trade_off=option.trade_off,
                risks=tuple(option.risks),
            )
            for option in options
        ),
    )
