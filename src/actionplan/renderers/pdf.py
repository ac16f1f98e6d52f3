"""A report as a tagged PDF: the Word file through LibreOffice, which must be on this machine.

It runs without a window, a macro or a network, with a profile of its own in a folder that goes away
again: the user's own is not touched, and two can run at once.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import tempfile
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING

from actionplan.errors import ActionPlanError
from actionplan.renderers import word

if TYPE_CHECKING:
    from actionplan.renderers.parts import Parts
    from actionplan.reports.blocks import Report

NAMES = ("soffice", "libreoffice")
PLACES = (
    "/Applications/LibreOffice.app/Contents/MacOS/soffice",
    "C:/Program Files/LibreOffice/program/soffice.com",
    "C:/Program Files (x86)/LibreOffice/program/soffice.com",
)
"""Where it usually is on macOS and Windows, where the PATH does not say so."""
LONGEST = 600
"""Seconds: a plan of 300 actions takes a few."""
_NOWHERE = "http://127.0.0.1:9"
"""A proxy that answers nothing."""
_EXPORT = {
    "UseTaggedPDF": {"type": "boolean", "value": "true"},
    "PDFUACompliance": {"type": "boolean", "value": "true"},
    "ExportBookmarks": {"type": "boolean", "value": "true"},
    "DisplayPDFDocumentTitle": {"type": "boolean", "value": "true"},
}


def render(report: Report, parts: Parts) -> bytes:
    """Give a report as the bytes of a PDF.

    Raises:
        ActionPlanError: where there is no LibreOffice, or it makes no PDF.

    """
    office = _office()
    content = word.render(report, parts)
    with tempfile.TemporaryDirectory(prefix="actionplan-", ignore_cleanup_errors=True) as folder:
        return _printed(office, content, Path(folder))


def _office() -> str:
    found = next((path for name in NAMES if (path := shutil.which(name))), None)
    found = found or next((place for place in PLACES if Path(place).is_file()), None)
    if found is None:
        message = (
            "A PDF is made by LibreOffice, which is not on this machine. Write the paper with "
            "-o FILE.docx and save it as PDF in Word, or install LibreOffice (see docs/papers.md)."
        )
        raise ActionPlanError(message, state="")
    return found


def _printed(office: str, content: bytes, folder: Path) -> bytes:
    paper = folder / "paper.docx"
    paper.write_bytes(content)
    _settle(folder / "profile")
    said = _run(_command(office, paper), folder)
    made = paper.with_suffix(".pdf")
    content = made.read_bytes() if made.is_file() else b""
    if not content.startswith(b"%PDF"):
        message = f"LibreOffice ({office}) made no PDF of the Word file: {said or 'no reason'}."
        raise ActionPlanError(message, state="")
    return content


def _settle(profile: Path) -> None:
    """Give LibreOffice a profile in which nothing is run and nothing is fetched."""
    (profile / "user").mkdir(parents=True)
    settings = files(__package__).joinpath("office.xcu").read_bytes()
    (profile / "user" / "registrymodifications.xcu").write_bytes(settings)


def _command(office: str, paper: Path) -> list[str]:
    return [
        office,
        f"-env:UserInstallation={(paper.parent / 'profile').as_uri()}",
        "--headless",
        "--norestore",
        "--nologo",
        "--nodefault",
        "--convert-to",
        f"pdf:writer_pdf_Export:{json.dumps(_EXPORT)}",
        "--outdir",
        str(paper.parent),
        str(paper),
    ]


def _run(command: list[str], folder: Path) -> str:
    """Run LibreOffice to its end, and give the last line that it said."""
    proxies = dict.fromkeys(("http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY"), _NOWHERE)
    heard = folder / "said.txt"
    try:
        with heard.open("wb") as said:
            process = subprocess.Popen(  # noqa: S603 - LibreOffice, on a file that we wrote
                command,
                stdin=subprocess.DEVNULL,
                stdout=said,
                stderr=said,
                env={**os.environ, **proxies},
                start_new_session=True,
            )
    except OSError as error:
        message = f"LibreOffice ({command[0]}) can't be started: {os.strerror(error.errno or 0)}."
        raise ActionPlanError(message, state="") from error
    _wait(process, command[0])
    return heard.read_text(encoding="utf-8", errors="replace").strip().rpartition("\n")[2]


def _wait(process: subprocess.Popen[bytes], office: str) -> None:
    """Wait for LibreOffice, and end it with all that it started where it takes too long."""
    try:
        process.wait(LONGEST)
    except subprocess.TimeoutExpired as error:
        message = (
            f"LibreOffice ({office}) made no PDF in {LONGEST} seconds. Write the paper with "
            "-o FILE.docx and save it as PDF in Word, or narrow it down to an owner or a theme."
        )
        raise ActionPlanError(message, state="") from error
    finally:
        if process.poll() is None:
            _end(process)


def _end(process: subprocess.Popen[bytes]) -> None:
    if hasattr(os, "killpg"):
        os.killpg(process.pid, signal.SIGKILL)
    else:
        process.kill()
    process.wait()
