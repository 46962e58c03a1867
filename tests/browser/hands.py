"""What a person's hands do on a page: choose in a list, fill a field, press a row of a table; and reading the bank."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

from playwright.sync_api import Locator, Page, expect

from lib.words import name
from tests.browser.person import STEP_MS, settled

expect.set_options(timeout=STEP_MS)

# Streamlit draws tables on a canvas; its rows are this many of the root's font sizes high.
ROW_REM = 2.1875


def rows_of(bank: Path, question: str, *values: object) -> list[Any]:
    """What the demonstration bank holds: the rows of a question to its file."""
    with closing(sqlite3.connect(f"file:{bank}?mode=ro", uri=True)) as link:
        return link.execute(question, values).fetchall()


def keyed(page: Page, key: str) -> Locator:
    """The widget or container with this key."""
    return page.locator(f".st-key-{key}")


def fill(page: Page, key: str, text: str) -> None:
    """Type into the field with this key, in place of what stood there."""
    keyed(page, key).locator("input, textarea").first.fill(text)


def enter(page: Page, key: str, text: str) -> None:
    """Type into the field with this key and press Enter."""
    fill(page, key, text)
    keyed(page, key).locator("input").first.press("Enter")
    settled(page)


def choose(page: Page, key: str, option: str) -> None:
    """Choose from the list with this key."""
    pick(keyed(page, key), option)
    settled(page)


def pick(widget: Locator, option: str) -> None:
    """Open a widget's list and press an option. A list closes when the page scrolls, so the scroll comes first."""
    box = widget.get_by_role("combobox")
    box.focus()
    widget.page.evaluate("new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))")
    box.press("ArrowDown")
    widget.page.get_by_role("option", name=option, exact=True).click()


def press(page: Page, key: str) -> None:
    """Press the button with this key and wait for the page."""
    keyed(page, key).get_by_role("button").click()
    settled(page)


def open_tab(page: Page, name: str) -> None:
    """Open a tab and wait until it is drawn."""
    tab = page.get_by_role("tab", name=name, exact=True)
    expect(tab).to_have_count(1)  # for a moment the tabs of the run before may stand beside those of this one
    tab.click()
    settled(page)


def table(page: Page, key: str) -> Locator:
    """The table whose key begins so; the rest of its key names the rows it shows."""
    return page.locator(f"[class*='st-key-{key}']").first


def read_table(page: Page, key: str) -> list[dict[str, str]]:
    """The rows of a table as title → raw value, as a screen reader is told them."""
    grid = table(page, key).locator("canvas [role=grid]").first
    expect(grid.locator("tbody tr").first).to_be_attached()
    titles = grid.locator("th").all_inner_texts() or grid.locator("th").all_text_contents()
    lines = [line.locator("td").all_text_contents() for line in grid.locator("tbody tr").all()]
    return [dict(zip(titles, line, strict=True)) for line in lines]


def press_row(page: Page, key: str, number: int) -> None:
    """Press the box at the beginning of a row; the first row is 0."""
    face = table(page, key).locator(".dvn-scroller").first
    rem = float(page.evaluate("parseFloat(getComputedStyle(document.documentElement).fontSize)"))
    face.click(position={"x": 15, "y": (number + 1.5) * ROW_REM * rem})
    settled(page)


def agree(page: Page, about: str) -> None:
    """Agree to the request whose matter says so, on the list of what waits for this post."""
    waiting = [row["事项"] for row in read_table(page, "approvals-list")]
    press_row(page, "approvals-list", next(place for place, matter in enumerate(waiting) if about in matter))
    page.wait_for_url("**/approvals?request=*")
    settled(page)
    say_yes(page)


def say_yes(page: Page) -> None:
    """Agree to the request that is open."""
    page.get_by_role("radio", name=name("request_act", "agreed"), exact=True).click()
    settled(page)
    page.locator("[class*='st-key-decide-'][class*='-save']").get_by_role("button").click()
    settled(page)
