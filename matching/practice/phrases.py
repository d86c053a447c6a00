"""The sentences of practice bots. Pairs are for words that fit into the sentence, and for words to be quoted."""

from __future__ import annotations

from enum import StrEnum


class Temperament(StrEnum):
    CAUTIOUS = "cautious"
    BOLD = "bold"
    FAIR = "fair"
    PRACTICAL = "practical"


CHOOSING = {
    Temperament.CAUTIOUS: (
        "I looked first at what may go wrong, and {option} frightens me least.",
        "The careful way seems to me to be {option}.",
        "I would rather be safe here: {option}.",
        "If we are wrong about {option} we can still mend it, I think.",
    ),
    Temperament.BOLD: (
        "I would go for {option}.",
        "My choice is {option}, and I would not wait.",
        "Let us do it properly: {option}.",
        "There is most to win with {option}.",
    ),
    Temperament.FAIR: (
        "Everything costs something here, and I could answer for {option}.",
        "I weighed who pays for it, and came out at {option}.",
        "To me the fairest way is {option}.",
        "Nothing here is free. I end with {option}.",
    ),
    Temperament.PRACTICAL: (
        "I asked myself what we would really do tomorrow: {option}.",
        "I vote for {option}, since it can be done.",
        "What I can picture best is {option}.",
        "For me it is {option}.",
    ),
}

REASONS = {
    "impact": (
        ("It matters to me that {text}.", "What decides it for me: {text}."),
        ("The point is that {text}.", "What speaks for it: {text}."),
        ("I choose it because {text}.", "I choose it for one thing: {text}."),
    ),
    "trade_off": (
        ("I know the price: {text}. I would pay it.", "I know the price, {text}, and would pay it."),
        ("It is not easy that {text}, but I can live with it.", "The price is {text}, and I can live with it."),
        ("Yes, {text}. We should say so openly.", "The weak point is {text}. We should say so openly."),
    ),
    "description": (
        ("As I read it, {text}.", "As I read it: {text}."),
        ("What I like about it: {text}.", "What I like about it: {text}."),
        ("It is clear what happens: {text}.", "It is clear what happens: {text}."),
    ),
}

# Where the quest says nothing about an option but its title.
NO_REASON = (
    "It fits the question best, as far as I can see.",
    "I cannot prove it, but it seems right to me.",
    "I have no better argument than that I could defend it tomorrow.",
)

CONCERNS = (
    ("What worries me about {key} is that {text}.", "What worries me about {key}: {text}."),
    ("With {key} I fear that {text}.", "With {key} I see a danger: {text}."),
    ("Against {key} it counts for me that {text}.", "Against {key} this counts for me: {text}."),
    ("I stumbled over one thing in {key}: {text}.", "I stumbled over one thing in {key}: {text}."),
)

AGAINST = (
    "I was not sure about {option}.",
    "I also thought about {option}, but not for long.",
    "I could be talked into {option}.",
)

# Statements that one agrees with or not, as imported deliberations have them.
STANCES = {
    "agree": (
        "I agree with {question}. As it is put, I would sign it.",
        "Yes. I read {question} twice, and both times I nodded.",
        "I agree. If we take {question} seriously, a good deal follows from it, and that is all right with me.",
    ),
    "disagree": (
        "I disagree. {question} leaves out too much for me to sign it.",
        "No. I see what is meant by {question}, but it goes further than I would.",
        "I disagree with {question}: I would want to know who pays for it first.",
    ),
    "pass": (
        "I pass. About {question} I know too little to say yes or no.",
        "I pass: {question} can be read in two ways, and I would answer them differently.",
        "On {question} I would rather listen to the rest of you first.",
    ),
}

MOVING = (
    "I have read the reasons and move from {mine} to {option}.",
    "You have convinced me: from {mine} to {option}.",
    "In the first round I was for {mine}. After reading all of it I am for {option}.",
)

STAYING = (
    "I stay with {option}. What was said for {rival} is good, and it does not outweigh this for me.",
    "I have read what speaks for {rival}, and I am still for {option}.",
    "No change from me: {option}.",
)

AGREEING = (
    "We agree, so I stay with {option}.",
    "Nothing that I read speaks against it: {option} once more.",
    "I stay with {option}, and I am glad that I am not alone.",
)
