from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rooms.quest_files import QuestFileInvalid, parse_bytes, parse_yaml, read_yaml, yaml_files
from rooms.tests.bridge import BRIDGE, bridge_with, problems


class TestBrokenYaml:
    @pytest.mark.parametrize(
        ("text", "expected"),
        [
            ("", "1: the file is empty"),
            ("# only a remark\n", "1: the file is empty"),
            ("~", "1: the file has no value: it must be a block of keys"),
            ("- a\n- b\n", "1: the file must be a block of keys, not a list"),
            ("slug: a\ntitle: one: two\n", "2: the file is not valid YAML: a text with a colon and a space"),
            ("slug: a\n\ttitle: b\n", "2: the file is not valid YAML: a tab cannot start"),
            ("slug: a\n---\nslug: b\n", "2: the file is not valid YAML: a file holds one quest"),
            ("slug: [a, b\ntitle: c\n", "2: the file is not valid YAML"),
            ('slug: "a\n', "the file is not valid YAML: while scanning a quoted scalar"),
            ('\nslug: "\\UFFFFFFFF"', "2: the file is not valid YAML: a number is out of range"),
            (
                "%YAML 1." + "9" * 5000 + "\n---\na: 1",
                "1: the file is not valid YAML: a number is out of range",
            ),
        ],
    )
    def test_a_file_that_is_no_quest_says_where_it_breaks(self, text, expected):
        (problem,) = problems(text)

        assert problem.startswith("bridge.yaml:")
        assert expected in problem

    def test_anchors_aliases_and_tags_are_refused_at_their_lines(self):
        text = (
            bridge_with("title: The bridge", "title: &name The bridge")
            .replace("region: Waterside", "region: *name")
            .replace("slug: the-bridge", "slug: !!str the-bridge")
        )

        assert problems(text) == [
            'bridge.yaml:2: the file uses the tag "tag:yaml.org,2002:str": quests have no tags',
            "bridge.yaml:3: the file uses the anchor &name: quests have no anchors",
            "bridge.yaml:4: the file uses the alias *name: write the text out again",
        ]

    def test_a_tag_that_would_make_a_python_object_is_only_a_problem(self):
        found = problems(BRIDGE + "x: !!python/object/apply:os.system [echo]\n")

        assert "uses the tag" in found[0]

    def test_an_alias_as_a_key_is_refused(self):
        assert "uses the alias" in problems(BRIDGE + "? *x\n: 1\n")[0]

    def test_a_billion_laughs_cost_nothing(self):
        lines = ["a0: &a0 [ha, ha, ha, ha, ha, ha, ha, ha, ha]"]
        lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 30)]

        assert any("the alias *a28" in problem for problem in problems("\n".join(lines)))

    @pytest.mark.parametrize("opening", ["[", "{", "- ", "? ", "{a: "])
    def test_deep_nesting_is_refused_before_it_is_read(self, opening):
        (problem,) = problems(opening * 40_000)

        assert problem == "bridge.yaml:1: the file is nested more than 10 levels deep"

    def test_a_file_over_256_kilobytes_is_refused(self, tmp_path):
        text = BRIDGE + "#" * yaml_files.MAX_BYTES
        path = tmp_path / "large.yaml"
        path.write_text(text, encoding="utf-8")

        assert "is larger than 256 KB" in problems(text)[0]
        with pytest.raises(QuestFileInvalid, match=r"large\.yaml:1: the file is larger than 256 KB"):
            read_yaml(path)

    def test_the_limit_counts_bytes_and_the_last_byte_is_allowed(self):
        room = yaml_files.MAX_BYTES - len(BRIDGE.encode())

        assert parse_yaml(BRIDGE + "#" * room, filename="b.yaml").slug == "the-bridge"
        assert "is larger" in problems(BRIDGE + "#" + "é" * (room // 2 + 1))[0]

    def test_a_file_that_is_not_utf8_says_on_which_line(self):
        with pytest.raises(QuestFileInvalid, match=r"bridge\.yaml:5: the file is not UTF-8 text"):
            parse_bytes(BRIDGE.replace("engineer", "ingénieur").encode("latin-1"), filename="bridge.yaml")

    def test_a_file_that_does_not_exist_is_a_problem_without_a_line(self, tmp_path):
        with pytest.raises(QuestFileInvalid) as caught:
            read_yaml(tmp_path / "bridge.yaml")

        assert str(caught.value) == "bridge.yaml: the file cannot be read: No such file or directory"

    @settings(max_examples=150, deadline=None)
    @given(st.text(alphabet="ab:-?[]{}#&*!|>'\"%@`\\\n\t ,0U", max_size=60))
    def test_no_text_at_all_makes_the_reader_fail_otherwise(self, text):
        with pytest.raises(QuestFileInvalid):
            parse_yaml(text, filename="x.yaml")

    @settings(max_examples=100, deadline=None)
    @given(st.integers(0, len(BRIDGE)), st.text(max_size=8), st.integers(0, 12))
    def test_a_damaged_file_is_read_or_refused_with_lines_that_exist(self, at, inserted, removed):
        text = BRIDGE[:at] + inserted + BRIDGE[at + removed :]
        try:
            parse_yaml(text, filename="x.yaml")
        except QuestFileInvalid as error:
            lines = [problem.line or 0 for problem in error.problems]
            assert lines == sorted(lines)
            assert 1 <= lines[0] <= lines[-1] <= len(text.replace("\r\n", "\n").split("\n")) + 1
