"""A demonstration bank, the server over a copy of it, and a browser that may speak to nobody else."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from tests.browser.chromium import ARGUMENTS, find_chromium, what_is_missing
from tests.browser.server import build_demo, running
from tests.conftest import copy_sqlite
from tests.missing import missing

DEMO = ("--customers", "400", "--quarters", "6", "--seed", "7")
DESKTOP = {"width": 1440, "height": 900}
PHONE = {"width": 390, "height": 844}
LOCAL_SCHEMES = ("data", "blob", "about", "chrome-error")


@pytest.fixture(scope="session")
def demo_bank(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The database file of a small demonstration bank; never changed, copied for every server."""
    folder = tmp_path_factory.mktemp("demo")
    build_demo(folder, *DEMO)
    return folder / "crm.db"


@pytest.fixture(scope="module")
def own_bank(demo_bank: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A fresh copy of the demonstration bank, one for each test file."""
    file = tmp_path_factory.mktemp("server") / "crm.db"
    copy_sqlite(demo_bank, file)
    return file


@pytest.fixture(scope="module")
def server(own_bank: Path) -> Iterator[str]:
    """The address of a server over the file's own bank.

    A page turns an error into a sentence; here the log tells, and fails the file's last test.
    """
    with running(own_bank.parent, CRM_DATABASE_URL=f"sqlite:///{own_bank}", CRM_DEMO="1") as address:
        yield address
    log = (own_bank.parent / "server.log").read_text(errors="replace")
    assert "Traceback" not in log, log


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """This machine's Chromium, headless.

    Playwright keeps an event loop running in this thread, under which no other test could use asyncio:
    it ends with the file.
    """
    if lack := what_is_missing():
        missing(lack)
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=find_chromium(), args=ARGUMENTS)
        yield chromium
        chromium.close()


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A Chinese desktop window with no memory; fails the test that makes it ask an outside address."""
    context = browser.new_context(locale="zh-CN", timezone_id="Asia/Shanghai", viewport=DESKTOP)
    asked: list[str] = []
    context.on("request", lambda request: asked.append(request.url))
    window = context.new_page()
    window.on("websocket", lambda socket: asked.append(socket.url))
    yield window
    context.close()
    assert outside(asked) == [], "the page asked addresses outside this machine"


@pytest.fixture
def beside(browser: Browser, page: Page) -> Iterator[Page]:
    """A second person's browser."""
    context = browser.new_context(locale="zh-CN", timezone_id="Asia/Shanghai", viewport=DESKTOP)
    yield context.new_page()
    context.close()


def outside(addresses: list[str]) -> list[str]:
    """The addresses that are not this machine's."""
    parts = [(address, urlsplit(address)) for address in addresses]
    return [
        address
        for address, part in parts
        if part.scheme not in LOCAL_SCHEMES and part.hostname not in ("127.0.0.1", "localhost")
    ]
