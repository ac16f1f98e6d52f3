"""A drawing as SVG that stands inside a page: named and told in words, with nothing to fetch."""

from __future__ import annotations

from html import escape

from actionplan.renderers.pictures.drawing import (
    EDGE_OF_CIRCLE,
    Circle,
    Drawing,
    Line,
    Point,
    Polygon,
    Rectangle,
    Shape,
    Text,
)
from actionplan.renderers.safe import safe_line

_FONT = "Arial, Helvetica, sans-serif"


def render(drawing: Drawing, title: str, said: str, ident: str) -> str:
    """Give a drawing with its name and what is seen in it; the ident is used nowhere else."""
    width, height = _number(drawing.width), _number(drawing.height)
    ident = escape(ident)
    head = (
        '<svg xmlns="http://www.w3.org/2000/svg" role="img" '
        f'aria-labelledby="{ident}-title {ident}-desc" '
        f'viewBox="0 0 {width} {height}" width="{width}" height="{height}" '
        f'font-family="{_FONT}">'
    )
    words = (
        f'<title id="{ident}-title">{_escaped(title)}</title>',
        f'<desc id="{ident}-desc">{_escaped(said)}</desc>',
    )
    return "\n".join([head, *words, *map(_shape, drawing.shapes), "</svg>"])


def _shape(shape: Shape) -> str:
    match shape:
        case Rectangle():
            return _rectangle(shape)
        case Line(points, colour, width, dash):
            dashed = f' stroke-dasharray="{_number(dash[0])} {_number(dash[1])}"' if dash else ""
            return (
                f'<polyline points="{_points(points)}" fill="none" stroke="{colour}" '
                f'stroke-width="{_number(width)}" stroke-linejoin="round"{dashed}/>'
            )
        case Polygon(points, fill):
            return f'<polygon points="{_points(points)}" fill="{fill}"/>'
        case Circle(x, y, radius, fill, edge):
            place = f'cx="{_number(x)}" cy="{_number(y)}" r="{_number(radius)}"'
            return f'<circle {place} fill="{fill}"{_stroke(edge, EDGE_OF_CIRCLE)}/>'
        case Text():
            return _text(shape)


def _rectangle(shape: Rectangle) -> str:
    place = (
        f'x="{_number(shape.x)}" y="{_number(shape.y)}" '
        f'width="{_number(shape.width)}" height="{_number(shape.height)}"'
    )
    return f'<rect {place} fill="{shape.fill}"{_stroke(shape.edge, 1)}/>'


def _stroke(colour: str, width: float) -> str:
    return f' stroke="{colour}" stroke-width="{_number(width)}"' if colour else ""


def _text(text: Text) -> str:
    anchor = f' text-anchor="{text.anchor}"' if text.anchor != "start" else ""
    weight = ' font-weight="bold"' if text.bold else ""
    return (
        f'<text x="{_number(text.x)}" y="{_number(text.y)}" font-size="{_number(text.size)}" '
        f'fill="{text.fill}"{anchor}{weight}>{_escaped(text.text)}</text>'
    )


def _points(points: tuple[Point, ...]) -> str:
    return " ".join(f"{_number(x)},{_number(y)}" for x, y in points)


def _number(value: float) -> str:
    return f"{value:.2f}".rstrip("0").rstrip(".")


def _escaped(text: str) -> str:
    return escape(safe_line(text))
