"""Libraries that only some forms need: found, or said how to install."""

from __future__ import annotations

from importlib import import_module
from typing import Any

from actionplan.errors import ActionPlanError


def needed(module: str, extra: str) -> Any:  # noqa: ANN401 - whatever the library is
    """Import a library that comes with an extra.

    Raises:
        ActionPlanError: with the line that installs it, where it is not there.

    """
    try:
        return import_module(module)
    except ImportError as error:
        message = (
            f"This form needs {module}, which is not installed: pip install 'actionplan[{extra}]'."
        )
        raise ActionPlanError(message, state="") from error
