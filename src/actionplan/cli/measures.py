"""Commands for measures: add, update, record a reading, list."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Annotated, Any

import typer
from typer.core import TyperCommand

from actionplan import dates, measures, measuring, query
from actionplan.cli import completion, options, session
from actionplan.cli.changing import Order, changing
from actionplan.errors import WrongUsageError
from actionplan.model import Measure, Reading, next_ref
from actionplan.reports import measured

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import date

    from actionplan.model import Plan

app = typer.Typer(rich_markup_mode=None)
measure = typer.Typer(rich_markup_mode=None, no_args_is_help=True)
app.add_typer(measure, name="measure", help="The numbers that show whether things get better.")

CLEAR = "none"
"""The word that clears a value."""

Ref = Annotated[
    str,
    typer.Argument(help="The ref of a measure.", metavar="REF", autocompletion=completion.measures),
]
Findings = Annotated[
    list[str] | None,
    typer.Option(
        "--findings", metavar="REF", help="The findings that it is for, such as F2.",
        autocompletion=completion.findings,
    ),
]  # fmt: skip
Baseline = Annotated[
    str | None, typer.Option("--baseline", metavar="NUMBER", help="What it was at the start.")
]
Target = Annotated[str | None, typer.Option("--target", metavar="NUMBER", help="What it is to be.")]
TargetBy = Annotated[
    str | None, typer.Option("--target-by", metavar="DATE", help="When the target is to be met.")
]
Tolerance = Annotated[
    str | None,
    typer.Option(
        "--tolerance", metavar="NUMBER", help="How far off is near enough: 5, or 5% of the target."
    ),
]


class TakesNumbers(TyperCommand):
    """A command whose arguments may be numbers below 0, which otherwise would pass for options."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:  # noqa: ANN401 - typer's own context
        """Let what begins with a minus and a digit pass; any other unknown option is refused."""
        ctx.ignore_unknown_options = any(re.match(r"-\.?\d", arg) for arg in args)
        return super().parse_args(ctx, args)


@measure.command("add")
@changing("measure add")
def measure_add(
    order: Order,
    title: Annotated[str, typer.Argument(help="What is counted.")],
    *,
    findings: Findings = None,
    better: Annotated[str, typer.Option(metavar="up|down", help="Which way is better.")],
    unit: Annotated[str, typer.Option(help="What it is counted in, such as cases or %.")] = "",
    baseline: Baseline = None,
    target: Target = None,
    target_by: TargetBy = None,
    tolerance: Tolerance = None,
) -> None:
    """Add a measure of one or more findings."""
    from actionplan.cli.change import split_refs  # noqa: PLC0415 - only a change needs it
    from actionplan.cli.signing import carry_out  # noqa: PLC0415 - as above

    day = order.as_at
    numbers = {"baseline": baseline, "target": target, "tolerance": tolerance, "by": target_by}
    draft = Measure("?", title, split_refs(findings or []), unit, better, **_values(numbers, day))

    def verb(plan: Plan, issued: Mapping[str, int]) -> Plan:
        return measuring.add_measure(plan, draft._replace(id=next_ref(plan, "measures", issued)))

    carry_out(order, verb)


@measure.command("update")
@changing("measure update")
def measure_update(
    order: Order,
    ref: Ref,
    *,
    title: Annotated[str | None, typer.Option(help="What is counted.")] = None,
    findings: Findings = None,
    unit: Annotated[str | None, typer.Option(help="What it is counted in.")] = None,
    better: Annotated[
        str | None, typer.Option(metavar="up|down", help="Which way is better.")
    ] = None,
    baseline: Baseline = None,
    target: Target = None,
    target_by: TargetBy = None,
    tolerance: Tolerance = None,
    exempt: options.Exempt = None,
    why: Annotated[str, typer.Option(help="Why what was agreed is changed.")] = "",
) -> None:
    """Set fields of a measure; the word none clears one.

    A baseline, target, date, tolerance or direction that was agreed is changed with a reason.
    """
    from actionplan.cli.change import split_refs  # noqa: PLC0415 - only a change needs it
    from actionplan.cli.signing import carry_out  # noqa: PLC0415 - as above

    day = order.as_at
    texts = {"title": title, "unit": unit, "better": better, "exempt": exempt}
    numbers = {"baseline": baseline, "target": target, "tolerance": tolerance, "by": target_by}
    fields: dict[str, Any] = {
        name: "" if _is_none(text) else text for name, text in texts.items() if text is not None
    }
    fields |= _values(numbers, day)
    if findings is not None:
        fields["findings"] = split_refs([text for text in findings if not _is_none(text)])
    if not fields:
        message = "There is nothing to set: give at least one field, such as --target 0."
        raise WrongUsageError(message)
    order = order._replace(why=why)
    carry_out(order, lambda plan, _: measuring.update_measure(plan, ref, fields, why))


def _is_none(text: str) -> bool:
    return text.strip().lower() == CLEAR


def _values(given: Mapping[str, str | None], day: date) -> dict[str, Any]:
    readers: dict[str, Callable[[str], Any]] = {
        "baseline": lambda text: measures.parse_number(text, "The baseline"),
        "target": lambda text: measures.parse_number(text, "The target"),
        "tolerance": measures.parse_tolerance,
        "by": lambda text: dates.parse(text, day),
    }
    return {
        name: None if _is_none(text) else readers[name](text)
        for name, text in given.items()
        if text is not None
    }


@measure.command("record", cls=TakesNumbers)
@changing("measure record")
def measure_record(
    order: Order,
    ref: Ref,
    value: Annotated[str, typer.Argument(help="What it was, in digits.", metavar="NUMBER")],
    *,
    on: Annotated[
        str | None, typer.Option(help="The day that it is for; else today.", metavar="DATE")
    ] = None,
    note: Annotated[str, typer.Option(help="What a reader must know of it.")] = "",
    correct: Annotated[
        bool, typer.Option("--correct", help="Put the reading of that day right.")
    ] = False,
) -> None:
    """Record what a measure was on a day; a reading that is there is only put right if asked."""
    from actionplan.cli.signing import carry_out  # noqa: PLC0415 - only a change needs it

    day = order.as_at
    number = measures.parse_number(value, "The reading")
    reading = Reading(dates.parse(on, day) if on else day, number, note)
    verb = measuring.correct_reading if correct else measuring.record_reading
    carry_out(order, lambda plan, _: verb(plan, ref, reading, day))


@measure.command("list")
def measure_list(
    *,
    file: options.File = None,
    as_at: options.AsAt = None,
    as_json: options.Json = False,
    plain: options.Plain = False,
) -> None:
    """List the measures: against their targets, since the last reading, over a year."""
    day = session.day(as_at)
    opened = session.open_plan(file, day)
    report = measured.listing(query.view(opened.plan, day))
    opened.emit(report, as_json=as_json, plain=plain)
    opened.finish()
