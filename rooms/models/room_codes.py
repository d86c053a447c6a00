"""Room codes that can be said aloud: consonant, vowel, consonant, twice, and two digits (LUMBEK47)."""

from __future__ import annotations

import secrets

CONSONANTS = "BDFGHJKLMNPRSTVZ"
VOWELS = "AEIOU"
DIGITS = "23456789"


def new_room_code() -> str:
    """About 10^8 codes; a collision is refused by the unique constraint and tried again by the service."""
    syllables = (secrets.choice(CONSONANTS) + secrets.choice(VOWELS) + secrets.choice(CONSONANTS) for _ in range(2))
    return "".join(syllables) + secrets.choice(DIGITS) + secrets.choice(DIGITS)
