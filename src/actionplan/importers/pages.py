"""PDF: its letters and rules with their places, in the order in which they are read."""

from __future__ import annotations

import ctypes
import re
from itertools import pairwise
from math import hypot
from statistics import median
from typing import TYPE_CHECKING, Any, NamedTuple

from actionplan.errors import ActionPlanError
from actionplan.extras import needed
from actionplan.importers import bands, dots, rules
from actionplan.importers.document import Cell, Document
from actionplan.importers.furniture import Line
from actionplan.importers.lines import flow
from actionplan.importers.marks import split_mark

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

pdfium = needed("pypdfium2", "import")
raw = needed("pypdfium2.raw", "import")

MOST_PAGES = 1_000
_GAP = 1.8
"""Times the size of its letters: a wider gap within a line parts two columns."""
_CELL_GAP = 0.6
"""Times the size of its letters: the words of two cells are so far apart, and of one line not."""
_LAST = 0x10FFFF
_UNNAMED = "\ufffd"
"""A letter that its font gives no name: in front of a line, it is a bullet."""
_HEAVY = 600
"""The weight of letters from which they are bold."""
_SEGMENTS = 6
"""A stroked box has no more."""
_COLUMN = 12.0
"""Points within which two lines start in the same column."""
_INDENT = 60.0
"""Points, by which a line may stand further in within its column."""
_BESIDE = 0.8
"""Times the size of its letters: lines nearer to each other, up or down, are of two columns."""
_SHORTEST = 3
"""Letters: what is shorter starts no column."""
_HYPHENS = frozenset({0xFFFE, 0x2})
"""How the library gives a hyphen at the end of a line."""
_SHAPES = (raw.FPDF_PAGEOBJ_PATH, raw.FPDF_PAGEOBJ_IMAGE)
_SPACED = re.compile(r"(?:[^\W\d_] ){4,}[^\W\d_]")
"""Single letters with white space between them."""
_WORD_GAP = 0.15
"""Times the size of its letters: where they are set apart, a gap so much wider parts two words."""
_RAISED = 0.75
"""Of the size of its line: smaller digits above it point to a footnote."""


def read(name: str, content: bytes, tell: Callable[[str], None]) -> Document:
    """Read every page.

    Raises:
        ActionPlanError: where it is damaged, locked, too long, or has no text.

    """
    with _opened(name, content) as pdf:
        count = len(pdf)
        if count > MOST_PAGES:
            message = f"{name} has {count:,} pages; {MOST_PAGES:,} are the most that are read."
            raise ActionPlanError(message)
        lines: list[Line] = []
        carried: tuple[float, ...] = ()
        for number in range(count):
            tell(f"page {number + 1} of {count}")
            page = _page(pdf, number, carried)
            lines, carried = lines + page.lines, page.carried
        title = pdf.get_metadata_value("Title")
    if not any(line.text.strip() for line in lines):
        message = (
            f"{name} has {count} {'page' if count == 1 else 'pages'} and no text: it is a scan, or "
            "pictures. Ask for the document it was made from, or run text recognition (OCR) on it."
        )
        raise ActionPlanError(message)
    flowed = flow(lines)
    return Document(flowed.paragraphs, title, count, flowed.furniture)


def _opened(name: str, content: bytes) -> Any:  # noqa: ANN401 - a document of pypdfium2
    try:
        return pdfium.PdfDocument(content)
    except pdfium.PdfiumError as error:
        if "password" in str(error).lower():
            message = f"{name} is locked with a password: save a copy without one."
        else:
            message = f"{name} is damaged, and can't be read as a PDF. Fetch it again."
        raise ActionPlanError(message) from error


class _Letter(NamedTuple):
    char: str
    left: float
    right: float
    base: float
    size: float
    place: int
    """In the page's text, as the library counts."""


class _Piece(NamedTuple):
    """Letters on one line with no wide gap between them."""

    text: str
    left: float
    right: float
    base: float
    size: float
    bold: bool
    inner: float = 0.0
    """Where the words behind a mark start."""


class _Page(NamedTuple):
    lines: list[Line]
    carried: tuple[float, ...] = ()
    """Where the columns start of a table with no ruled lines that may go on overleaf."""


def _page(pdf: Any, number: int, carried: tuple[float, ...]) -> _Page:  # noqa: ANN401 - as above
    try:
        page = pdf[number]
        text = page.get_textpage()
    except pdfium.PdfiumError:
        return _Page([])
    height = page.get_height()
    strokes, drawn_dots = _drawn(page)
    drawn = rules.tables(strokes)
    tables = [table for table in drawn if not table.frames(page.get_width(), height)]
    pieces = _with_dots(list(_pieces(text, tables)), drawn_dots)
    outside = [each for each in pieces if not any(table.holds(*_middle(each)) for table in tables)]
    found = bands.bands(outside, carried, height)
    tables = sorted([*tables, *found.tables], key=lambda table: -table.top)
    lines = [
        Line(piece.text, number + 1, piece.left, piece.right, height - piece.base, piece.size,
             piece.bold, cell, height, tail, piece.inner)
        for piece, cell, tail in _ordered(pieces, tables, number)
    ]  # fmt: skip
    page.close()
    return _Page(lines, found.carried)


# --- letters to pieces ----------------------------------------------------------------------------


def _letters(text: Any) -> Iterator[_Letter]:  # noqa: ANN401 - a page of text of pypdfium2
    """Give the letters in the order of the file, each with the room that it takes."""
    x, y = ctypes.c_double(), ctypes.c_double()
    box, matrix = raw.FS_RECTF(), raw.FS_MATRIX()
    size = 1.0
    for index in range(text.count_chars()):
        code = raw.FPDFText_GetUnicode(text, index)
        char = "-" if code in _HYPHENS else _UNNAMED if _is_unnamed(code) else chr(code)
        raw.FPDFText_GetCharOrigin(text, index, x, y)
        raw.FPDFText_GetLooseCharBox(text, index, box)
        if not raw.FPDFText_IsGenerated(text, index):
            raw.FPDFText_GetMatrix(text, index, matrix)
            size = raw.FPDFText_GetFontSize(text, index) * (hypot(matrix.c, matrix.d) or 1.0)
        yield _Letter(char, box.left, box.right, y.value, size, index)


def _is_unnamed(code: int) -> bool:
    return code > _LAST or (code < ord(" ") and not chr(code).isspace())


def _pieces(text: Any, tables: list[rules.Table]) -> Iterator[_Piece]:  # noqa: ANN401 - as above
    """Cut the stream of letters where it starts a new line, leaves a wide gap or crosses a rule."""
    run: list[_Letter] = []
    for letter in _letters(text):
        if letter.char in "\r\n":
            continue
        solid = [each for each in run[-3:] if not each.char.isspace()]
        parted = (
            solid
            and not letter.char.isspace()
            and (_parts(solid[-1], letter, run) or _is_ruled(solid[-1], letter, tables))
        )
        if parted:
            yield from _piece(text, run)
            run = []
        run.append(letter)
    yield from _piece(text, run)


def _parts(before: _Letter, letter: _Letter, run: list[_Letter]) -> bool:
    size = max(before.size, letter.size, 1.0)
    if abs(before.base - letter.base) > size * 0.6:
        return True
    gap = letter.left - before.right
    if gap < -size * 2:
        return True
    if gap <= size * _GAP:
        return False
    said = "".join(each.char for each in run).strip()
    return bool(split_mark(said + " x")[1] != "x")


def _is_ruled(before: _Letter, letter: _Letter, tables: list[rules.Table]) -> bool:
    """Tell two cells of a row that stand close to the line between them."""
    if letter.left - before.right < letter.size * _CELL_GAP:
        return False
    return any(each.parts(before.right - 1, letter.left + 1, letter.base) for each in tables)


def _piece(text: Any, run: list[_Letter]) -> Iterator[_Piece]:  # noqa: ANN401 - as above
    solid = [letter for letter in run if not letter.char.isspace()]
    if not solid:
        return
    size = median(letter.size for letter in solid)
    base = median(letter.base for letter in solid)
    named = (each for each in run if each.char != _UNNAMED or each is solid[0])
    kept = [each for each in named if not _is_note(each, size, base)]
    words = re.sub(r"\s+", " ", "".join(letter.char for letter in kept)).strip()
    if _SPACED.fullmatch(words):
        words = _drawn_together([each for each in kept if not each.char.isspace()])
    if words.strip(_UNNAMED):
        bold = _is_bold(text, solid[0].place) and _is_bold(text, solid[-1].place)
        left, right = min(each.left for each in solid), max(each.right for each in solid)
        yield _Piece(words, left, right, base, size, bold, _inner(words, solid))


def _drawn_together(solid: list[_Letter]) -> str:
    """Give the words of letters that are set apart for their looks."""
    gaps = [after.left - before.right for before, after in pairwise(solid)]
    wide = median(gaps) + max(each.size for each in solid) * _WORD_GAP
    parted = (letter.char + " " * (gap > wide) for letter, gap in zip(solid, gaps, strict=False))
    return "".join(parted) + solid[-1].char


def _inner(words: str, solid: list[_Letter]) -> float:
    """Find where the words behind a mark start."""
    mark, rest = split_mark(words)
    behind = len(words.replace(" ", "")) - len(rest.replace(" ", ""))
    return solid[behind].left if mark and rest and behind < len(solid) else 0.0


def _is_note(letter: _Letter, size: float, base: float) -> bool:
    """Tell a raised small digit, which points to a footnote and is no part of the words."""
    small = letter.size < size * _RAISED and letter.base > base + size * 0.15
    return small and (letter.char.isdigit() or letter.char.isspace())


def _is_bold(text: Any, index: int) -> bool:  # noqa: ANN401 - as above
    if raw.FPDFText_GetFontWeight(text, index) >= _HEAVY:
        return True
    name = ctypes.create_string_buffer(128)
    flags = ctypes.c_int()
    raw.FPDFText_GetFontInfo(text, index, name, 128, flags)
    return re.search(rb"bold|black|heavy|demi", name.value, re.IGNORECASE) is not None


# --- rules ----------------------------------------------------------------------------------------


def _drawn(page: Any) -> tuple[list[rules.Stroke], list[dots.Dot]]:  # noqa: ANN401 - a page of pypdfium2
    """Give the drawn lines of a page, and the small shapes that may be bullets."""
    strokes: list[rules.Stroke] = []
    found: list[dots.Dot] = []
    for shape in page.get_objects(filter=_SHAPES, max_depth=3):
        try:
            box = dots.Dot(*shape.get_bounds())
        except pdfium.PdfiumError:
            continue
        if box.may_mark:
            found.append(box)
        if shape.type == raw.FPDF_PAGEOBJ_PATH:
            strokes += _strokes(shape, box)
    return strokes, found


def _strokes(shape: Any, box: dots.Dot) -> list[rules.Stroke]:  # noqa: ANN401 - a path of pypdfium2
    """Give a thin shape as a line, and the sides of a stroked box."""
    if min(box.right - box.left, box.top - box.bottom) < rules.THIN:
        return [rules.Stroke(*box)]
    return rules.sides(*box) if _is_stroked(shape) else []


def _with_dots(pieces: list[_Piece], found: list[dots.Dot]) -> list[_Piece]:
    """Write a bullet where one is drawn in front of a line that has none."""
    written = [
        _Piece(dots.BULLET, dot.left, dot.right, piece.base, piece.size, piece.bold)
        for dot in found
        if (piece := _marked_by(dot, pieces)) is not None
    ]
    return pieces + written


def _marked_by(dot: dots.Dot, pieces: list[_Piece]) -> _Piece | None:
    near = (each for each in pieces if dot.marks(each.left, each.base, each.size))
    first = min(near, key=lambda each: each.left, default=None)
    return None if first is None or split_mark(first.text)[0] else first


def _is_stroked(shape: Any) -> bool:  # noqa: ANN401 - an object of pypdfium2
    fill, stroke = ctypes.c_int(), ctypes.c_int()
    raw.FPDFPath_GetDrawMode(shape, fill, stroke)
    return bool(stroke.value) and raw.FPDFPath_CountSegments(shape) <= _SEGMENTS


# --- the order in which pieces are read -----------------------------------------------------------

_Placed = tuple[_Piece, Cell | None, str]


def _ordered(pieces: list[_Piece], tables: list[rules.Table], page: int) -> Iterator[_Placed]:
    """Read from the top; a table cell by cell, columns one after the other."""
    inside: list[list[_Piece]] = [[] for _ in tables]
    outside: list[_Piece] = []
    for piece in pieces:
        home = next((i for i, table in enumerate(tables) if table.holds(*_middle(piece))), None)
        (outside if home is None else inside[home]).append(piece)
    rows = _rows(outside)
    done = 0
    for row in rows:
        while done < len(tables) and tables[done].top > row[0].base:
            yield from _cells(inside[done], tables[done], page * 100 + done)
            done += 1
        yield from _row(row)
    for rest in range(done, len(tables)):
        yield from _cells(inside[rest], tables[rest], page * 100 + rest)


def _middle(piece: _Piece) -> tuple[float, float]:
    return (piece.left + piece.right) / 2, piece.base + piece.size * 0.3


def _cells(pieces: list[_Piece], table: rules.Table, number: int) -> Iterator[_Placed]:
    by_cell: dict[tuple[int, int], list[_Piece]] = {}
    for piece in pieces:
        place = table.cell(piece.left + 1, piece.base + piece.size * 0.3)
        by_cell.setdefault(place, []).append(piece)
    for row, column in sorted(by_cell):
        for line in _rows(by_cell[row, column]):
            for piece in _merged(line):
                yield piece, Cell(number, row, column), ""


def _rows(pieces: list[_Piece]) -> list[list[_Piece]]:
    """Group pieces that stand on one line, from the top; each from the left."""
    rows: list[list[_Piece]] = []
    for piece in sorted(pieces, key=lambda piece: (-piece.base, piece.left)):
        if rows and abs(rows[-1][0].base - piece.base) < max(2.0, piece.size * 0.3):
            rows[-1].append(piece)
        else:
            rows.append([piece])
    ordered = [sorted(row, key=lambda piece: piece.left) for row in rows]
    return _columns(ordered)


def _columns(rows: list[list[_Piece]]) -> list[list[_Piece]]:
    """Where two columns of text stand side by side, read the left one to its end first."""
    done: list[list[_Piece]] = []
    waiting: list[list[_Piece]] = []
    gutter = 0.0
    lines = [_merged(row) for row in rows]
    starts = [_second_column(_beside(lines, place)) for place in range(len(lines))]
    edge = min((line[0].left for line in lines), default=0.0)
    for place, line in enumerate(lines):
        if waiting and _ends_columns(lines[place:], starts[place], gutter):
            done += _moved(waiting, gutter - edge)
            waiting, gutter = [], 0.0
        if starts[place] and not gutter:
            gutter = _gutter(lines[place:], starts[place:])
            waiting = _begun(done, gutter, line[0])
        left = [piece for piece in line if not gutter or piece.left < gutter - _COLUMN]
        right = [piece for piece in line if gutter and piece.left >= gutter - _COLUMN]
        if left:
            done.append(left)
        if right:
            waiting.append(right)
    return done + _moved(waiting, gutter - edge)


def _moved(lines: list[list[_Piece]], by: float) -> list[list[_Piece]]:
    """Give a second column the places of the first, so that its items are no deeper."""
    return [
        [
            piece._replace(
                left=piece.left - by, right=piece.right - by, inner=max(0.0, piece.inner - by)
            )
            for piece in line
        ]
        for line in lines
    ]


def _begun(done: list[list[_Piece]], gutter: float, first: _Piece) -> list[list[_Piece]]:
    """Take back the lines of the second column that stand higher than the first line beside it."""
    begun: list[list[_Piece]] = []
    while done and _is_right(done[-1], gutter) and done[-1][0].base - first.base < first.size * 3:
        begun.insert(0, done.pop())
    return begun


def _is_right(line: list[_Piece], gutter: float) -> bool:
    return line[0].left >= gutter - _COLUMN


def _ends_columns(lines: list[list[_Piece]], start: float, gutter: float) -> bool:
    """Tell a line across both columns, one of other columns, or a heading above such a line."""
    line, *below = lines
    other = bool(start) and not -_COLUMN <= start - gutter <= _INDENT
    if other or _crosses(line, gutter):
        return True
    if _is_right(line, gutter) or len(line) > 1 or not line[0].bold:
        return False
    after = next((each for each in below if _is_right(each[-1:], gutter) or
                  _crosses(each, gutter)), None)  # fmt: skip
    return after is not None and _crosses(after, gutter)


def _gutter(lines: list[list[_Piece]], starts: list[float]) -> float:
    """Give where the second column starts: its first line may stand further in than others."""
    gutter = starts[0]
    for line, start in zip(lines, starts, strict=True):
        if start and abs(start - gutter) > _INDENT:
            break
        gutter = min(gutter, start or gutter)
        if any(piece.left < gutter - _INDENT and piece.right > gutter for piece in line):
            break
    return gutter


def _crosses(line: list[_Piece], gutter: float) -> bool:
    return any(piece.left < gutter - 4 < piece.right - 4 for piece in line)


def _beside(lines: list[list[_Piece]], place: int) -> list[_Piece]:
    """Give the pieces of a line, and of those so near that they stand in another column."""
    base, size = lines[place][0].base, lines[place][0].size
    near = (
        piece
        for line in lines[max(0, place - 2) : place + 3]
        for piece in line
        if abs(piece.base - base) < size * _BESIDE
    )
    return sorted(near, key=lambda piece: piece.left)


def _second_column(row: list[_Piece]) -> float:
    """Give where a second column of words starts; a page number at the end of a line is none."""
    first, second = row[0], row[1] if len(row) > 1 else None
    if second is None or row[-1].text.isdigit() or second.left < first.right:
        return 0.0
    return second.left if min(len(first.text), len(second.text)) >= _SHORTEST else 0.0


def _merged(row: list[_Piece]) -> list[_Piece]:
    """Join a mark to its words, and pieces that stand as near as words do."""
    joined = [row[0]]
    for piece in row[1:]:
        last = joined[-1]
        near = piece.left - last.right < last.size * _GAP
        if near or not split_mark(f"{last.text} ")[1].strip():
            mark, rest = split_mark(f"{last.text} ")
            inner = piece.left if mark and not rest else last.inner
            joined[-1] = _Piece(f"{last.text} {piece.text}", last.left, piece.right, piece.base,
                                max(last.size, piece.size), piece.bold, inner)  # fmt: skip
        else:
            joined.append(piece)
    return joined


def _row(row: list[_Piece]) -> Iterator[_Placed]:
    """Give the pieces of a line; a number at its far end makes it one of contents."""
    *words, last = row
    if words and last.text.strip(". ").isdigit():
        for piece in words:
            yield piece, None, last.text
        return
    for piece in row:
        dotted = re.search(r"(?:\.\s?){4,}\s*(\d{1,3})$", piece.text)
        yield piece, None, dotted[1] if dotted else ""
