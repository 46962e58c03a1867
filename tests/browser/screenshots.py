"""Pictures of every page for every role, size, light and language:
python -m tests.browser.screenshots --out DIR [--pages …] [--roles …] [--bank FILE].
"""

from __future__ import annotations

import argparse
import base64
import os
import re
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import product
from pathlib import Path

from playwright.sync_api import Browser, BrowserContext, sync_playwright

from tests.browser.chromium import ARGUMENTS, find_chromium
from tests.browser.person import overflow, sign_in
from tests.browser.server import build_demo, running

PAGES = ("/directory", "/portrait", "/tiers", "/complaints", "/complaints?view=analysis", "/complaints?view=actions",
         "/satisfaction", "/engagement", "/kpis", "/appraisal", "/review", "/approvals", "/rulebook")  # fmt: skip
ROLES = ("rm.zhang", "head.wang", "care.chen", "crm.zhao", "exec.zhou", "admin.wu")
SIZES = {"desktop": (1440, 900), "phone": (390, 844), "tall": (1440, 2600), "long": (390, 3600)}
LIGHTS = ("light", "dark")
LANGUAGES = ("zh_CN", "en")


def main() -> None:
    """Take the pictures the command line asks for; say which page is wider than its window."""
    asked = _arguments()
    asked.out.mkdir(parents=True, exist_ok=True)
    with _address(asked) as address, _browser() as browser:
        for light, language, size in product(asked.lights, asked.languages, asked.sizes):
            for role in asked.roles:
                context = _window(browser, light, language, size)
                for path in asked.pages:
                    _picture(context, address, role, path, language, asked.out, f"{size}-{light}-{language}")
                context.close()


def _picture(
    context: BrowserContext, address: str, role: str, path: str, language: str, out: Path, manner: str
) -> None:
    page = context.new_page()
    page.goto(f"{address}/sign-in?lang={language}")
    sign_in(page, address, role, path)
    named = re.sub(r"[^\w-]+", "-", path.strip("/")) or "home"
    file = out / f"{named}-{role}-{manner}.png"
    page.screenshot(path=file)
    wider = overflow(page)
    print(file, f"{wider} px wider than the window" if wider else "", flush=True)
    page.close()


@contextmanager
def _address(asked: argparse.Namespace) -> Iterator[str]:
    if asked.address:
        yield asked.address
        return
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        key = {} if asked.bank else {"CRM_DATA_KEY": base64.b64encode(os.urandom(32)).decode()}
        os.environ.update(key)
        url = f"sqlite:///{asked.bank.resolve()}" if asked.bank else build_demo(folder)
        with running(folder, CRM_DATABASE_URL=url, CRM_DEMO="1") as address:
            yield address


@contextmanager
def _browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_chromium(), args=ARGUMENTS)
        yield browser
        browser.close()


def _window(browser: Browser, light: str, language: str, size: str) -> BrowserContext:
    width, height = SIZES[size]
    return browser.new_context(
        viewport={"width": width, "height": height},
        color_scheme=light,
        locale=language.replace("_", "-"),
        timezone_id="Asia/Shanghai",
    )


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Pictures of the pages.")
    parser.add_argument("--out", type=Path, required=True, help="folder for the PNG files")
    parser.add_argument("--pages", nargs="+", default=PAGES)
    parser.add_argument("--roles", nargs="+", default=ROLES)
    parser.add_argument("--sizes", nargs="+", default=["desktop", "phone"], choices=list(SIZES))
    parser.add_argument("--lights", nargs="+", default=LIGHTS, choices=LIGHTS)
    parser.add_argument("--languages", nargs="+", default=LANGUAGES, choices=LANGUAGES)
    parser.add_argument("--bank", type=Path, help="a demonstration bank's file; without it a new one is built")
    parser.add_argument("--address", help="a server that is already running")
    return parser.parse_args()


if __name__ == "__main__":
    main()
