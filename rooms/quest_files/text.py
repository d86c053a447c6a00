"""What counts as readable text in a quest."""

import re
import unicodedata

# Control characters, lone surrogates, line separators, and the marks that turn the direction of the text
# around them: with those an option could show other words than the ones that were voted on.
_FORBIDDEN = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\u2028-\u202e\u2066-\u2069\ufffe\uffff]")


def forbidden(text: str) -> str | None:
    """The first character that has no place in a text; line breaks and tabs have one."""
    match = _FORBIDDEN.search(text)
    return match[0] if match else None


def forbidden_with_lines(text: str) -> list[tuple[int, str]]:
    """The first forbidden character of each line that has one, with the line's number from 1."""
    found = ((number, forbidden(line)) for number, line in enumerate(text.split("\n"), start=1))
    return [(number, character) for number, character in found if character]


def without_forbidden(text: str) -> str:
    return _FORBIDDEN.sub(" ", text)


def named(character: str) -> str:
    return f"the control character U+{ord(character):04X}"


def blank(text: str) -> bool:
    """Nothing to see: only spaces, invisible marks and control characters."""
    return all(unicodedata.category(character)[0] in "ZC" for character in text)


def tidied(data: object) -> object:
    """The same data with every text cut free of the space around it, and with one kind of line break."""
    if isinstance(data, str):
        return data.replace("\r\n", "\n").strip()
    if isinstance(data, dict):
        return {key if isinstance(key, str) else str(key): tidied(value) for key, value in data.items()}
    if isinstance(data, list | tuple):
        return [tidied(value) for value in data]
    return data


def one_line(text: str) -> str:
    return " ".join(without_forbidden(text).split())


def cut_at_word(text: str, limit: int) -> str:
    """At most `limit` characters, ended with an ellipsis at the last whole word that fits."""
    if len(text) <= limit:
        return text
    head = text[:limit]
    whole, space, _ = head.rpartition(" ")
    return (whole if space else head[:-1]).rstrip(" ,;:.-") + "…"
