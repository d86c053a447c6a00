"""The four commit rules, before and after the votes."""

from __future__ import annotations

from rooms import rules
from rooms.passage import listed
from rooms.selectors.content import DecisionContent
from rooms.selectors.room_view import MemberView, RoomView, RoundView

RULES = {
    rules.PLURALITY: (
        "Most votes",
        "The option with the most votes can be committed. If several lead, whoever commits chooses among them.",
    ),
    rules.MAJORITY: (
        "More than half",
        (
            "An option needs more than half of the votes. If none has them, the one with most votes can be committed, "
            "and the map says so."
        ),
    ),
    rules.UNANIMOUS: (
        "Everyone",
        (
            "All votes should be for one option. If they are not, the one with most votes can be committed, "
            "and the map keeps the dissent."
        ),
    ),
    rules.CAPTAIN: (
        "The captain decides",
        (
            "Everybody votes, then the captain commits to any option. The captain is who has sat in the room longest; "
            "if they are away, the next one takes over."
        ),
    ),
}
NOT_MET = {
    rules.MAJORITY: "No option has more than half of the votes, so most votes decide. The map will say so.",
    rules.UNANIMOUS: "You are not all of one mind, so most votes decide. The map will keep the dissent.",
}


def verdict_of(view: RoomView, round: RoundView, decision: DecisionContent) -> rules.Verdict:
    places = {option.key: place for place, option in enumerate(decision.options)}
    return rules.verdict(view.content.rule, [places[vote.option] for vote in round.votes], list(places.values()))


def verdict_words(view: RoomView, round: RoundView, decision: DecisionContent) -> str:
    """What the votes of the last round mean for the commit, in a sentence or two."""
    if view.content.rule == rules.CAPTAIN:
        return _captain_words(next((member for member in view.members if member.is_captain), None))
    verdict = verdict_of(view, round, decision)
    keys = sorted(view.allowed)
    leading = f"{listed(keys)} are tied: whoever commits chooses among them." if verdict.was_tie else ""
    if not verdict.rule_met:
        return f"{NOT_MET[view.content.rule]} {leading}".strip()
    if leading:
        return leading
    return f"{keys[0]} has all votes." if len(round.votes) == round.tally[keys[0]] else f"{keys[0]} has the most votes."


def _captain_words(captain: MemberView | None) -> str:
    if captain is None:
        return "The captain commits, to any option."
    if captain.is_you:
        return "You are the captain: you may commit to any option."
    return f"{captain.name} is the captain and commits for the team, to any option."
