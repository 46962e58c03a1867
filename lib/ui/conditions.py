"""Conditions in words, for the pages; the words themselves are the rulebook's, since the command line says them too."""

from lib.rulebook.condition_words import in_words

__all__ = ["in_words"]
