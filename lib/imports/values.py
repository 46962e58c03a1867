"""What every conversion shares: how it is called, and how it says that it does not understand."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

Convert = Callable[[str], Any]
Options = Mapping[str, Any]
JOIN = "|"  # between the values of a field made from several columns


class Unreadable(ValueError):
    """A value the conversion does not understand; the message is a sentence for the reject list."""


class OptionError(ValueError):
    """An option of a conversion that makes no sense; the message is a sentence for the mapping's author."""
