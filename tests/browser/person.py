"""What a person at the screen does and waits for."""

from __future__ import annotations

from playwright.sync_api import Page, expect

DRAWN = "[data-testid=stApp][data-test-script-state=notRunning]"
STEP_MS = 60_000


def sign_in(page: Page, address: str, login: str, path: str = "/") -> None:
    """Open `path` as the member of the demonstration cast with this login, and wait until it is drawn."""
    page.goto(f"{address}{path}{'&' if '?' in path else '?'}demo_user={login}")
    settled(page)


def settled(page: Page) -> None:
    """Wait until the page's script has ended and nothing is still being loaded; no error may show."""
    # A click reaches the script a moment later: without the pause the last run's end would pass for its own.
    page.wait_for_timeout(150)
    page.locator(DRAWN).wait_for(state="attached", timeout=STEP_MS)
    expect(page.locator("[data-testid=stSkeleton]")).to_have_count(0, timeout=STEP_MS)
    expect(page.locator("[data-testid=stException]")).to_have_count(0)


def overflow(page: Page) -> int:
    """How many pixels the page is wider than its window; 0 when nothing is clipped or scrolls sideways."""
    return int(page.evaluate("Math.max(0, document.documentElement.scrollWidth - window.innerWidth)"))
