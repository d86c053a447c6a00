"""Room codes that can be said aloud: consonant, vowel, consonant, twice, and two digits (LUMBEK47)."""

from __future__ import annotations

import secrets
from math import prod

CONSONANTS = "BDFGHJKLMNPRSTVZ"
VOWELS = "AEIOU"
DIGITS = "23456789"
SYLLABLE = (CONSONANTS, VOWELS, CONSONANTS)
ALPHABETS = (*SYLLABLE, *SYLLABLE, DIGITS, DIGITS)
CODES = prod(map(len, ALPHABETS))


def new_room_code() -> str:
    """About 10^8 codes; a collision is refused by the unique constraint and tried again by the service."""
    # Drawn once for all letters: a rush needs thousands of codes at a time.
    drawn = secrets.randbelow(CODES)
    letters = []
    for alphabet in ALPHABETS:
        drawn, place = divmod(drawn, len(alphabet))
        letters.append(alphabet[place])
    return "".join(letters)
