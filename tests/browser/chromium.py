"""The browser of this machine that the tests drive, and how it is started."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
MAC = Path("/Applications/Google Chrome.app/Contents/MacOS/Google Chrome")
# No sandbox inside a sandbox, and no calls home.
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


def find_chromium() -> str | None:
    """The path of a Chromium or Chrome; None if there is none."""
    for name in NAMES:
        if found := shutil.which(name):
            return found
    return str(MAC) if MAC.exists() else None


def what_is_missing() -> str | None:
    """Why no browser can be driven here, in a sentence; None when one can."""
    if find_chromium() is None:
        return "Chromium not found: install chromium or google-chrome"
    # The driver brings its own node, which does not start where libatomic is missing.
    driver = subprocess.run([sys.executable, "-m", "playwright", "--version"], capture_output=True, check=False)
    return "the browser's driver does not start: install libatomic1" if driver.returncode else None


if __name__ == "__main__":
    print(what_is_missing() or find_chromium())
    sys.exit(what_is_missing() is not None)
