"""The options that commands share, each spelt once."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from actionplan.cli import completion

File = Annotated[
    Path | None, typer.Option("-f", "--file", help="The plan.", metavar="FILE", show_default=False)
]
AsAt = Annotated[
    str | None,
    typer.Option("--as-at", help="The day that is stated; today unless given.", metavar="DATE"),
]
Json = Annotated[bool, typer.Option("--json", help="One JSON document.")]
Plain = Annotated[bool, typer.Option("--plain", help="Plain lines, as in a pipe.")]
By = Annotated[
    str | None,
    typer.Option("--by", help="Who makes the change; else $ACTIONPLAN_USER.", metavar="POST"),
]
AcceptRemovals = Annotated[
    bool,
    typer.Option(
        "--accept-removals", help="Write on a plan from which something was taken out by hand."
    ),
]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Say what would change; write nothing.")]
Yes = Annotated[bool, typer.Option("--yes", help="Ask nothing; for scripts.")]
NoInput = Annotated[bool, typer.Option("--no-input", help="Never ask; refuse what is missing.")]

OwnerFilter = Annotated[
    list[str] | None,
    typer.Option(
        "--owner", help="Only of this post, or with this word in it.", metavar="POST",
        autocompletion=completion.owners,
    ),
]  # fmt: skip
ThemeFilter = Annotated[
    list[str] | None,
    typer.Option(
        "--theme", help="Only of this theme.", metavar="THEME", autocompletion=completion.themes
    ),
]
ReviewFilter = Annotated[
    list[str] | None,
    typer.Option(
        "--review", help="Only what answers this review.", metavar="REF",
        autocompletion=completion.reviews,
    ),
]  # fmt: skip
FindingFilter = Annotated[
    list[str] | None,
    typer.Option(
        "--finding", help="Only what answers this finding.", metavar="REF",
        autocompletion=completion.findings,
    ),
]  # fmt: skip
StageFilter = Annotated[
    list[str] | None,
    typer.Option(
        "--stage", help="Only in this stage.", metavar="STAGE", autocompletion=completion.stages
    ),
]
RagFilter = Annotated[
    list[str] | None,
    typer.Option(
        "--rag", help="Only with this declared rating.", metavar="RAG",
        autocompletion=completion.ratings,
    ),
]  # fmt: skip
DueByFilter = Annotated[
    str | None, typer.Option("--due-by", help="Only open and due by this day.", metavar="DATE")
]
OverdueFilter = Annotated[bool, typer.Option("--overdue", help="Only what is overdue.")]
StaleFilter = Annotated[bool, typer.Option("--stale", help="Only what is not being updated.")]
ChallengedFilter = Annotated[
    bool, typer.Option("--challenged", help="Only what is declared rosier than the facts.")
]

ActionRefs = Annotated[
    list[str] | None,
    typer.Argument(
        help="Refs of actions, such as A1 A4.", metavar="REF...", show_default=False,
        autocompletion=completion.actions,
    ),
]  # fmt: skip
ActionRef = Annotated[
    str,
    typer.Argument(help="The ref of an action.", metavar="REF", autocompletion=completion.actions),
]
AnyRef = Annotated[
    str,
    typer.Argument(
        help="The ref of an action, finding, measure or review.", metavar="REF",
        autocompletion=completion.anything,
    ),
]  # fmt: skip

# --- what an action's fields are set with ---------------------------------------------------------

Answers = Annotated[
    list[str] | None,
    typer.Option(
        "--answers", metavar="REF", help="The findings that it answers, such as F2.",
        autocompletion=completion.findings,
    ),
]  # fmt: skip
After = Annotated[
    list[str] | None,
    typer.Option(
        "--after", metavar="REF", help="Actions that come first.", autocompletion=completion.actions
    ),
]
OneOwner = Annotated[
    str | None,
    typer.Option(
        "--owner",
        metavar="POST",
        help="The one post accountable.",
        autocompletion=completion.owners,
    ),
]
Title = Annotated[str | None, typer.Option("--title", metavar="TEXT", help="What is done.")]
Stage = Annotated[
    str | None,
    typer.Option(
        "--stage", metavar="STAGE", help="Where it is in life.", autocompletion=completion.stages
    ),
]
Rag = Annotated[
    str | None,
    typer.Option(
        "--rag",
        metavar="RAG",
        help="red, amber or green; blue if the plan has it.",
        autocompletion=completion.ratings,
    ),
]
Reason = Annotated[
    str | None,
    typer.Option("--reason", metavar="TEXT", help="Why it is red, amber, parked or superseded."),
]
Note = Annotated[str | None, typer.Option("--note", metavar="TEXT", help="What is being done.")]
Exempt = Annotated[
    str | None,
    typer.Option(
        "--exempt",
        metavar="WHY",
        help="Leave it out of what is published, and why; none takes that back.",
    ),
]
Start = Annotated[str | None, typer.Option("--start", help="When it starts.", metavar="DATE")]
Due = Annotated[str | None, typer.Option("--due", help="When it is due.", metavar="DATE")]
FirstDue = Annotated[
    str | None,
    typer.Option("--due", help="The first due date, where there is none.", metavar="DATE"),
]
Forecast = Annotated[
    str | None,
    typer.Option("--forecast", help="When the owner now expects it.", metavar="DATE"),
]
AllowPast = Annotated[bool, typer.Option("--allow-past", help="Take a due date in the past.")]
Where = Annotated[
    list[str] | None,
    typer.Option(
        "--where", help="Instead of refs: a filter of list, such as owner=POST or overdue.",
        metavar="FILTER",
    ),
]  # fmt: skip
