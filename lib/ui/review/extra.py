"""What people fill in under a section of the meeting, beside the notes that stand under every one."""

from __future__ import annotations

from collections.abc import Callable

from lib.store.quarter import Quarter
from lib.store.session import StoreSession
from lib.ui.page import Page
from lib.ui.review import decisions, signing

#: the forms by the key of their section
EXTRA: dict[str, Callable[[Page, StoreSession, Quarter], None]] = {
    "decisions": decisions.record,
    "signing": signing.sign,
}
