"""What the profile page sends. Here it is only read; whether it may stand is the service's to say."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms

from echoroom.events.countries import COUNTRIES, LANGUAGES
from echoroom.events.models import Participant

_CODES_BY_NAME = {name.casefold(): code for code, name in LANGUAGES.items()}
WORDS = ("interests", "languages")


class WordsField(forms.CharField):
    """Words between commas; a page without scripts types them as they are."""

    def to_python(self, value: Any) -> Any:
        words = (word.strip() for word in (super().to_python(value) or "").replace("\n", ",").split(","))
        return list(dict.fromkeys(word for word in words if word))


class LanguagesField(WordsField):
    """Languages by their English names or ISO 639-1 codes. An unknown one is kept for the service to refuse."""

    def to_python(self, value: Any) -> Any:
        return list(dict.fromkeys(_language_code(word) for word in super().to_python(value)))


class ProfileForm(forms.Form):
    name = forms.CharField(max_length=80, required=False)
    organisation = forms.CharField(max_length=120, required=False)
    occupation = forms.CharField(max_length=80, required=False)
    country = forms.ChoiceField(
        choices=[("", "Rather not say"), *sorted(COUNTRIES.items(), key=lambda c: c[1])], required=False
    )
    skill = forms.ChoiceField(choices=[*Participant.Skill.choices, ("", "Rather not say")], required=False)
    curiosity = forms.CharField(max_length=300, required=False)
    interests = WordsField(required=False)
    languages = LanguagesField(required=False)
    gender = forms.CharField(max_length=60, required=False)
    gender_category = forms.ChoiceField(choices=Participant.GenderCategory.choices, required=False)
    shows_organisation = forms.BooleanField(required=False)
    shows_country = forms.BooleanField(required=False)
    consent = forms.BooleanField(required=False)


def initial_of(profile: Mapping[str, Any]) -> dict[str, Any]:
    """A profile as its form shows it."""
    languages = [LANGUAGES.get(code, code) for code in profile["languages"]]
    return {**profile, "interests": ", ".join(profile["interests"]), "languages": ", ".join(languages)}


def _language_code(word: str) -> str:
    lowered = word.casefold()
    return lowered if lowered in LANGUAGES else _CODES_BY_NAME.get(lowered, word)
