"""The commands that take in other people's files: each has a module of its own."""

from __future__ import annotations

import typer

from actionplan.cli.import_findings import findings
from actionplan.cli.import_plan import plan
from actionplan.cli.import_update import update

app = typer.Typer(rich_markup_mode=None)
group = typer.Typer(rich_markup_mode=None, no_args_is_help=True)
app.add_typer(group, name="import", help="Take in a review, a plan in a table, a workbook.")
group.command("findings")(findings)
group.command("plan")(plan)
group.command("update")(update)
