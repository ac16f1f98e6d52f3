"""Where a setting comes from: flag, then environment, then file, then default."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from actionplan.errors import NoPlanError, UnreadableError, WrongUsageError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from actionplan.settings.mailing import MailSettings

FILE_VARIABLE = "ACTIONPLAN_FILE"
USER_VARIABLE = "ACTIONPLAN_USER"
CONFIG_VARIABLE = "ACTIONPLAN_CONFIG"
PLANS_FOLDER = "plans"
PARTS_FOLDER = "reports"
PUBLIC_FOLDER = "public"
_NOT_PLANS = frozenset({"owners.toml"})


def plan_path(flag: Path | None, environment: Mapping[str, str], folder: Path) -> Path:
    """Find the plan: the flag, ``$ACTIONPLAN_FILE``, or the only plan in the nearest ``plans/``.

    Raises:
        UnreadableError: where there is none, or more than one to choose from.

    """
    if flag is not None:
        return flag
    if named := environment.get(FILE_VARIABLE):
        return Path(named)
    for place in (folder, *folder.parents):
        plans = place / PLANS_FOLDER
        if plans.is_dir():
            return _only(plans)
    message = (
        f"There is no plan here: no {PLANS_FOLDER}/ in {folder} or above it. Name one with -f FILE "
        "or $ACTIONPLAN_FILE, or start one with: actionplan init"
    )
    raise NoPlanError(message, state="")


def _only(plans: Path) -> Path:
    found = sorted(path for path in plans.glob("*.toml") if path.name not in _NOT_PLANS)
    if len(found) == 1:
        return found[0]
    if not found:
        message = f"{plans} holds no plan. Start one with: actionplan init"
        raise NoPlanError(message, state="")
    names = ", ".join(path.name for path in found)
    message = f"{plans} holds {len(found)} plans ({names}): name one with -f FILE."
    raise UnreadableError(message, state="")


def signer(flag: str | None, environment: Mapping[str, str]) -> str:
    """Tell who signs a change: ``--by``, ``$ACTIONPLAN_USER``, the settings file, the login name.

    Raises:
        WrongUsageError: where the name is empty.

    """
    if flag is not None and not flag.strip():
        message = "--by is empty: name the post that makes the change."
        raise WrongUsageError(message)
    return (
        flag
        or environment.get(USER_VARIABLE, "").strip()
        or _from_file(environment)
        or _login_name()
    )


def settings_file() -> Path:
    """Give the place of the user's settings file."""
    from platformdirs import user_config_path  # noqa: PLC0415 - only a change needs it

    return user_config_path("actionplan") / "config.toml"


def chosen_file(flag: Path | None, environment: Mapping[str, str]) -> Path:
    """Give the settings file that is meant: ``--config``, ``$ACTIONPLAN_CONFIG``, or the user's."""
    named = environment.get(CONFIG_VARIABLE, "").strip()
    return flag or (Path(named) if named else settings_file())


def mail(config: Path | None, environment: Mapping[str, str]) -> MailSettings:
    """Read how mail goes out: ``[mail]`` of the settings file, and the environment's password.

    Raises:
        UnreadableError: where it is not set up, or not as it must be; all faults are told at once.

    """
    from actionplan.settings import mailing  # noqa: PLC0415 - only sending needs it

    return mailing.read(chosen_file(config, environment), environment)


def own_parts(plan: Path, *, public: bool = False) -> tuple[Path, ...]:
    """Give the folders that may hold a council's own parts of its papers.

    ``reports/`` beside the plan is looked in first, then ``reports/`` beside the settings file.
    What is published takes parts from a folder ``public/`` inside them, and from nowhere else.

    Raises:
        UnreadableError: where it can't be told whether they are there.

    """
    inside = Path(PARTS_FOLDER, PUBLIC_FOLDER) if public else Path(PARTS_FOLDER)
    places = (plan.parent / inside, settings_file().parent / inside)
    return tuple(folder for folder in places if _is_folder(folder))


def _is_folder(path: Path) -> bool:
    try:
        return path.is_dir()
    except OSError as error:
        message = f"{path} can't be read: {error.strerror}."
        raise UnreadableError(message) from error


def _from_file(environment: Mapping[str, str]) -> str:
    import rtoml  # noqa: PLC0415 - only a change needs it

    path = chosen_file(None, environment)
    try:
        name = rtoml.loads(path.read_text(encoding="utf-8-sig")).get("user", "")
    except FileNotFoundError:
        return ""
    except (OSError, ValueError) as error:
        message = f"{path} can't be read: {error}. Mend or remove it."
        raise UnreadableError(message) from error
    return name if isinstance(name, str) else ""


def _login_name() -> str:
    from getpass import getuser  # noqa: PLC0415 - only a change needs it

    try:
        return getuser()
    except (OSError, KeyError, ImportError):
        return "unknown"
