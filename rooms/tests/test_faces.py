"""One hostile map through all its faces: everything is there, and nothing became markup."""

from __future__ import annotations

import hashlib
import json
import re
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, nullcontext
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from markdown_it import MarkdownIt

from echoroom.events.tests.browser import browser_of
from rooms.errors import TypesettingBusy
from rooms.faces import files, typesetting
from rooms.faces.files import FACES, etag_of, preview_picture
from rooms.faces.kept import Kept
from rooms.faces.markdown import escaped, markdown_of
from rooms.faces.paper import paper_of
from rooms.faces.preview import preview_of
from rooms.faces.shown import ShownMap
from rooms.faces.texts import breakable, plain, runs_right_to_left
from rooms.tests.hostile import NAMES, hostile_map
from rooms.tests.test_pages_map import made_map
from rooms.tests.typeset import Typeset, has_glyphs, text_of
from tests.cast import ApiClient, Cast

# What nobody sees and what we put around texts ourselves: not part of what a text says.
UNSEEN = re.compile("[\u200b\u2060\u2068\u2069\u202e]")


@pytest.fixture(scope="module")
def _made(django_db_setup: None, django_db_blocker: Any) -> Any:
    """Played once for all tests here: forty reasons of 4,000 characters take a while."""
    from django.db import transaction

    with django_db_blocker.unblock(), transaction.atomic():
        made = hostile_map()
        yield made.document, made.digest, made.room.event
        transaction.set_rollback(True)


@pytest.fixture
def shown(_made: Any) -> ShownMap:
    files.kept.forget()
    return ShownMap(*_made)


def words(text: str) -> str:
    return " ".join(UNSEEN.sub("", text).split())


def texts_of(shown: ShownMap) -> list[str]:
    """Every text of a person or an organiser that a face must hold."""
    document = shown.document
    found = [document["event"]["name"], document["quest"]["title"], *(member["name"] for member in document["members"])]
    for decision in document["decisions"]:
        chosen = next(each for each in decision["options"] if each["key"] == decision["commit"]["option"])
        found += [decision["title"], decision["question"], chosen["title"], chosen["impact"], chosen["trade_off"]]
        found += [vote["justification"] for each in decision["rounds"] for vote in each["votes"]]
    return found


def lacks(shown: ShownMap, face: str) -> list[str]:
    return [text[:60] for text in texts_of(shown) if words(text) not in face]


class TestTheRoom:
    def test_it_is_as_hostile_as_it_should_be(self, shown: ShownMap):
        assert [member["name"] for member in shown.document["members"]] == list(NAMES)
        votes = [vote for each in shown.document["decisions"] for vote in each["rounds"][1]["votes"]]
        assert {len(vote["justification"]) for vote in votes} == {4000}


class Reader(HTMLParser):
    """What a browser would see: the tags, and the text between them."""

    def __init__(self, made: bytes) -> None:
        super().__init__()
        self.tags: Counter[str] = Counter()
        self.said: list[str] = []
        self.feed(made.decode())

    def handle_starttag(self, tag: str, attrs: Any) -> None:
        self.tags[tag] += 1

    def handle_data(self, data: str) -> None:
        self.said.append(data)


class TestHtml:
    def test_it_holds_everything_and_no_markup_of_people(self, shown: ShownMap):
        reader = Reader(FACES["html"].make(shown))
        assert not reader.tags.keys() & {"script", "img", "ref", "iframe", "link"}
        assert not lacks(shown, words("".join(reader.said)))

    def test_it_needs_nothing_from_anywhere(self, shown: ShownMap):
        made = FACES["html"].make(shown).decode()
        assert not re.search(r"<[^>]+ (?:src|href)=\"(?!#)", made)
        assert "url(" not in made
        assert "@import" not in made

    def test_its_times_are_exact(self, shown: ShownMap):
        made = FACES["html"].make(shown).decode()
        assert not re.search(r"(ago|just now)</time>", made)
        assert "(Europe/Berlin)</time>" in made


def read_markdown(text: str) -> list[Any]:
    """The blocks, and after each its inline parts. HTML is let through, as some readers do."""
    reader = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])
    return [token for top in reader.parse(text) for token in (top, *(top.children or []))]


class TestMarkdown:
    def test_it_holds_everything_and_no_markup_of_people(self, shown: ShownMap):
        tokens = read_markdown(markdown_of(shown).decode())
        kinds = Counter(token.type for token in tokens)
        assert not kinds.keys() & {
            "html_block", "html_inline", "link_open", "image", "em_open", "fence", "code_block", "s_open",
            "ordered_list_open",
        }  # fmt: skip
        # The digest is the only code, the line above it the only one, the ledger the only table.
        assert (kinds["code_inline"], kinds["hr"], kinds["table_open"], kinds["softbreak"]) == (1, 1, 1, 0)
        rounds = [each for decision in shown.document["decisions"] for each in decision["rounds"]]
        options = sum(len({vote["option"] for vote in each["votes"]}) for each in rounds)
        assert kinds["heading_open"] == 1 + len(shown.document["decisions"]) + len(rounds) + options
        said = "".join(token.content for token in tokens if token.type in {"text", "text_special"})
        assert not lacks_of_letters(shown, said)

    @pytest.mark.parametrize(
        "text",
        [
            "*a* _b_ **c** ~~d~~ `e` ``f``", "[x](http://a)", "![x](http://a)", "[x][y]", "[x]: http://a", "<b>",
            "<!-- x -->", "&lt;", "&#60;b>", "# a", "- a", "+ a", "1. a", "1) a", "> a", "===", "---", "```", "~~~",
            "    code", "| a | b |", "http://a.example", "www.a.example", "a@a.example", "<http://a>", "$x$", ":smile:",
            "a\\", "\\*a*", "[^1]", "{% raw %}",
        ],
    )  # fmt: skip
    def test_a_text_is_shown_as_it_was_written(self, text: str):
        paragraph, inline, *parts, end = read_markdown(escaped(text.strip()))
        assert (paragraph.type, inline.type, end.type) == ("paragraph_open", "inline", "paragraph_close")
        assert {part.type for part in parts} <= {"text", "text_special"}
        assert UNSEEN.sub("", "".join(part.content for part in parts)) == text.strip()


def lacks_of_letters(shown: ShownMap, face: str) -> list[str]:
    """Escapes cut a text into pieces when it is read: compared without spaces."""
    whole = letters(face)
    return [text[:60] for text in texts_of(shown) if letters(text) not in whole]


def letters(text: str) -> str:
    return "".join(words(text).split())


class TestPdf:
    def test_it_is_a_pdf_of_many_pages(self, shown: ShownMap):
        made = FACES["pdf"].make(shown)
        assert made.startswith(b"%PDF-")
        assert made.rstrip().endswith(b"%%EOF")
        assert len(re.findall(rb"/Type\s*/Page\b", made)) > 10
        assert b"/JavaScript" not in made
        assert b"/URI" not in made

    def test_every_text_is_set_as_a_text(self, shown: ShownMap, tmp_path: Path):
        """Of the very template: what its text elements hold. A page may end between two lines of a reason."""
        said = letters(Typeset(tmp_path, "map.typ", paper_of(shown)).said())
        lines = [line for text in texts_of(shown) for line in text.splitlines()]
        assert len(lines) > 1000
        assert not [line for line in lines if letters(line) not in said]

    def test_nothing_of_people_became_an_element_of_the_document(self, shown: ShownMap, tmp_path: Path):
        made = Typeset(tmp_path, "map.typ", paper_of(shown))
        for selector in ("strong", "emph", "raw", "link", "ref", "math.equation", "image", "enum", "list"):
            ours = {"Dissent:", "A", "B", "C"} if selector == "strong" else set()
            assert {text_of(each) for each in made.elements(selector)} <= ours, selector
        assert len(made.elements("heading")) == 1 + len(shown.document["decisions"])

    def test_it_needs_no_font_of_the_machine(self):
        families = set(typesetting.fonts().families())
        assert {"Noto Sans", "Noto Serif", "Noto Sans Hebrew", "Noto Sans Arabic", "Noto Sans CJK SC"} <= families
        assert all(str(typesetting.FONTS) in str(font.path) for font in typesetting.fonts().fonts())

    @pytest.mark.parametrize(
        "script",
        [
            "Zoë Ağaoğlu Nguyễn", "Ελένη", "Юлия", "דוד", "نور الدين", "देवी", "王小明", "黃陳鄭", "さくら 斎藤",
            "김하늘", "สมชาย", "😀🎉", "→ ✓ ★ ≥ €",
        ],
    )  # fmt: skip
    def test_a_name_in_any_script_has_its_glyphs(self, script: str):
        assert has_glyphs(script)

    def test_a_character_that_no_font_has_breaks_nothing(self, shown: ShownMap):
        strange = "𓀀 \ue000 \U0010fffd"
        assert not has_glyphs(strange)
        assert typesetting.set_pdf("map.typ", paper_of(renamed(shown, strange))).startswith(b"%PDF")

    @pytest.mark.parametrize(
        "name", ["x" * 80, "א" * 80, "字" * 80, "👨‍👩‍👧‍👦" * 11, "e\u0301" * 40, "\u200d" * 80, " "]
    )
    def test_a_name_of_any_shape_can_be_set(self, shown: ShownMap, name: str):
        assert typesetting.set_pdf("map.typ", paper_of(renamed(shown, name))).startswith(b"%PDF")

    def test_a_text_that_is_source_stays_a_text(self, shown: ShownMap, tmp_path: Path):
        evil = '#import "@preview/cetz:0.3.4" #read("/etc/passwd") #eval("1") #sys.inputs ]#panic("x")[ ${}'
        said = Typeset(tmp_path, "map.typ", paper_of(renamed(shown, evil))).said()
        assert letters(evil) in letters(said)

    def test_at_the_end_of_an_event_every_team_gets_its_own(self, shown: ShownMap):
        """Teams whose first downloads come at once, and take longer than a second together."""
        teams = [replace(shown, digest=f"{shown.digest[:-2]}{number:02}") for number in range(12)]
        with ThreadPoolExecutor(len(teams)) as pool:
            assert all(made.startswith(b"%PDF") for made in pool.map(FACES["pdf"].make, teams))

    def test_the_guide_says_how_long_one_waits(self):
        guide = (Path(__file__).resolve().parents[2] / "docs/decision-maps.md").read_text(encoding="utf-8")
        assert f"waits longer than {typesetting.PATIENCE_SECONDS:g} s is" in guide

    def test_who_comes_while_too_many_wait_is_told_so(self, shown: ShownMap, monkeypatch: pytest.MonkeyPatch):
        monkeypatch.setattr(typesetting, "PATIENCE_SECONDS", 0.01)
        typesetting._one_at_a_time.acquire()
        try:
            with pytest.raises(TypesettingBusy) as refused:
                FACES["pdf"].make(shown)
        finally:
            typesetting._one_at_a_time.release()
        assert (refused.value.status, refused.value.retry_after) == (503, 2)


def renamed(shown: ShownMap, name: str) -> ShownMap:
    """A map of the same room in which everybody is called this, and says little."""
    document = json.loads(json.dumps(shown.document))
    for member in document["members"]:
        member["name"] = name
    for vote in (vote for d in document["decisions"] for each in d["rounds"] for vote in each["votes"]):
        vote["justification"] = name
    return ShownMap(document, shown.digest, shown.event)


class TestJson:
    def test_its_sha_256_is_the_digest(self, shown: ShownMap):
        made = FACES["json"].make(shown)
        assert hashlib.sha256(made).hexdigest() == shown.digest
        assert json.loads(made) == shown.document


class TestThePicture:
    def test_it_is_a_png_of_1200_by_630(self, shown: ShownMap):
        made = preview_picture(shown)
        assert made.startswith(b"\x89PNG\r\n")
        assert (int.from_bytes(made[16:20]), int.from_bytes(made[20:24])) == (1200, 630)

    def test_it_names_nobody(self, shown: ShownMap, tmp_path: Path):
        said = letters(Typeset(tmp_path, "preview.typ", preview_of(shown)).said())
        assert letters(shown.document["quest"]["title"])[:40] in said
        assert not [name for name in NAMES if letters(name) in said]


class TestTexts:
    def test_characters_that_nobody_sees_are_taken_away(self):
        assert plain("a\x00b\u202ec\u2066d\ufeffe\x1bf\ng\u200d") == "abcdef\ng\u200d"

    @pytest.mark.parametrize(
        ("text", "runs"), [("abc שלום", False), ("1. שלום abc", True), ("123", False), ("", False)]
    )
    def test_a_text_runs_the_way_its_first_letter_does(self, text: str, runs: bool):
        assert runs_right_to_left(text) is runs

    def test_a_word_wider_than_a_line_can_be_broken_but_not_within_a_letter(self):
        assert "\u200b" in breakable("x" * 60)
        assert breakable("a few short words") == "a few short words"
        assert "\u200b\u0301" not in breakable("e\u0301" * 60)


class TestKept:
    def test_what_was_made_is_not_made_again(self):
        kept, answers = Kept(), iter([b"first", b"second"])
        assert [kept.get("a", lambda: next(answers), turn=nullcontext) for _ in range(2)] == [b"first", b"first"]

    def test_who_waited_for_their_turn_gets_what_was_made_meanwhile(self):
        kept = Kept()

        @contextmanager
        def turn() -> Iterator[None]:
            kept.get("a", lambda: b"by another", turn=nullcontext)
            yield

        assert kept.get("a", lambda: b"again", turn=turn) == b"by another"

    def test_it_holds_no_more_than_it_may(self):
        kept = Kept(entries=2, size=10)
        for key in "abc":
            kept.get(key, lambda: b"1234", turn=nullcontext)
        assert len(kept) == 2
        kept.get("large", lambda: b"1234567890", turn=nullcontext)
        assert len(kept) == 1


class TestTheDownload:
    @pytest.mark.parametrize(
        ("format", "content_type"),
        [
            ("html", "text/html; charset=utf-8"), ("pdf", "application/pdf"), ("md", "text/markdown; charset=utf-8"),
            ("json", "application/json"),
        ],
    )  # fmt: skip
    def test_each_face_is_a_file_with_its_name_and_type(self, cast: Cast, format: str, content_type: str):
        made = made_map(cast, "AAB")
        for client, path in (
            (ApiClient(cast.bea), f"/api/artifacts/{made.pk}/export"),
            (browser_of(cast.bea), f"/artifact/{made.pk}/file"),
        ):
            answer = client.get(f"{path}?format={format}")
            assert (answer.status_code, answer.headers["Content-Type"]) == (200, content_type)
            name = f'attachment; filename="decision-map-{made.room.code}.{format}"'
            assert answer.headers["Content-Disposition"] == name
            assert answer.headers["X-Content-Type-Options"] == "nosniff"
            assert answer.headers["Cache-Control"] == "private, no-cache"
            assert made.digest in answer.headers["ETag"]
            again = client.get(f"{path}?format={format}", headers={"If-None-Match": answer.headers["ETag"]})
            assert (again.status_code, again.content) == (304, b"")

    def test_the_json_is_what_was_digested(self, cast: Cast):
        made = made_map(cast, "AAB")
        answer = ApiClient(cast.ben).get(f"/api/artifacts/{made.pk}/export?format=json")
        assert hashlib.sha256(answer.content).hexdigest() == made.digest
        assert answer.headers["ETag"] == f'"{made.digest}"'

    @pytest.mark.parametrize("query", ["", "?format=", "?format=docx", "?format=PDF", "?format=html,pdf"])
    def test_another_format_is_a_named_refusal(self, cast: Cast, query: str):
        made = made_map(cast, "AAB")
        answer = ApiClient(cast.ben).get(f"/api/artifacts/{made.pk}/export{query}")
        assert (answer.status_code, answer.json()["code"]) == (400, "format_unknown")
        assert browser_of(cast.ben).get(f"/artifact/{made.pk}/file{query}").status_code == 400

    def test_for_a_stranger_there_is_no_file(self, cast: Cast):
        made = made_map(cast, "AAB")
        for face in FACES:
            assert ApiClient(cast.cleo).get(f"/api/artifacts/{made.pk}/export?format={face}").status_code == 404

    def test_too_many_are_refused_with_a_wait(self, cast: Cast):
        path = f"/api/artifacts/{made_map(cast, 'AAB').pk}/export?format=md"
        ben = ApiClient(cast.ben)
        answers = [ben.get(path) for _ in range(21)]
        assert [answer.status_code for answer in answers] == [200] * 20 + [429]
        assert answers[-1].headers["Retry-After"]

    def test_another_brand_is_another_pdf_and_the_same_json(self, cast: Cast):
        made = made_map(cast, "AAB")
        before = ShownMap.of(made)
        tags = {face: etag_of(before, face) for face in FACES}
        made.room.event.brand_colour = "#aa2200"
        after = ShownMap.of(made)
        assert etag_of(after, "pdf") != tags["pdf"]
        assert etag_of(after, "json") == tags["json"]
