"""Take the pictures of the papers that the README shows: ``python docs/pages.py``.

Needs Chromium, LibreOffice and pdftoppm. Run it again when the looks of a paper change.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).parent
PLAN = HERE.parent / "plans" / "birmingham-2014.toml"
WIDTH, HEIGHT = 1000, 1300
"""CSS pixels of the window that shows the page."""
PAGES = {"word-1": 1, "word-2": 3}
"""The pictures of the Word file, and the page of each."""
DOTS = "70"
"""Of an inch, in a picture of a page."""


def drawn(place: Path) -> Path:
    """Draw the paper of the example in the form that a file's ending says."""
    command = [sys.executable, "-m", "actionplan", "report", "-f", str(PLAN)]
    subprocess.run([*command, "--as-at", "2014-05-01", "-o", str(place)], check=True)
    return place


def page(paper: Path, picture: Path) -> None:
    """Take a picture of the top of a page."""
    from playwright.sync_api import sync_playwright  # noqa: PLC0415 - one of the tests' packages

    with sync_playwright() as driver:
        browser = driver.chromium.launch(
            executable_path=shutil.which("chromium"), args=["--no-sandbox", "--disable-gpu"]
        )
        window = browser.new_page(viewport={"width": WIDTH, "height": HEIGHT})
        window.goto(paper.as_uri())
        window.screenshot(path=picture)
        browser.close()


def sheet(paper: Path, number: int, picture: Path) -> None:
    """Take a picture of one page of a PDF."""
    of_page = ["-png", "-singlefile", "-r", DOTS, "-f", str(number), "-l", str(number)]
    subprocess.run(["pdftoppm", *of_page, str(paper), str(picture.with_suffix(""))], check=True)


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        page(drawn(Path(folder) / "paper.html"), HERE / "page.png")
        paper = drawn(Path(folder) / "paper.pdf")
        for name, number in PAGES.items():
            sheet(paper, number, HERE / f"{name}.png")
