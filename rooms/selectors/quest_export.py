from __future__ import annotations

from rooms.models import Quest
from rooms.quest_files import DecisionSpec, FieldSpec, OptionSpec, QuestSpec
from rooms.selectors.content import DecisionContent, content_of
from rooms.selectors.forms import FieldContent, form_of

COPIED = (
    "title", "summary", "rule", "rounds", "team_min", "team_size", "team_max",
    "vote_seconds", "patience_seconds", "lobby_seconds",
)  # fmt: skip


def spec_of(quest: Quest) -> QuestSpec:
    """The quest's current version as a spec: importing it again makes an equal version."""
    assert quest.current_id is not None
    if not quest.is_room:
        form = form_of(quest.current_id)
        return QuestSpec(
            kind=quest.kind,
            slug=quest.slug,
            region=quest.region.name,
            title=form.title,
            summary=form.summary,
            fields=tuple(_field(field) for field in form.fields),
        )
    content = content_of(quest.current_id)
    return QuestSpec(
        slug=quest.slug,
        region=quest.region.name,
        decisions=tuple(_decision(decision) for decision in content.decisions),
        **{field: getattr(content, field) for field in COPIED},
    )


def _decision(decision: DecisionContent) -> DecisionSpec:
    return DecisionSpec(
        title=decision.title,
        question=decision.question,
        context=decision.context,
        options=tuple(
            OptionSpec(
                title=option.title,
                description=option.description,
                impact=option.impact,
                trade_off=option.trade_off,
                risks=option.risks,
            )
            for option in decision.options
        ),
    )


def _field(field: FieldContent) -> FieldSpec:
    return FieldSpec(**field.shown())
