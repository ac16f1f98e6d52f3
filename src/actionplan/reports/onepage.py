"""The sections of the one page: the same facts as in the paper, in fewer lines."""

from __future__ import annotations

from actionplan import rag
from actionplan.reports.basis import Basis, sentence, total
from actionplan.reports.blocks import Card, Items, Prose, Section, Table
from actionplan.reports.lines import counts_by_theme
from actionplan.reports.sections import STANDING, by_rating, exceptions, immediate

SUMMARY_LINES = 5
WORST = ("worst", "worst_fact")
"""A theme stands where the worst of its actions stands; the counts beside it say how many."""


def short_immediate(basis: Basis) -> Section:
    """Give the same, a line for each action: who owns it stands in the full report."""
    full = immediate(basis, tuple(column for column in STANDING if column != "owner"))
    blocks = (b._replace(caption="") if isinstance(b, Table) else b for b in full.blocks)
    return full._replace(blocks=tuple(blocks))


def short_exceptions(basis: Basis) -> Section:
    """The worst of what is off course, a line each."""
    full = exceptions(basis).blocks
    cards = [block for block in full if isinstance(block, Card)]
    if not cards:
        return Section("exceptions", "Exceptions", full)
    well = f"the facts say {basis.view.legend.fact('green')}"
    items = [_short(card, well) for card in cards[:SUMMARY_LINES]]
    if len(cards) > SUMMARY_LINES:
        items.append(f"And {len(cards) - SUMMARY_LINES} more: the full report has them.")
    return Section("exceptions", "Exceptions, the worst first", (Items(tuple(items)),))


def _short(card: Card, well: str) -> str:
    facts = dict(card.facts)
    why = facts["Reason"] if facts["Rated"].endswith(well) else _first(facts["Facts"])
    rated = facts["Rated"]
    rated = rated.capitalize() if rated.startswith("not") else f"Rated {rated}"
    return f"{card.heading}. {rated}. {sentence(why)}"


def _first(text: str) -> str:
    return f"{text.partition('. ')[0].removesuffix('.')}."


def short_counts(basis: Basis) -> Section:
    """Ratings by theme."""
    if not basis.lines:
        return Section("counts", "", ())
    rows = counts_by_theme(basis.lines, total(basis.view))
    theme, *columns = by_rating(basis, rows)
    return Section("counts", "Ratings", (Table(rows, (theme, *WORST, *columns)),))


def short_legend(basis: Basis) -> Section:
    """What the colours mean, in a line."""
    labels = rag.legend(basis.view.plan.policy)
    text = "; ".join(f"{colour}: {label}" for colour, label in labels.items())
    return Section("legend", "Legend", (Prose(f"{text[0].upper()}{text[1:]}."),))
