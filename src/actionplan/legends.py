"""What the colours mean: four presets, a plan's own words, and what each colour claims.

The same colour means opposite things in different councils: amber is at risk in one and on track
in another. A legend says what a declared colour is called, what it looks like, and which scale it
follows, so that a rule never takes green for "nothing is wrong" where it means "complete".
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from actionplan.dates import period_in_words
from actionplan.model import Period

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from actionplan.model import Policy

RISK, SLIPPAGE, PROGRESS = "risk", "slippage", "progress"
"""The scales: how likely it is to be done; how far its date has slipped; how far it has come."""

PLACES = {"blue": -1, "green": 0, "amber": 1, "red": 2}
"""The colours of every legend from the best to the worst, whatever they are called."""
_WRONG = {RISK: {"amber": 1, "red": 2}, SLIPPAGE: {"amber": 1, "red": 2}, PROGRESS: {"red": 2}}
"""What each scale calls wrong, and how wrong; any other colour says that nothing is."""


class Shade(NamedTuple):
    """One colour of a legend."""

    label: str
    """A few words that fit a cell: at risk."""
    means: str
    """The same as a reader new to it needs it."""
    glyph: str
    colour: str
    """One of `model.TERMINAL_COLOURS`."""


class Legend(NamedTuple):
    """What the colours of a plan mean."""

    like: str
    """The preset whose meanings apply."""
    scale: str
    shades: Mapping[str, Shade]
    """By colour, the best first."""
    severities: Mapping[str, int]
    """How wrong each declared colour says that things are: 0, 1 or 2."""
    done: frozenset[str]
    """The colours that say that an action is complete, or more than that."""
    red_after: Period = Period(3, "m")
    """On the scale of slippage a slip of this length or more is red."""
    own: bool = False
    """True where the plan has words of its own."""

    @property
    def is_usual(self) -> bool:
        """Tell whether it is the one that the colours alone call to mind: brag, as it is."""
        return self.like == "brag" and not self.own

    @property
    def ratings(self) -> tuple[str, ...]:
        """Give the colours that can be declared, the worst first, blue last."""
        return tuple(c for c in ("red", "amber", "green", "blue") if c in self.shades)

    @property
    def wrong(self) -> frozenset[str]:
        """Give the colours that say that something is wrong, and so need a reason."""
        return frozenset(colour for colour, severity in self.severities.items() if severity)

    def is_rosy(self, colour: str) -> bool:
        """Tell whether a declared colour says that nothing is wrong."""
        return self.severities.get(colour) == 0

    def needs_test(self, colour: str) -> bool:
        """Tell whether a colour is rosy on what is delivered and tested by nobody else.

        Where another colour, or none, says that it was tested, one that says less is not.
        """
        if self.scale == PROGRESS:
            return colour == "blue"
        return self.scale == RISK

    def label(self, colour: str) -> str:
        """Give the label of a colour; ``""`` where nothing is rated."""
        shade = self.shades.get(colour)
        return shade.label if shade else ""

    def said(self, colour: str) -> str:
        """Give a colour with its label: "amber: at risk"; "not rated" where nothing is."""
        label = self.label(colour)
        return f"{colour}: {label}" if label else colour or "not rated"

    def shown(self, colour: str) -> str:
        """Give a colour as a cell shows it: alone where it is the usual legend, else labelled."""
        return colour or "not rated" if self.is_usual else self.said(colour)

    def fact(self, rating: str) -> str:
        """Give what the facts say: a colour in the usual legend, else words that are no rating."""
        return (rating if self.is_usual else FACTS.get(rating)) or "not rated"

    def words(self, colour: str) -> str:
        """Give what a colour means in a sentence, its label first."""
        label, means = self.shades[colour][:2]
        return means if means.startswith(label) else f"{label} ({means})"

    def key(self, colours: Iterable[str], signs: Mapping[str, str] | None = None) -> str:
        """Give the line that stands under a table: what red, amber and green are called.

        Blue is among them where it is among the colours that the table shows.
        """
        shown = {"green", "amber", "red", *colours}
        before = {colour: f"{sign} " for colour, sign in (signs or {}).items()}
        parts = (
            f"{before.get(colour, '')}{colour}, {shade.label}"
            for colour, shade in self.shades.items()
            if colour in shown
        )
        return f"Rated: {'; '.join(parts)}."


FACTS = {"red": "off track", "amber": "at risk", "green": "on course"}
"""What the verdict is called where the colours mean something else in the plan."""

_LOOKS = {
    "blue": ("\u2605", "blue"),
    "green": ("\u25cf", "green"),
    "amber": ("\u25b2", "yellow"),
    "red": ("\u25a0", "red"),
}
PLAIN_GLYPHS = {"blue": "*", "green": "+", "amber": "!", "red": "x"}
"""What stands for a glyph where the terminal can't show it."""

_TRACK = {
    "amber": ("on track", "on track"),
    "red": ("off track", "off track"),
}
_SCALES = {
    "brag": RISK,
    "slippage": SLIPPAGE,
    "complete-on-track": PROGRESS,
    "verified": PROGRESS,
}
_WORDS: dict[str, dict[str, tuple[str, str]]] = {
    "brag": {
        "blue": (
            "embedded",
            "embedded, that is delivered and tested by someone other than the owner",
        ),
        "green": ("on track", "on track"),
        "amber": ("at risk", "at risk, with a reason"),
        "red": ("off track", "off track, with a reason"),
    },
    "slippage": {
        "blue": ("complete", "complete"),
        "green": ("on track", "on track for the date first agreed"),
        "amber": (
            "delayed under {length}",
            "delayed under {length} against the date first agreed",
        ),
        "red": (
            "delayed {length} or more",
            "delayed {length} or more against the date first agreed",
        ),
    },
    "complete-on-track": {"green": ("complete", "complete"), **_TRACK},
    "verified": {
        "blue": (
            "verified",
            "complete, and shown by someone else to have made a difference",
        ),
        "green": ("complete", "complete"),
        **_TRACK,
    },
}
"""Of each preset, each colour's label and meaning (Rotherham rates slippage so; Sheffield Health
and Social Care verifies so)."""


def _preset(like: str, red_after: Period) -> Legend:
    length = period_in_words(red_after)
    shades = {
        colour: Shade(label.format(length=length), means.format(length=length), *_LOOKS[colour])
        for colour, (label, means) in _WORDS[like].items()
    }
    scale = _SCALES[like]
    severities = {colour: _WRONG[scale].get(colour, 0) for colour in shades}
    done = frozenset({"blue", "green"} if scale == PROGRESS else {"blue"})
    return Legend(like, scale, shades, severities, done, red_after)


PRESETS = {like: _preset(like, Period(3, "m")) for like in _WORDS}
BRAG = PRESETS["brag"]


def of(policy: Policy) -> Legend:
    """Give the legend of a plan: a preset, or its own words over one."""
    preset = PRESETS.get(policy.legend)
    if preset is not None and not policy.labels:
        return preset
    own = (policy.labels, policy.means, policy.glyphs, policy.colours)
    tables = tuple(tuple(table.items()) for table in own)
    return _own(policy.legend if preset else policy.like, policy.red_after, tables)


_Pairs = tuple[tuple[str, str], ...]


@lru_cache(maxsize=64)
def _own(like: str, red_after: Period, tables: tuple[_Pairs, ...]) -> Legend:
    preset = _preset(like, red_after)
    labels, means, glyphs, colours = (dict(pairs) for pairs in tables)
    shades = {}
    for colour, shade in preset.shades.items():
        label = labels.get(colour, shade.label)
        shades[colour] = Shade(
            label,
            means.get(colour, label if colour in labels else shade.means),
            glyphs.get(colour, shade.glyph),
            colours.get(colour, shade.colour),
        )
    return preset._replace(shades=shades, own=True)
