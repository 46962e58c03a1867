"""The parts of the meeting that people fill in: what draws each, by the key of its section."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

#: `actions`, `decisions`, `notes` and `signing` are called with (page, session, quarter, corrected version or None);
#: `beside`, which stands under every section, with (page, session, quarter, key of the section)
EXTRA: dict[str, Callable[..., Any]] = {}
