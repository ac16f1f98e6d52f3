"""The commands for measures: the lines they touch, what they refuse, and what is shown.

Every figure is made up.
"""

from __future__ import annotations

import difflib
import json
from typing import TYPE_CHECKING

import pytest
from conftest import AS_AT, HEAD, Ran

from actionplan import query
from actionplan.errors import RefusedError, WrongUsageError
from actionplan.measuring import add_measure, record_reading
from actionplan.model import Measure, Plan, Reading
from actionplan.planfile import reader
from actionplan.renderers import terminal
from actionplan.reports import measured

if TYPE_CHECKING:
    from pathlib import Path

    from conftest import Run

DAY = ("--as-at", "2014-02-10")

CASES = """\
[[measure]]   # made up
id = "M1"
title = "Cases with no social worker"
findings = ["F2"]
unit = "cases"
better = "down"
baseline = 143
target = 0
by = 2014-06-30
"""
ONE_LINE = "readings = [ { on = 2014-01-13, value = 143 } ]   # counted on Mondays\n"
LINES = """\
readings = [
    # counted on Mondays
    { on = 2014-01-13, value = 143, note = "As found." },   # the first
    { on = 2014-01-27, value = 120 }   # the last
]
"""
TABLES = """\

[[measure.readings]]
on = 2014-01-13   # the first
value = 143
"""
AFTER = '\n# what follows\n[[measure]]\nid = "M2"\ntitle = "Visits"\nfindings = ["F1"]\n'


@pytest.fixture
def plans(tmp_path: Path) -> Path:
    """Give the folder that a plan is looked for in."""
    folder = tmp_path / "plans"
    folder.mkdir()
    return folder


def written(folder: Path, toml: str, newline: str = "\n") -> Path:
    """Write a plan with both findings and what follows."""
    path = folder / "plan.toml"
    path.write_bytes(f"{HEAD}{toml}".replace("\n", newline).encode())
    return path


def changed(path: Path, run: Run, *words: str) -> list[str]:
    """Run a command that succeeds; give the lines taken out and put in, with - or + before each."""
    old = path.read_text()
    done = run("measure", *words, *DAY)
    assert (done.code, reader.read(path.read_bytes(), "plan.toml").problems) == (0, ()), done
    lines = difflib.unified_diff(old.splitlines(), path.read_text().splitlines(), n=0, lineterm="")
    return [line for line in list(lines)[2:] if not line.startswith("@@")]


def refused(path: Path, run: Run, *words: str) -> Ran:
    """Run a command that must change nothing."""
    old = path.read_bytes()
    done = run("measure", *words, *DAY)
    assert path.read_bytes() == old
    assert done.code
    assert done.out == ""
    return done


# --- a reading touches only its own lines -------------------------------------------------------


@pytest.mark.parametrize(
    ("readings", "lines"),
    [
        ("", ["+readings = [ { on = 2014-02-03, value = 96 } ]"]),
        ("readings = []\n", ["-readings = []", "+readings = [{ on = 2014-02-03, value = 96 }]"]),
        (
            ONE_LINE,
            [
                "-readings = [ { on = 2014-01-13, value = 143 } ]   # counted on Mondays",
                "+readings = [ { on = 2014-01-13, value = 143 }, { on = 2014-02-03, value = 96 } ]"
                "   # counted on Mondays",
            ],
        ),
        (
            LINES,
            [
                "-    { on = 2014-01-27, value = 120 }   # the last",
                "+    { on = 2014-01-27, value = 120 },   # the last",
                "+    { on = 2014-02-03, value = 96 }",
            ],
        ),
        (
            LINES.replace("120 }", "120 },"),
            ["+    { on = 2014-02-03, value = 96 },"],
        ),
        (
            TABLES,
            ["+[[measure.readings]]", "+on = 2014-02-03", "+value = 96", "+"],
        ),
    ],
    ids=["none", "empty", "one line", "lines", "lines with a comma", "tables"],
)
@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_a_reading_is_added_where_the_others_are(
    plans: Path, run: Run, readings: str, lines: list[str], newline: str
) -> None:
    path = written(plans, f"{CASES}{readings}{AFTER}", newline)
    crlf = path.read_bytes().count(b"\r\n")
    assert changed(path, run, "record", "m1", "96", "--on", "2014-02-03") == lines
    added = sum(line[0] == "+" for line in lines) - sum(line[0] == "-" for line in lines)
    assert path.read_bytes().count(b"\r\n") == (crlf + added if crlf else 0)


@pytest.mark.parametrize(
    ("readings", "day", "lines"),
    [
        (
            ONE_LINE,
            "2014-01-13",
            [
                "-readings = [ { on = 2014-01-13, value = 143 } ]   # counted on Mondays",
                "+readings = [ { on = 2014-01-13, value = 139.5 } ]   # counted on Mondays",
            ],
        ),
        (
            LINES,
            "2014-01-13",
            [
                '-    { on = 2014-01-13, value = 143, note = "As found." },   # the first',
                '+    { on = 2014-01-13, value = 139.5, note = "As found." },   # the first',
            ],
        ),
        (
            LINES,
            "2014-01-27",
            [
                "-    { on = 2014-01-27, value = 120 }   # the last",
                "+    { on = 2014-01-27, value = 139.5 }   # the last",
            ],
        ),
        (TABLES, "2014-01-13", ["-value = 143", "+value = 139.5"]),
    ],
    ids=["one line", "first of lines", "last of lines", "tables"],
)
def test_a_reading_is_put_right_where_it_stands(
    plans: Path, run: Run, readings: str, day: str, lines: list[str]
) -> None:
    path = written(plans, f"{CASES}{readings}{AFTER}")
    words = ("record", "M1", "139.50", "--on", day)
    said = refused(path, run, *words)
    assert said.code == 6
    assert "If that is wrong, say so with --correct." in said.err
    assert changed(path, run, *words, "--correct") == lines
    assert run("undo", *DAY).code == 0
    assert path.read_text() == f"{HEAD}{CASES}{readings}{AFTER}"


def test_a_correction_can_carry_a_note_of_its_own(plans: Path, run: Run) -> None:
    path = written(plans, f"{CASES}{LINES}")
    words = ("record", "M1", "120", "--on", "2014-01-27", "--correct", "--note", "Counted again.")
    assert changed(path, run, *words)[1:] == [
        '+    { on = 2014-01-27, value = 120, note = "Counted again." }   # the last'
    ]
    assert changed(path, run, *words) == []


# --- every command ------------------------------------------------------------------------------


def test_a_measure_is_added_as_a_block_of_its_own(plans: Path, run: Run) -> None:
    path = written(plans, f"{CASES}{ONE_LINE}")
    words = (
        "add", "Morale", "--findings", "f1,F2", "--unit", "points", "--better", "UP",
        "--baseline", "-5", "--target", "20.50", "--tolerance", "5.0 %",
        "--target-by", "end of may",
    )  # fmt: skip
    assert changed(path, run, *words) == [
        "+",
        "+[[measure]]",
        '+id = "M2"',
        '+title = "Morale"',
        '+findings = ["F1", "F2"]',
        '+unit = "points"',
        '+better = "up"',
        "+baseline = -5",
        "+target = 20.5",
        '+tolerance = "5%"',
        "+by = 2014-05-31",
    ]
    assert run("log", "M2", *DAY).out.endswith("measure add\tM2\tnew: Morale\t\n")


def test_what_was_open_is_set_and_what_was_agreed_is_changed_with_a_reason(
    plans: Path, run: Run
) -> None:
    path = written(plans, f"{CASES}{ONE_LINE}")
    assert changed(path, run, "update", "M1", "--tolerance", "5", "--title", "Cases") == [
        '-title = "Cases with no social worker"',
        '+title = "Cases"',
        "+tolerance = 5",
    ]
    for option, value, what in (
        ("--target", "10", "target"),
        ("--baseline", "none", "baseline"),
        ("--target-by", "2014-09-30", "date of the target"),
        ("--better", "up", "better"),
        ("--tolerance", "6", "tolerance"),
    ):
        done = refused(path, run, "update", "M1", option, value)
        assert (done.code, done.err) == (
            6,
            f"The {what} of M1 was agreed: it is changed with a reason. Say why with --why. "
            "Nothing was changed.\n",
        )
    why = "Cabinet agreed a later date."
    assert changed(path, run, "update", "M1", "--target-by", "2014-09-30", "--why", why) == [
        "-by = 2014-06-30",
        "+by = 2014-09-30",
    ]
    logged = run("log", "M1", *DAY).out.splitlines()[0]
    assert logged.endswith(f"by: 30 June 2014 -> 30 September 2014\t{why}")
    assert changed(path, run, "update", "M1", "--tolerance", "none", "--why", "Not needed.") == [
        "-tolerance = 5"
    ]
    assert changed(path, run, "update", "M1", "--target", "0") == []


@pytest.mark.parametrize(
    ("words", "code", "sentence"),
    [
        (("record", "M1", "nan"), 2, "The reading is 'nan', which is not read as a number"),
        (("record", "M1", "inf"), 2, "which is not read as a number"),
        (("record", "M1", "96 cases"), 2, "with no comma and no unit"),
        (("record", "M1", "-3,5"), 2, "The reading is '-3,5'"),
        (("record", "M1"), 2, "Missing argument 'NUMBER'"),
        (("record", "M7", "96"), 2, "There is no measure M7. The nearest is M2"),
        (("record", "F1", "96"), 2, "F1 is a finding, not a measure."),
        (("record", "M1", "96", "--on", "2014-02-11"), 6, "is still to come: M1 can't be read"),
        (("record", "M1", "96", "--on", "soon"), 2, "'soon' is not read as a date"),
        (("record", "M1", "96", "--onn", "2014-02-03"), 2, "No such option: --onn"),
        (("record", "M1", "96", "--correct"), 6, "M1 has no reading of 10 February 2014"),
        (("add", "Morale", "--findings", "F1"), 2, "Missing option '--better'"),
        (("add", "Morale", "--better", "up"), 6, "name it with --findings F1"),
        (("add", " ", "--better", "up", "--findings", "F1"), 2, "The title is empty"),
        (("add", "Morale", "--better", "more", "--findings", "F1"), 2, "use up or down"),
        (("add", "Morale", "--better", "up", "--findings", "F9"), 2, "There is no finding F9"),
        (("update", "M1"), 2, "There is nothing to set"),
        (("update", "M1", "--findings", "none"), 6, "A measure is for at least one finding"),
        (("update", "M1", "--title", "none"), 2, "The title is empty"),
        (("update", "M1", "--baseline", "many"), 2, "The baseline is 'many'"),
        (("update", "M1", "--tolerance", "some"), 2, "The tolerance is 'some'"),
        (("update", "M1", "--tolerance", "5%"), 6, "5% of a target of 0 is nothing"),
        (("update", "M1", "--tolerance", "-5"), 6, "A tolerance can't be below 0: it is -5."),
        (("update", "M2", "--tolerance", "5"), 6, "give that as well, with --target"),
    ],
)
def test_what_can_not_be_is_refused_with_a_sentence(
    plans: Path, run: Run, words: tuple[str, ...], code: int, sentence: str
) -> None:
    path = written(plans, f"{CASES}{ONE_LINE}{AFTER}")
    done = refused(path, run, *words)
    assert done.code == code
    assert sentence in done.err


def test_a_day_with_two_readings_is_mended_by_hand(plans: Path, run: Run) -> None:
    twice = "readings = [ { on = 2014-02-03, value = 1 }, { on = 2014-02-03, value = 2 } ]\n"
    path = written(plans, f"{CASES}{twice}")
    done = refused(path, run, "record", "M1", "3", "--on", "2014-02-03", "--correct")
    assert (done.code, "take out the wrong one in the file" in done.err) == (6, True)


@pytest.mark.parametrize("typed", ["-3", "-3.5", "-.5"])
def test_a_reading_below_nought_needs_no_ceremony(plans: Path, run: Run, typed: str) -> None:
    path = written(plans, CASES)
    assert changed(path, run, "record", "M1", typed, "--on", "2014-02-03") == [
        f"+readings = [ {{ on = 2014-02-03, value = {float(typed):g} }} ]"
    ]


def test_a_dry_run_and_json_say_what_would_be_written(plans: Path, run: Run) -> None:
    path = written(plans, f"{CASES}{ONE_LINE}")
    old = path.read_bytes()
    done = run("measure", "record", "M1", "96", "--dry-run", "--json", *DAY)
    told = json.loads(done.out)
    assert (done.code, told["refs"], told["dry_run"]) == (0, ["M1"], True)
    assert told["changes"][0]["new"][-1] == {"on": "2014-02-10", "value": 96}
    assert done.err == (
        "M1 reading added: 96 on 10 February 2014\nNothing was changed: this was a dry run.\n"
    )
    assert path.read_bytes() == old


def test_a_verb_refuses_what_is_not_finite() -> None:
    plan = reader.read(f"{HEAD}{CASES}".encode(), "plan.toml").plan
    for value in (float("nan"), float("inf")):
        with pytest.raises(WrongUsageError, match="not a number that can be reckoned with"):
            record_reading(plan, "M1", Reading(None, value), AS_AT)
        with pytest.raises(WrongUsageError, match="not a number"):
            add_measure(plan, Measure("M2", "Morale", ("F1",), target=value))
    with pytest.raises(RefusedError, match="at least one finding"):
        add_measure(Plan(), Measure("M1", "Morale"))


# --- looking ------------------------------------------------------------------------------------

ACTION = """
[[action]]
id = "A1"
answers = ["F1", "F2"]
title = "Allocate"
owner = "Head of service"

[[action]]
id = "A2"
answers = ["F1"]
title = "Train"
owner = "Head of HR"
"""


def test_the_list_is_a_line_for_each_measure(plans: Path, run: Run) -> None:
    written(plans, f"{CASES}{LINES}{AFTER}")
    done = run("measure", "list", *DAY)
    assert done.out == (
        "M1\tCases with no social worker\tcases\t143\t120\t2014-01-27\t0\t2014-06-30\ton course\t"
        "better\tunknown\n"
        "M2\tVisits\t\t\t\t\t\t\tno reading\tunknown\tunknown\n"
    )
    told = json.loads(run("measure", "list", "--json", *DAY).out)["measures"]
    assert told[0]["trend"] == [143, 120]
    assert told[0]["standing_reason"].endswith("would be at 131: ahead of it.")
    assert told[1]["trend"] == []
    found = json.loads(run("finding", "list", "--json", *DAY).out)["findings"]
    assert [finding["impact"] for finding in found] == ["too early", "improving"]


def test_a_plan_with_no_measures_says_so(plans: Path, run: Run) -> None:
    written(plans, "")
    assert run("measure", "list", *DAY).out == ""
    assert json.loads(run("measure", "list", "--json", *DAY).out)["measures"] == []


def test_a_card_says_what_the_readings_show(plans: Path, run: Run) -> None:
    later = LINES.replace("    # counted", "    { on = 2014-03-03, value = 9 },\n    # counted")
    written(plans, f"{CASES}tolerance = 5\n{later}{ACTION}")
    shown = run("show", "M1", *DAY).out
    for line in (
        "  Better is: down",
        "  Tolerance: 5 cases",
        "  Line on this day: 119.2 cases",
        "  Against target: on course: 120 cases on 27 January 2014, from 143; the line to 0 by "
        "30 June 2014 would be at 131: ahead of it.",
        "  Since last reading: better: 120 cases on 27 January 2014, 143 on 13 January 2014.",
        "  Impact: improving: 120 cases on 27 January 2014, from 143.",
        "- Monday 13 January 2014: 143 cases: As found.",
        "- Monday 27 January 2014: 120 cases",
        "- Monday 3 March 2014: 9 cases: after the day of this page, and not counted",
    ):
        assert f"{line}\n" in shown
    told = "improving: M1: 120 cases on 27 January 2014, from 143."
    assert f"  Impact: {told} No measure of F1.\n" in run("show", "A1", *DAY).out
    assert "  Impact: no measure: Nothing is measured for F1.\n" in run("show", "A2", *DAY).out
    assert f"  Impact: {told}\n" in run("show", "F2", *DAY).out


def test_the_paper_says_what_the_measures_show(plans: Path, run: Run) -> None:
    written(plans, f"{CASES}{LINES}{AFTER}{ACTION}")
    before, _, paper = run("report", *DAY).out.partition("WHAT THE MEASURES SHOW\n")
    assert "F1 (LGA): The front door needs immediate action. Impact: too early.\n" in before
    assert paper.startswith(
        "\nRef\tTitle\tUnit\tBaseline\tLatest\tRead on\tTarget\tBy\tAgainst target\tSince last\t"
        "Over a year\nM1\t"
    )
    assert (
        "- M1 Cases with no social worker, on course: 120 cases on 27 January 2014, from 143; the "
        "line to 0 by 30 June 2014 would be at 131: ahead of it. Since the reading before: better. "
        "Over a year: unknown.\n- M2 Visits, no reading: No reading yet.\n"
    ) in paper
    narrowed = run("report", "--owner", "Head of HR", *DAY).out
    assert "M2 Visits" in narrowed
    assert "M1 Cases" not in narrowed


def test_a_plan_with_no_measures_has_no_such_section(plans: Path, run: Run) -> None:
    written(plans, ACTION)
    paper = run("report", *DAY).out
    assert "MEASURES" not in paper
    assert "Impact" not in paper


@pytest.mark.parametrize(
    ("values", "drawn"),
    [
        ((), ""),
        ((5,), "▅"),
        ((5, 5), "▅▅"),
        ((143, 96), "█▁"),
        ((0, 1, 2, 3, 4, 5, 6, 7), "▁▂▃▄▅▆▇█"),
        ((-1.5, 0, 1.5), "▁▅█"),
        (tuple(range(100)), "▁▂▂▃▄▄▅▅▆▇▇█"),
    ],
)
def test_a_sparkline_goes_from_the_lowest_to_the_highest_of_twelve(
    values: tuple[float, ...], drawn: str
) -> None:
    assert terminal.sparkline(values) == drawn


@pytest.mark.parametrize("width", [40, 80, 200])
def test_a_sparkline_is_only_drawn_where_it_can_be_and_words_say_the_same(width: int) -> None:
    plan = reader.read(f"{HEAD}{CASES}{LINES}{AFTER}".encode(), "plan.toml").plan
    report = measured.listing(query.view(plan, AS_AT))
    drawn = terminal.render(report, terminal.Looks(width, colour=False, unicode=True))
    plain = terminal.render(report, terminal.Looks(width, colour=False, unicode=False))
    assert "█▁" in drawn
    assert "\u2191 better" in drawn
    assert plain.isascii()
    assert "Readings" not in plain
    for text in (drawn, plain):
        assert "better" in text
        assert "on course" in " ".join(text.split())
        assert "120" in text
