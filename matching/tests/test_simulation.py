"""The simulated queue: its patterns, its people, and how true the forecasts are that it shows."""

from __future__ import annotations

import io
import json
from pathlib import Path

import numpy as np
import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from matching.former import Terms, Weights
from matching.simulation.arrivals import Pattern, arrivals
from matching.simulation.people import AttributesInvalid, Profile, drawn, made_up, read_attributes
from matching.simulation.pools import coded, pool_of
from matching.simulation.queue import Simulated, SimulatedQueue, arriving, with_rounds
from matching.simulation.report import AIM, calibration_rows, report_on

HEADER = "country,organisation,occupation,skill,languages,gender,interests\n"


def simulated(
    pattern: Pattern, *, people: int, seed: int, seconds: float = 3600, profiles: list[Profile] | None = None
) -> Simulated:
    """A quest for teams of two to four, ideally three."""
    rng = np.random.default_rng(seed)
    coming = arrivals(pattern, people=people, duration=seconds, rng=rng)
    who = drawn(profiles or made_up(people, rng), coming.floods.tolist(), rng)
    terms = Terms(minimum=2, size=3, maximum=4, patience=30)
    places = arriving(coming, who, rng)
    return SimulatedQueue(places, terms=terms, weights=Weights(), seed=seed, form=with_rounds(2)).run()


def run(*arguments: str) -> tuple[str, str]:
    out, err = io.StringIO(), io.StringIO()
    call_command("simulate_queue", *arguments, stdout=out, stderr=err)
    return out.getvalue(), err.getvalue()


@pytest.mark.slow
@pytest.mark.parametrize("pattern", list(Pattern))
def test_nine_in_ten_waits_end_under_the_shown_p90_in_each_group(pattern: Pattern):
    """Between 85 and 95 % of each group of 50 or more, whatever the arrivals do."""
    groups = calibration_rows(simulated(pattern, people=500, seed=1).places)
    shares = {group: row["share_under_p90"] for group, row in groups.items() if row["is_enough"]}
    assert len(shares) >= 2
    assert {group: share for group, share in shares.items() if not AIM[0] <= share <= AIM[1]} == {}


def test_whoever_has_nobody_to_talk_to_is_told_no_number():
    profiles = [*[Profile(languages=("en",))] * 59, Profile(languages=("fi",))]
    places = simulated(Pattern.POISSON, people=60, seed=1, seconds=900, profiles=profiles).places
    told = {place.group: place.shown for place in places if place.group == "fi"}
    assert told == {"fi": None}
    assert any(place.shown for place in places)


def test_the_same_seed_gives_the_same_figures():
    one, same, other = (report_on(simulated(Pattern.RUSH, people=40, seed=seed, seconds=200), {}) for seed in (5, 5, 6))
    assert one == same
    assert one != other


def test_everybody_is_in_one_team_or_has_given_up():
    done = simulated(Pattern.DRIP, people=40, seed=3, seconds=400)
    in_teams = [number for team in done.teams for number in team.tickets]
    assert sorted(in_teams) == [place.number for place in done.places if place.is_matched]
    assert all(place.ended is not None and place.ended >= place.joined for place in done.places)


class TestArrivals:
    @pytest.mark.parametrize("pattern", list(Pattern))
    def test_so_many_people_in_order_and_in_time(self, pattern: Pattern):
        coming = arrivals(pattern, people=101, duration=600, rng=np.random.default_rng(0))
        assert len(coming.seconds) == 101
        assert (np.diff(coming.seconds) >= 0).all()
        assert 0 <= coming.seconds[0] <= coming.seconds[-1] <= 600

    def test_in_a_rush_most_come_at_the_start(self):
        coming = arrivals(Pattern.RUSH, people=1000, duration=1000, rng=np.random.default_rng(0))
        assert np.mean(coming.seconds < 100) > 0.6

    def test_in_a_drip_never_two_at_once(self):
        coming = arrivals(Pattern.DRIP, people=100, duration=1000, rng=np.random.default_rng(0))
        assert np.diff(coming.seconds).min() > 0.5

    def test_one_group_floods_in_the_middle(self):
        rng = np.random.default_rng(0)
        coming = arrivals(Pattern.ONE_SIDED, people=900, duration=900, rng=rng)
        assert ((coming.seconds[coming.floods] >= 300) & (coming.seconds[coming.floods] < 600)).all()
        profiles = [*[Profile(languages=("en",))] * 3, *[Profile(languages=("fr",))] * 2]
        flood = [
            who
            for who, is_flood in zip(drawn(profiles, coming.floods.tolist(), rng), coming.floods, strict=True)
            if is_flood
        ]
        assert {who.group for who in flood} == {"en"}


def test_the_pool_has_a_bit_for_each_language_and_no_code_for_what_is_unstated():
    everybody = coded([Profile("FR", languages=("en", "fr")), Profile(languages=("fr",)), Profile("DE")])
    pool = pool_of(everybody, [0, 1, 2], [9.0, 5.0, 1.0])
    assert [int(bits) for bits in pool.languages[:2]] == [0b11, 0b10]
    assert int(pool.languages[2]) == 2**64 - 1
    assert (pool.country.tolist(), pool.tickets.tolist()) == ([1, -1, 0], [1, 2, 3])


class TestAttributeFiles:
    def read(self, tmp_path: Path, text: str) -> list[Profile]:
        path = tmp_path / "people.csv"
        path.write_bytes(text.encode())
        return read_attributes(path)

    def test_a_row_is_a_person(self, tmp_path: Path):
        [person] = self.read(tmp_path, f"{HEADER}FR,Acme,nurse,expert,en; fr,woman,housing;parks\n")
        assert person == Profile("FR", "Acme", "nurse", "expert", ("en", "fr"), "woman", ("housing", "parks"))

    def test_holes_mean_unstated(self, tmp_path: Path):
        assert self.read(tmp_path, f"{HEADER},,,,,,\nFR,,,,,,\n") == [Profile(country="FR")]
        assert self.read(tmp_path, "languages,country\nen,\n\n") == [Profile(languages=("en",))]

    @pytest.mark.parametrize(
        ("text", "words"),
        [
            ("", "people.csv:1: unknown columns"),
            ("country,age\nFR,3\n", "people.csv:1: unknown columns age"),
            ("country,country\nFR,DE\n", "people.csv:1: country stands there twice"),
            ("country\n", "people.csv:2: no row of a person"),
            ("country,gender\nFR,woman\nFR\n", "people.csv:3: 1 cells under 2 columns"),
            (f"country\n{'x' * 121}\n", "people.csv:2: country has over"),
            ('country\n"FR\n', "people.csv:2: unexpected end of data"),
        ],
    )
    def test_a_broken_file_is_refused_with_its_line(self, tmp_path: Path, text: str, words: str):
        with pytest.raises(AttributesInvalid, match=words):
            self.read(tmp_path, text)

    def test_what_is_no_text_or_not_there_is_refused_too(self, tmp_path: Path):
        with pytest.raises(AttributesInvalid, match=r"none\.csv: No such file"):
            read_attributes(tmp_path / "none.csv")
        (tmp_path / "odd.csv").write_bytes(b"country\n\xff\n")
        with pytest.raises(AttributesInvalid, match="not UTF-8"):
            read_attributes(tmp_path / "odd.csv")


class TestTheCommand:
    def test_prints_waits_teams_diversity_and_calibration(self, tmp_path: Path):
        path = tmp_path / "out" / "report.json"
        out, err = run("--people", "40", "--hours", "0.2", "--rounds", "1", "--json", str(path))
        for words in ("everybody", "longest", "teams: ", "country 0.", "under p90", "40 people came"):
            assert words in out
        assert "minute 10: " in err
        report = json.loads(path.read_text())
        assert report["placements"]["people"] == 40
        assert set(report["diversity"]) >= {"gender", "country"}

    def test_takes_people_from_a_file(self, tmp_path: Path):
        path = tmp_path / "people.csv"
        path.write_text(f"{HEADER}FR,,,,fr,,\nDE,,,,fr,,\n")
        out, _ = run("--people", "9", "--hours", "0.1", "--rounds", "1", "--attributes", str(path))
        assert "\nfr " in out

    @pytest.mark.parametrize(
        ("arguments", "words"),
        [
            (["--people", "0"], "above 0"),
            (["--rate", "inf"], "--rate must be finite"),
            (["--rate", "nan"], "--rate must be finite"),
            (["--hours", "nan"], "--rate must be finite"),
            (["--rate", "1e300", "--hours", "1e300"], "at most"),
            (["--people", "9", "--hours", "1", "--rate", "9"], "Give two of"),
            (["--people", "90000"], "at most"),
            (["--rate", "10", "--hours", "99"], "at most"),
            (["--team-min", "4"], "--team-min"),
            (["--patience", "0"], "--patience"),
            (["--patience", "nan"], "--patience"),
            (["--patience", "inf"], "--patience"),
            (["--rounds", "0"], "--rounds"),
            (["--attributes", "none.csv"], "No such file"),
        ],
    )
    def test_refuses_what_cannot_be(self, arguments: list[str], words: str):
        with pytest.raises(CommandError, match=words):
            run(*arguments)

    def test_refuses_a_file_that_cannot_be_written_before_it_runs(self, tmp_path: Path, monkeypatch):
        (tmp_path / "file").write_text("kept")
        monkeypatch.setattr(SimulatedQueue, "run", lambda *_: pytest.fail("It ran."))
        for path in (tmp_path, tmp_path / "file" / "report.json"):
            with pytest.raises(CommandError, match="cannot be written"):
                run("--json", str(path))
        with pytest.raises(CommandError, match="--rounds"):
            run("--json", str(tmp_path / "new.json"), "--rounds", "0")
        assert [each.name for each in tmp_path.iterdir()] == ["file"]

    @pytest.mark.parametrize(
        ("arguments", "words"),
        [
            (["--rate", "40", "--hours", "0.5"], "people 20, hours 0.5"),
            (["--rate", "40", "--people", "20"], "hours 0.5"),
        ],
    )
    def test_the_third_follows_from_the_two(self, arguments: list[str], words: str):
        assert words in run(*arguments, "--rounds", "1")[0]
