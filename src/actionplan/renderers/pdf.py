"""A report as a tagged PDF: the Word file through LibreOffice, which must be on this machine.

It runs without a window, a macro or a network, with a profile of its own in a folder that goes away
again: the user's own is not touched, and two can run at once.
"""

from __future__ import annotations

import json
import os
import shutil
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
    "/usr/lib/libreoffice/program/soffice",
    "/opt/libreoffice/program/soffice",
)
"""Where it usually is when the PATH does not say so."""
LONGEST = 300
"""Seconds: a plan of 300 actions takes a few."""
_NOWHERE = "http://127.0.0.1:9"
"""A proxy that answers nothing."""
_EXPORT = {
    "UseTaggedPDF": True,
    "PDFUACompliance": True,
    "ExportBookmarks": True,
    "DisplayPDFDocumentTitle": True,
    "Magnification": 0,
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
    paper, profile = folder / "paper.docx", folder / "profile"
    paper.write_bytes(content)
    _settle(profile)
    said = _run(office, paper, profile)
    try:
        return paper.with_suffix(".pdf").read_bytes()
    except FileNotFoundError as error:
        message = f"LibreOffice ({office}) made no PDF of the Word file: {said or 'no reason'}."
        raise ActionPlanError(message, state="") from error


def _settle(profile: Path) -> None:
    """Give LibreOffice a profile in which nothing is run and nothing is fetched."""
    (profile / "user").mkdir(parents=True)
    settings = files(__package__).joinpath("wordml", "base", "office.xcu").read_bytes()
    (profile / "user" / "registrymodifications.xcu").write_bytes(settings)


def _run(office: str, paper: Path, profile: Path) -> str:
    """Make the PDF beside the Word file, and give the last line that was said."""
    export = {
        name: {"type": _TYPES[type(value)], "value": str(value).lower()}
        for name, value in _EXPORT.items()
    }
    command = [
        office,
        f"-env:UserInstallation={profile.as_uri()}",
        "--headless",
        "--norestore",
        "--nologo",
        "--nodefault",
        "--convert-to",
        f"pdf:writer_pdf_Export:{json.dumps(export)}",
        "--outdir",
        str(paper.parent),
        str(paper),
    ]
    proxies = dict.fromkeys(("http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY"), _NOWHERE)
    try:
        done = subprocess.run(  # noqa: S603 - LibreOffice, on a file that we wrote
            command,
            check=False,
            capture_output=True,
            stdin=subprocess.DEVNULL,
            timeout=LONGEST,
            env={**os.environ, **proxies},
        )
    except subprocess.TimeoutExpired as error:
        message = f"LibreOffice ({office}) made no PDF in {LONGEST} seconds."
        raise ActionPlanError(message, state="") from error
    except OSError as error:
        message = f"LibreOffice ({office}) can't be started: {os.strerror(error.errno or 0)}."
        raise ActionPlanError(message, state="") from error
    return (done.stderr or b"").decode("utf-8", "replace").strip().rpartition("\n")[2]


_TYPES = {bool: "boolean", int: "long"}
