"""Tables from outside as grids: workbooks, files of commas and Word tables, read in the child."""

from __future__ import annotations

from datetime import date
from io import BytesIO
from typing import TYPE_CHECKING, Any

import docx
import openpyxl  # type: ignore[import-untyped]
import pytest
import xlsxwriter  # type: ignore[import-untyped]

from actionplan.errors import ActionPlanError
from actionplan.importers import apart, grids

if TYPE_CHECKING:
    from actionplan.importers.grids import Grid


def read(name: str, content: bytes) -> tuple[Grid, ...]:
    return grids.from_json(apart.read("grids", name, content).result)


def saved(book: Any) -> bytes:
    content = BytesIO()
    book.save(content)
    return content.getvalue()


def test_a_workbook_gives_days_numbers_errors_and_merged_cells_where_they_stand() -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "Plan"
    sheet["B3"], sheet["C3"], sheet["D3"] = "Ref", "Due", "Progress"
    sheet["B4"], sheet["C4"], sheet["D4"] = 7, date(2026, 3, 31), 0.75
    sheet["D4"].number_format = "0%"
    sheet["B5"], sheet["C5"], sheet["D5"] = 1.1, "#REF!", "=1+1"
    sheet["B5"].number_format = "0.00"
    sheet["C5"].data_type = "e"
    sheet["B6"] = "Recruit"
    sheet.merge_cells("B6:D7")
    sheet["E7"] = "x"
    (grid,) = read("plan.xlsx", saved(book))
    assert grid.first == (3, 2)
    assert grid.at(1, 1) == "C4"
    assert grid.rows == (
        ("Ref", "Due", "Progress", None),
        (7.0, date(2026, 3, 31), "75%", None),
        ("1.10", "#REF!", None, None),
        ("Recruit", "Recruit", "Recruit", None),
        ("Recruit", "Recruit", "Recruit", "x"),
    )
    assert "the formula in D5" in grid.notes[0]


def test_hidden_sheets_are_given_and_marked() -> None:
    book = openpyxl.Workbook()
    book.active.append(["Seen"])
    book.create_sheet("Kept").append(["Unseen"])
    book["Kept"].sheet_state = "veryHidden"
    assert [(grid.name, grid.hidden) for grid in read("a.xlsx", saved(book))] == [
        ("Sheet", False),
        ("Kept", True),
    ]


def test_two_cells_far_apart_are_refused_before_room_is_made_for_all_between() -> None:
    content = BytesIO()
    book = xlsxwriter.Workbook(content)
    sheet = book.add_worksheet("Plan")
    sheet.write(0, 0, "a")
    sheet.write(1_048_575, 16_383, "b")
    book.close()
    with pytest.raises(ActionPlanError, match=r"A1 to XFD1048576\)\. Delete what stands far"):
        read("far.xlsx", content.getvalue())


def test_formats_without_values_down_to_the_last_row_are_no_cells() -> None:
    book = openpyxl.Workbook()
    book.active["A1"] = "Ref"
    book.active["XFD1048576"].font = openpyxl.styles.Font(bold=True)
    (grid,) = read("a.xlsx", saved(book))
    assert grid.rows == (("Ref",),)


@pytest.mark.parametrize("coding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
def test_values_are_read_whatever_parts_them(separator: str, coding: str) -> None:
    lines = [
        "Plan of the café",
        "Ref,Action,Lead",
        '1,"Recruit\ntwo, or three",Head of HR',
        "2,'=x,",
    ]
    quoted = [line.replace(",", separator) for line in lines]
    quoted[2] = f'1{separator}"Recruit\ntwo, or three"{separator}Head of HR'
    (grid,) = read("plan.csv", "\r\n".join(quoted).encode(coding))
    assert grid.rows == (
        ("Plan of the café", None, None),
        ("Ref", "Action", "Lead"),
        ("1", "Recruit\ntwo, or three", "Head of HR"),
        ("2", "=x", None),
    )


def test_the_separator_that_excel_states_is_the_separator() -> None:
    (grid,) = read("plan.csv", b"sep=;\r\nRef;Do a, b, c\r\n1;x, y, z\r\n")
    assert grid.rows == (("Ref", "Do a, b, c"), ("1", "x, y, z"))


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b'Ref,Act\n1,"open\n2,b\n', "a quote that is opened in or after line 2 is never closed"),
        (b"Ref,Act\n1," + b"x" * 10_000_000, "longer than 131,072 characters"),
        (b"Ref\n" + b"," * 100_000, "line 2 has 100,001 columns"),
        (b"Ref,A\0ct\n1", "it holds bytes of data"),
    ],
)
def test_broken_values_are_refused_in_a_sentence(content: bytes, sentence: str) -> None:
    with pytest.raises(ActionPlanError, match=sentence):
        read("plan.csv", content)


def test_a_word_table_gives_merged_cells_and_the_heading_over_it() -> None:
    document = docx.Document()
    document.add_heading("Theme 1: Leadership")
    table = document.add_table(3, 3)
    for row in range(3):
        for column in range(3):
            table.cell(row, column).text = f"{row}{column}"
    table.cell(1, 0).merge(table.cell(2, 0)).text = "Down"
    table.cell(0, 1).merge(table.cell(0, 2)).text = "Across"
    (grid,) = read("plan.docx", saved(document))
    assert (grid.name, grid.heading, grid.at(1, 2)) == (
        "Table 1",
        "Theme 1: Leadership",
        "row 2, column 3",
    )
    assert grid.rows == (("00", "Across", "Across"), ("Down", "11", "12"), ("Down", "21", "22"))
