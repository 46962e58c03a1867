"""Who works with messages on these pages: posts that write them, and readers who see customers whole."""

from __future__ import annotations

from lib.store.rights import writable
from lib.ui import frames
from lib.ui.address import asked
from lib.ui.frames import Link
from lib.ui.page import Page
from lib.words import _


def sees(page: Page) -> bool:
    """Whether there is anything here for the reader; says so where there is not."""
    if page.scope.narrow:
        frames.empty(_("关怀消息只对看得到客户全貌的岗位开放；你因经办投诉而看到的客户，请在投诉处理中答复。"))
        return False
    return True


def writes(page: Page) -> bool:
    """Whether the post writes messages and campaigns (data/rights.toml)."""
    return {"message", "campaign"} <= writable(page.scope.role)


def back(text: str, *params: str) -> None:
    """The way back to the view as it was, without these words of the address."""
    kept = {key: value for key, value in asked().items() if key not in (*params, "lang")}
    frames.link(Link("care", kept, text))
