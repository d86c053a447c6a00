"""What a practice bot thinks of a question, in the question's own words.

A bot's temperament decides what it looks at: what may go wrong, what is gained, what it costs, or what would be done.
The same seed gives the same opinion.
"""

from __future__ import annotations

import random
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from matching.practice.phrases import (
    AGAINST,
    AGREEING,
    CHOOSING,
    CONCERNS,
    MOVING,
    NO_REASON,
    REASONS,
    STANCES,
    STAYING,
    Temperament,
)
from matching.practice.quoting import cut, first_sentence, said, spoken

Decision = Mapping[str, Any]
Option = Mapping[str, Any]
Vote = Mapping[str, Any]

LONGEST = 1200
# How far chance reaches in points of `_appeal`: it keeps bots of one temperament apart.
LUCK = 4
# How often a bot follows the reasons for another option that has as many votes as its own, or more.
IS_MOVED = 0.5
NAMES_A_CONCERN = 0.7
# What hurts and what helps, as far as single words tell.
HARM = re.compile(
    r"\b(?:die|dies|dead|death|kill\w*|ill|sick|harm\w*|hurt\w*|los[est]\w*|fail\w*|break\w*|broken|nobody|never|"
    r"false|wrong|danger\w*|scald\w*|burn\w*|fear\w*|afraid|blame\w*|leave\w*|left|empty|cost\w*|worse|too)\b",
    re.IGNORECASE,
)
GAIN = re.compile(
    r"\b(?:safe\w*|save[sd]?|protect\w*|help\w*|keep\w*|kept|trust\w*|work\w*|learn\w*|fair\w*|same|every\w*|all|"
    r"first|best|better|more|can|clean|within)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Opinion:
    option: str
    reason: str


def opinion_on(decision: Decision, *, temperament: Temperament, seed: str) -> Opinion:
    """The option that a bot goes for and one to three sentences about why; `decision` as the API gives it."""
    dice = random.Random(seed)  # noqa: S311 - no secret
    ranked = sorted(decision["options"], key=lambda option: -_appeal(option, temperament, dice))
    chosen, others = ranked[0], ranked[1:]
    if stance := _stance(chosen):
        return Opinion(chosen["key"], dice.choice(stance).format(question=said(decision["question"])))
    sentences = [dice.choice(CHOOSING[temperament]).format(option=_named(chosen)), _because(chosen, temperament, dice)]
    if others and dice.random() < NAMES_A_CONCERN:
        sentences.append(_concern(dice.choice(others), temperament, dice))
    return Opinion(chosen["key"], _joined(sentences))


def second_opinion_on(
    decision: Decision, *, temperament: Temperament, seed: str, mine: str, others: Sequence[Vote]
) -> Opinion:
    """The same after the first round: `mine` is the option voted for, `others` are the revealed votes of the rest.

    Where another option has as many votes a bot sometimes follows the reasons for it, and says so. It repeats no
    team-mate's name or words: what people wrote stays theirs to erase.
    """
    dice = random.Random(seed)  # noqa: S311 - no secret
    options = {option["key"]: option for option in decision["options"]}
    rival = _strongest(others, mine, options)
    if rival is None:
        return Opinion(mine, _joined([dice.choice(AGREEING).format(option=_named(options[mine]))]))
    if _votes(others, rival) > _votes(others, mine) and dice.random() < IS_MOVED:
        moved = dice.choice(MOVING).format(mine=mine, option=_named(options[rival]))
        return Opinion(rival, _joined([moved, _because(options[rival], temperament, dice)]))
    stays = dice.choice(STAYING).format(option=_named(options[mine]), rival=rival)
    return Opinion(mine, _joined([stays, _concern(options[rival], temperament, dice)]))


def _stance(option: Option) -> tuple[str, ...]:
    """How one says yes, no or neither to a statement; nothing for an option that is more than that."""
    return STANCES.get(option["title"].strip().lower(), ())


def _strongest(others: Sequence[Vote], mine: str, options: Mapping[str, Option]) -> str | None:
    """The option, other than one's own, with most votes; of equals the one that is argued for at most length."""
    rivals = [vote for vote in others if vote["option"] != mine and vote["option"] in options]
    counts = Counter(vote["option"] for vote in rivals)
    length = {key: max(len(vote["justification"]) for vote in rivals if vote["option"] == key) for key in counts}
    return max(counts, key=lambda key: (counts[key], length[key], key), default=None)


def _votes(votes: Sequence[Vote], option: str) -> int:
    return sum(1 for vote in votes if vote["option"] == option)


def _appeal(option: Option, temperament: Temperament, dice: random.Random) -> float:
    """How much an option speaks to this temperament, and to luck."""
    risks = " ".join(option["risks"])
    points = {
        Temperament.CAUTIOUS: -1.0 * len(option["risks"]) - len(HARM.findall(risks)),
        Temperament.BOLD: 1.0 * len(GAIN.findall(option["impact"])) + 0.5 * bool(option["impact"]),
        Temperament.FAIR: -1.0 * len(HARM.findall(option["trade_off"])),
        Temperament.PRACTICAL: 0.5 * len(re.findall(r"\d+", option["description"])) + bool(option["description"]),
    }[temperament]
    return points + LUCK * dice.random()


def _because(option: Option, temperament: Temperament, dice: random.Random) -> str:
    """What speaks for it: first what the temperament looks at, else whatever the quest says. "" for a stance."""
    if _stance(option):
        return ""
    fields = {
        Temperament.CAUTIOUS: ("impact", "description"),
        Temperament.BOLD: ("impact", "description"),
        Temperament.FAIR: ("trade_off", "impact", "description"),
        Temperament.PRACTICAL: ("description", "impact"),
    }[temperament]
    name = next((name for name in fields if option[name].strip()), None)
    if name is None:
        return dice.choice(NO_REASON)
    text = first_sentence(option[name]) if name == "description" else option[name]
    return spoken(text, *dice.choice(REASONS[name]), key=option["key"])


def _concern(option: Option, temperament: Temperament, dice: random.Random) -> str:
    if _stance(option):
        return ""
    risks = [risk for risk in option["risks"] if risk.strip()]
    if risks and (temperament is not Temperament.FAIR or not option["trade_off"].strip()):
        return spoken(dice.choice(risks), *dice.choice(CONCERNS), key=option["key"])
    if option["trade_off"].strip():
        return spoken(option["trade_off"], *dice.choice(CONCERNS), key=option["key"])
    return dice.choice(AGAINST).format(option=_named(option))


def _named(option: Option) -> str:
    return f"{option['key']}, {said(option['title'])}"


def _joined(sentences: Sequence[str]) -> str:
    return cut(" ".join(filter(None, sentences)), LONGEST)
