"""What other programs read of an export: LibreOffice, DuckDB and khal, each the real one."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from collections import Counter
from datetime import datetime
from importlib import import_module
from typing import TYPE_CHECKING, Any

import pytest
from conftest import BIRMINGHAM, ROOT

if TYPE_CHECKING:
    from pathlib import Path

    from conftest import Run

openpyxl = import_module("openpyxl")

AS_AT = ("-f", str(BIRMINGHAM), "--as-at", "2014-05-01")


def the_program(name: str) -> str:
    """Find a program; only where all of them are to be there must it be."""
    found = shutil.which(name)
    if found is None and os.environ.get("CI") == "true":
        pytest.fail(f"{name} is not installed")
    if found is None:
        pytest.skip(f"{name} is not installed")
    return found


def started(*command: str, **environment: str) -> str:
    """Run a program that knows nothing of the tests' own Python."""
    own = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    done = subprocess.run(
        command, check=True, capture_output=True, text=True, timeout=300, env={**own, **environment}
    )
    return done.stdout


# --- LibreOffice --------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Open the workbook and the csv once in LibreOffice, and save both as it understood them."""
    soffice, folder = the_program("soffice"), tmp_path_factory.mktemp("office")
    from typer.testing import CliRunner

    from actionplan.cli.app import app

    for name in ("plan.xlsx", "actions.csv"):
        assert CliRunner().invoke(app, ["export", str(folder / name), *AS_AT]).exit_code == 0
    profile = f"-env:UserInstallation=file://{folder}/profile"
    files = [str(folder / "plan.xlsx"), str(folder / "actions.csv")]
    wanted = [
        "--infilter=CSV:44,34,76,1",
        "--convert-to",
        "xlsx",
        "--outdir",
        str(folder / "saved"),
    ]
    started(soffice, profile, "--headless", *wanted, *files)
    started(
        soffice, profile, "--headless", "--convert-to", "pdf", "--outdir", str(folder), files[0]
    )
    return folder


def rows_of(path: Path, name: str) -> dict[str, dict[str, Any]]:
    headings, *rows = openpyxl.load_workbook(path)[name].iter_rows(values_only=True)
    return {row[0]: dict(zip(headings, row, strict=True)) for row in rows}


def test_libreoffice_reads_the_workbook_with_its_days_numbers_and_words(office: Path) -> None:
    ours, theirs = (
        rows_of(office / place, "Actions") for place in ("plan.xlsx", "saved/plan.xlsx")
    )
    assert theirs == ours
    assert len(ours) == 23
    assert isinstance(theirs["A4"]["Due"], datetime)
    assert theirs["A17"]["Working days late"] == 62
    book = openpyxl.load_workbook(office / "saved" / "plan.xlsx")
    assert len(book.sheetnames) == 10
    assert len(book["Actions"].data_validations.dataValidation) == 2


def test_libreoffice_reads_the_csv_with_its_days_as_days(office: Path) -> None:
    ours = rows_of(office / "plan.xlsx", "Actions")
    theirs = rows_of(office / "saved" / "actions.xlsx", "actions")
    assert list(theirs) == list(ours)
    for ref, row in theirs.items():
        assert row["Due"] == ours[ref]["Due"]
        assert row["First agreed"] == ours[ref]["First agreed"]
        assert row["Working days late"] == ours[ref]["Working days late"]
        assert (row["Action"], row["Last note"]) == (ours[ref]["Action"], ours[ref]["Last note"])


def test_a_print_has_the_headings_and_the_day_on_every_page(office: Path) -> None:
    text = started(the_program("pdftotext"), "-layout", str(office / "plan.pdf"), "-")
    pages = text.split("\f")[:-1]
    assert len(pages) == 10
    assert all("As at 1 May 2014" in page for page in pages)
    assert [page.split()[0] for page in pages] == ["What", *["Ref"] * 9]
    assert "Last note" in pages[1]
    assert "Why the facts say so" not in text


# --- DuckDB -------------------------------------------------------------------------------------


ASKED = (
    "select stage, count(*) from plan where record = 'action' group by stage",
    "describe plan",
    "with answers as (select ref, unnest(answers) finding from plan where record = 'action') "
    "select f.ref, count(a.ref) from plan f left join answers a on a.finding = f.ref "
    "where f.record = 'finding' group by f.ref",
)


def test_duckdb_counts_by_record_and_stage_what_list_counts(tmp_path: Path, run: Run) -> None:
    duckdb = import_module("duckdb")
    assert run("export", "out.jsonl", *AS_AT).code == 0
    listed = json.loads(run("list", "--json", *AS_AT).out)["actions"]
    with duckdb.connect() as database:
        database.execute(
            "create table plan as from read_json_auto($1)", [str(tmp_path / "out.jsonl")]
        )
        counted, described, answered = (database.execute(asked).fetchall() for asked in ASKED)
    assert dict(counted) == Counter(line["stage"] for line in listed)
    types = {row[0]: row[1] for row in described}
    assert (types["due"], types["late"], types["value"]) == ("DATE", "BIGINT", "BIGINT")
    assert (types["answers"], types["stale"]) == ("VARCHAR[]", "BOOLEAN")
    expected = Counter(ref for line in listed for ref in line["answers"])
    assert {ref: number for ref, number in answered if number} == expected
    assert ("F14", 0) in answered


def test_the_queries_of_the_docs_run(tmp_path: Path, run: Run) -> None:
    duckdb = import_module("duckdb")
    (tmp_path / "exports").mkdir()
    for name in ("plan.jsonl", "exports/one.jsonl"):
        assert run("export", name, *AS_AT).code == 0
    text = (ROOT / "docs" / "exports.md").read_text(encoding="utf-8")
    (queries,) = re.findall(r"```sql\n(.*?)```", text, re.DOTALL)
    with duckdb.connect() as database:
        by_stage, unanswered = (
            database.execute(query).fetchall() for query in queries.split(";") if query.strip()
        )
    assert sum(row[3] for row in by_stage) == 23
    assert [ref for ref, _ in unanswered] == ["F14"]


# --- khal ---------------------------------------------------------------------------------------


def test_khal_takes_a_calendar_in_twice_with_no_doubles_and_moves_what_was_moved(
    tmp_path: Path, run: Run
) -> None:
    khal, kept = the_program("khal"), tmp_path / "vdir"
    kept.mkdir()
    settings = tmp_path / "khal.conf"
    settings.write_text(
        f"[calendars]\n[[plan]]\npath = {kept}\n[default]\ndefault_calendar = plan\n"
        f"[sqlite]\npath = {tmp_path}/khal.db\n[locale]\ntimeformat = %H:%M\n"
        "dateformat = %Y-%m-%d\nlongdateformat = %Y-%m-%d\ndatetimeformat = %Y-%m-%d %H:%M\n"
        "longdatetimeformat = %Y-%m-%d %H:%M\nlocal_timezone = Europe/London\n"
        "default_timezone = Europe/London\n"
    )
    plan = tmp_path / "plan.toml"
    text = (
        'format = 1\ntitle = "A plan"\n\n[[meeting]]\nbody = "Cabinet"\non = 2014-05-19\n\n'
        '[[review]]\nid = "LGA"\ntitle = "Review"\n\n'
        '[[finding]]\nid = "F1"\nreview = "LGA"\ntext = "Morale."\n\n'
        '[[action]]\nid = "A1"\nanswers = ["F1"]\ntitle = "Act; now, \\\\ and £"\n'
        'owner = "Head of HR"\ndue = 2014-05-30\n'
    )

    def taken_in(text: str) -> list[str]:
        plan.write_text(text, encoding="utf-8")
        assert run("export", "out.ics", "-f", str(plan), "--as-at", "2014-05-01").code == 0
        typed = (khal, "-c", str(settings))
        started(*typed, "import", "--batch", "-a", "plan", str(tmp_path / "out.ics"))
        span = ("2014-05-01", "60d", "--day-format", "")
        shown = started(*typed, "list", "--format", "{start-date} {title}", *span)
        return [line.strip() for line in shown.splitlines() if line.strip()]

    expected = [
        "2014-05-09 Papers published for Cabinet",
        "2014-05-19 Cabinet",
        "2014-05-30 A1 due: Act; now, \\ and £",
    ]
    assert taken_in(text) == expected
    assert taken_in(text) == expected
    moved = text.replace("due = 2014-05-30", "due = 2014-06-06")
    assert taken_in(moved) == [*expected[:2], "2014-06-06 A1 due: Act; now, \\ and £"]
    assert len(list(kept.glob("*.ics"))) == 3
