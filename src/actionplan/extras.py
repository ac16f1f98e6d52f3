"""What only some work needs: a package that comes with an extra, and what to do without it."""

from __future__ import annotations

from importlib import import_module
from typing import Any

from actionplan.errors import ActionPlanError


def needed(module: str, extra: str) -> Any:  # noqa: ANN401 - a module of any package
    """Give a module of a package that an extra of this program installs.

    Raises:
        ActionPlanError: with the line that installs it, where it is not there.

    """
    try:
        return import_module(module)
    except ImportError as error:
        message = (
            f"This needs the Python package {error.name or module}, which is not installed. "
            f"Install it with: pip install 'actionplan[{extra}]'"
        )
        raise ActionPlanError(message, state="") from error
