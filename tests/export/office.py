"""LibreOffice of this machine, which the tests render packs with."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

NAMES = ("soffice", "libreoffice")
_SECONDS = 180


def what_is_missing() -> str | None:
    """Why no pack can be rendered here, in a sentence; None when one can."""
    if not any(map(shutil.which, NAMES)):
        return "LibreOffice not found: install libreoffice-impress and libreoffice-calc"
    if not all(map(shutil.which, ("pdfinfo", "pdftotext", "pdftoppm"))):
        return "pdfinfo, pdftotext or pdftoppm not found: install poppler-utils"
    return None


def as_pdf(path: Path) -> Path:
    """The file as LibreOffice prints it; a profile of its own, so that two may run at once."""
    office = next(found for name in NAMES if (found := shutil.which(name)))
    subprocess.run(
        [office, "--headless", f"-env:UserInstallation=file://{path.parent}/profile", "--convert-to", "pdf",
         "--outdir", str(path.parent), str(path)], check=True, capture_output=True, timeout=_SECONDS,
    )  # fmt: skip
    return path.with_suffix(".pdf")


def told_by(*command: str) -> str:
    """What a program says."""
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


if __name__ == "__main__":
    sys.exit(what_is_missing())
