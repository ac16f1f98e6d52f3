"""The ten faults sown on purpose: lines of the protocol changed, to see that the campaign notices.

A fault is written as the lines that it takes the place of. Where those lines are no longer in the
protocol, sowing fails aloud: then the fault has to be thought of anew.
"""

from __future__ import annotations

import inspect
from typing import TYPE_CHECKING, Any, NamedTuple

from actionplan.store import files, lock, recovery, writing

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import ModuleType

FREE = 'type("Free", (), {"is_ours": lambda _: True, "note": plan.with_name("none")})()'
"""A lock that holds nothing."""


class Seed(NamedTuple):
    """A fault: where it is sown, and what it changes there."""

    name: str
    module: ModuleType
    function: str
    taken: str
    put: str

    def __str__(self) -> str:
        """Name it for a test."""
        return self.name

    def sow(self) -> None:
        """Change the protocol of this process, which must be a child."""
        real: Any = getattr(self.module, self.function)
        source = inspect.getsource(real)
        assert source.count(self.taken) == 1, f"{self.name}: the protocol has changed"
        code = compile(source.replace(self.taken, self.put), f"<{self.name}>", "exec")
        exec(code, vars(self.module))  # noqa: S102 - a copy of our own lines
        for module in (files, lock, recovery, writing):
            if getattr(module, self.function, None) is real:
                setattr(module, self.function, getattr(self.module, self.function))


FILE_NOT_SYNCED = Seed(
    "the new file is not synced", files, "write_new", "        os.fsync(file.fileno())\n", ""
)
FOLDER_NOT_SYNCED = Seed(
    "the folder is not synced", files, "sync_folder", "os.fsync(descriptor)", "pass"
)
IN_PLACE = Seed(
    "the plan is written in place",
    files,
    "exchange",
    "swapping.exchange(beside, path)",
    "path.write_bytes(beside.read_bytes())",
)
NO_LOCK = Seed(
    "there is no lock",
    writing,
    "_locked",
    "    with held(path, Claim(signature.by, signature.command, signature.at)) as lock:\n"
    "        yield lock\n",
    f"    plan = path\n    yield {FREE}\n",
)
GUARD_ALONE = Seed(
    "the guard stands without the note",
    lock,
    "held",
    "lock = _taken(place, claim, deadline, seconds)",
    f"lock = {FREE}",
)
NO_SECOND_LOOK = Seed(
    "the plan is not looked at again before the swap",
    writing,
    "_is_still",
    " and content_of(path) == made.content",
    "",
)
HISTORY_NOT_SYNCED = Seed(
    "the history is not synced", files, "append", "        os.fsync(descriptor)\n", ""
)
PLAN_FIRST = Seed(
    "the plan is replaced before the history has its line",
    writing,
    "_swap",
    "        files.append(history_path(path), line, mode)\n"
    "        if not _is_still(path, made, swap):\n"
    "            recovery.take_back(path, swap.signature, swap.step, swap.tail)\n"
    "            return False\n"
    "        return _replace(path, beside, made, swap)\n",
    "        if not _is_still(path, made, swap) or not _replace(path, beside, made, swap):\n"
    "            return False\n"
    "        files.append(history_path(path), line, mode)\n"
    "        return True\n",
)
SAID_TOO_SOON = Seed(
    "it is said to be saved before it is",
    writing,
    "_replace",
    "    put = _put(",
    '    print(f"Saved in {path}.", flush=True)\n    put = _put(',
)
TRUNCATED = Seed(
    "the history is cut back to its last whole line",
    files,
    "append",
    "        start = os.fstat(descriptor).st_size\n",
    '        os.ftruncate(descriptor, log.read_bytes().rfind(b"\\n") + 1)\n'
    "        start = os.fstat(descriptor).st_size\n",
)


def sown(seed: Seed | None) -> Callable[[], None] | None:
    """Give what sows a fault in a child; nothing where none is to be sown."""
    return seed.sow if seed is not None else None
