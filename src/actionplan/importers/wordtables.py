"""Reading the tables of a Word document: each a grid, with the words that stand over it."""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING, Any

from actionplan.dates import counted
from actionplan.errors import ActionPlanError
from actionplan.extras import needed
from actionplan.importers.grids import Grid, bounded

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

docx = needed("docx", "import")
_oxml = needed("docx.oxml.ns", "import")

_LONGEST_HEADING = 200
"""Characters of a paragraph that can be the heading of the table below it."""
_BETWEEN = {"br": "\n", "cr": "\n", "tab": " ", "noBreakHyphen": "-"}


def read(name: str, content: bytes, tell: Callable[[str], None]) -> tuple[Grid, ...]:
    """Give every table of the body; a table in a cell is part of that cell's words.

    Raises:
        ActionPlanError: where it is damaged, or a table is larger than any plan.

    """
    try:
        body = docx.Document(BytesIO(content)).element.body
    except (KeyError, ValueError, AttributeError, OSError, SyntaxError) as error:
        message = f"{name} is damaged: it can't be read as a Word document. Save it again."
        raise ActionPlanError(message) from error
    grids: list[Grid] = []
    over: list[tuple[str, bool]] = []
    outside = 0
    for block in _blocks(body):
        if _local(block) == "tbl":
            tell(f"table {len(grids) + 1}")
            grids.append(_grid(name, len(grids) + 1, block, _heading(over)))
            outside += max(0, len(over) - bool(grids[-1].heading))
            over = []
        elif words := _words(block):
            over.append((words, _is_headed(block)))
    return _told(grids, outside + len(over))


def _heading(over: list[tuple[str, bool]]) -> str:
    """Give what heads a table: the last heading since the one before, else the last paragraph."""
    headed = [words for words, is_heading in over if is_heading] or [words for words, _ in over]
    return headed[-1] if headed and len(headed[-1]) <= _LONGEST_HEADING else ""


def _is_headed(paragraph: Any) -> bool:  # noqa: ANN401 - as above
    style = paragraph.find(f"./{_oxml.qn('w:pPr')}/{_oxml.qn('w:pStyle')}")
    return style is not None and _get(style, "val").casefold().startswith("heading")


def _told(grids: list[Grid], outside: int) -> tuple[Grid, ...]:
    """Say how much stands outside the tables."""
    if not grids or not outside:
        return tuple(grids)
    what = f"{counted(outside, 'paragraph')} outside the tables {'was' if outside == 1 else 'were'}"
    first = grids[0]._replace(notes=(*grids[0].notes, f"{what} not read.".capitalize()))
    return (first, *grids[1:])


def _local(element: Any) -> str:  # noqa: ANN401 - an element of lxml
    return str(element.tag).rpartition("}")[2]


def _get(element: Any, name: str) -> str:  # noqa: ANN401 - as above
    return str(element.get(_oxml.qn(f"w:{name}"), ""))


def _blocks(parent: Any, wanted: tuple[str, ...] = ("p", "tbl")) -> Iterator[Any]:  # noqa: ANN401 - as above
    """Give the children of some names, also from within controls and tracked insertions."""
    for child in parent:
        if _local(child) in wanted:
            yield child
        elif _local(child) in {"sdt", "sdtContent", "customXml", "ins", "moveTo"}:
            yield from _blocks(child, wanted)


def _grid(file: str, number: int, table: Any, heading: str) -> Grid:  # noqa: ANN401 - as above
    above: list[tuple[str | None, bool]] = []
    rows: list[list[str | None]] = []
    deleted = 0
    for line in _blocks(table, ("tr",)):
        if line.find(f"./{_oxml.qn('w:trPr')}/{_oxml.qn('w:del')}") is not None:
            deleted += 1
            continue
        above = list(_cells(line, above))
        rows.append([text for text, _ in above])
        bounded(file, f"table {number}", len(rows), len(above))
    width = max(map(len, rows), default=0)
    notes = (f"Table {number}: {deleted} rows that are marked as deleted were left out.",)
    return Grid(
        f"Table {number}",
        tuple((*row, *[None] * (width - len(row))) for row in rows),
        letters=False,
        heading=heading,
        notes=notes if deleted else (),
    )


def _cells(line: Any, above: list[tuple[str | None, bool]]) -> Iterator[tuple[str | None, bool]]:  # noqa: ANN401 - as above
    """Give the words of each column of a row; what runs on from the row above has its words."""
    column = 0
    skipped = line.find(f"./{_oxml.qn('w:trPr')}/{_oxml.qn('w:gridBefore')}")
    if skipped is not None:
        for _ in range(_span(skipped)):
            column += 1
            yield None, False
    for cell in _blocks(line, ("tc",)):
        properties = cell.find(_oxml.qn("w:tcPr"))
        merged = spanned = None
        if properties is not None:
            merged = properties.find(_oxml.qn("w:vMerge"))
            spanned = properties.find(_oxml.qn("w:gridSpan"))
        runs_on = merged is not None and _get(merged, "val") != "restart"
        text = above[column][0] if runs_on and column < len(above) else _words(cell) or None
        for _ in range(1 if spanned is None else _span(spanned)):
            column += 1
            yield text, runs_on


def _span(element: Any) -> int:  # noqa: ANN401 - as above
    value = _get(element, "val")
    return max(1, min(int(value), 1_000)) if value.isdecimal() else 1


def _words(element: Any) -> str:  # noqa: ANN401 - as above
    """Give the words of a cell or a paragraph: paragraphs on lines of their own, none twice."""
    paragraphs = [element] if _local(element) == "p" else element.iter(_oxml.qn("w:p"))
    lines = ("".join(_pieces(paragraph)).strip() for paragraph in paragraphs)
    return "\n".join(line for line in lines if line)


def _pieces(parent: Any) -> Iterator[str]:  # noqa: ANN401 - as above
    for child in parent:
        local = _local(child)
        if local == "t":
            yield child.text or ""
        elif local in _BETWEEN:
            yield _BETWEEN[local]
        elif local not in {"Fallback", "pPr", "rPr", "p", "del", "moveFrom"}:
            yield from _pieces(child)
