"""A quest as plain values: what a file says, what a version keeps and what a room plays."""

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from string import ascii_uppercase
from typing import Any, Self

from rooms.quest_files.form_spec import FORM_KINDS, FieldSpec

FORMAT = "echoroom-quest/1"
RULES = ("plurality", "majority", "unanimous", "captain")


@dataclass(frozen=True, kw_only=True)
class OptionSpec:
    title: str
    description: str
    impact: str = ""
    trade_off: str = ""
    risks: tuple[str, ...] = ()

    @classmethod
    def trusted(cls, data: Mapping[str, Any]) -> Self:
        return cls(**{**data, "risks": tuple(data.get("risks", ()))})


@dataclass(frozen=True, kw_only=True)
class DecisionSpec:
    title: str
    question: str
    context: str = ""
    options: tuple[OptionSpec, ...]

    @classmethod
    def trusted(cls, data: Mapping[str, Any]) -> Self:
        return cls(**{**data, "options": tuple(OptionSpec.trusted(option) for option in data["options"])})

    def keyed_options(self) -> Iterator[tuple[str, OptionSpec]]:
        """The options with their keys: A, B, C, …"""
        return zip(ascii_uppercase, self.options, strict=False)


@dataclass(frozen=True, kw_only=True)
class QuestSpec:
    """Durations are seconds: to vote in one round, to wait for the ideal team, to wait in the lobby.

    A form or survey has `fields`; what is about a team means nothing to it.
    """

    slug: str
    title: str
    region: str
    summary: str
    kind: str = "decision_room"
    team_min: int = 2
    team_size: int = 3
    team_max: int = 5
    rule: str = "plurality"
    rounds: int = 1
    vote_seconds: int = 300
    patience_seconds: int = 30
    lobby_seconds: int = 120
    decisions: tuple[DecisionSpec, ...] = ()
    fields: tuple[FieldSpec, ...] = ()

    @property
    def is_form(self) -> bool:
        return self.kind in FORM_KINDS

    @classmethod
    def trusted(cls, data: Mapping[str, Any]) -> Self:
        """From what `to_dict` gave or the schema passed; everything else goes through `from_dict`."""
        fields = {key: value for key, value in data.items() if key not in ("format", "team")}
        if data.get("kind") in FORM_KINDS:
            return cls(**{**fields, "fields": tuple(FieldSpec.trusted(field) for field in data["fields"])})
        team = {f"team_{key}": value for key, value in data["team"].items()}
        decisions = tuple(DecisionSpec.trusted(decision) for decision in data["decisions"])
        return cls(**{**fields, **team, "decisions": decisions})


def option_key(position: int) -> str:
    """The key of the option at a position counted from 0."""
    return ascii_uppercase[position]


def to_dict(spec: QuestSpec) -> dict[str, Any]:
    """The quest in the shape of its file, without the texts that it leaves out."""
    if spec.is_form:
        head = {key: getattr(spec, key) for key in ("kind", "slug", "title", "region", "summary")}
        return {"format": FORMAT, **head, "fields": [field.to_dict() for field in spec.fields]}
    fields = asdict(spec)
    del fields["kind"], fields["fields"]
    team = {key: fields.pop(f"team_{key}") for key in ("min", "size", "max")}
    decisions = [_decision(decision) for decision in fields.pop("decisions")]
    head = {key: fields.pop(key) for key in ("slug", "title", "region", "summary")}
    return {"format": FORMAT, **head, "team": team, **fields, "decisions": decisions}


def _decision(fields: dict[str, Any]) -> dict[str, Any]:
    return {**_filled(fields), "options": [_option(option) for option in fields["options"]]}


def _option(fields: dict[str, Any]) -> dict[str, Any]:
    return _filled({**fields, "risks": list(fields["risks"])})


def _filled(fields: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in fields.items() if value}
