"""What customers say in their own words: which words stand in how many answers, of the content and of the others.

A word is counted once an answer, so that who repeats it weighs no more. Words are cut by jieba's dictionary alone (its
guesses at unknown words are off), so that the same text is always cut the same way.
"""

from __future__ import annotations

import logging
import unicodedata
from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from lib.satisfaction.figures import Interval, differ, wilson

#: one sign says little in Chinese
LEAST_LENGTH = 2


@dataclass(frozen=True)
class Word:
    """A word, in how many answers it stands, and in which share of those of content and of other customers."""

    text: str
    answers: int
    content: int
    others: int
    of_content: Interval | None
    of_others: Interval | None

    @property
    def telling(self) -> bool:
        """Whether one side says it more often than chance would have it."""
        return self.of_content is not None and self.of_others is not None and differ(self.of_content, self.of_others)


@lru_cache(maxsize=1)
def _cutter() -> Any:
    import jieba

    jieba.setLogLevel(logging.WARNING)
    return jieba.Tokenizer()


def words_in(text: str, stop: Collection[str]) -> set[str]:
    """The words of a text that mean something: no stop words, no numbers, no marks, none of one sign."""
    plain = unicodedata.normalize("NFKC", text).lower()
    found = (word.strip() for word in _cutter().cut(plain, HMM=False))
    return {word for word in found if len(word) >= LEAST_LENGTH and word.isalpha() and word not in stop}


def frequencies(said: Iterable[tuple[str, bool]], stop: Collection[str], least: int = 2) -> list[Word]:
    """The words of texts (each with whether its customer is content) by the answers they stand in, the most first."""
    content: Counter[str] = Counter()
    others: Counter[str] = Counter()
    of_content = of_others = 0
    left_out = frozenset(stop)
    for text, is_content in said:
        (content if is_content else others).update(words_in(text, left_out))
        of_content, of_others = of_content + is_content, of_others + (not is_content)
    every = content + others
    found = [
        Word(word, count, content[word], others[word], wilson(content[word], of_content),
             wilson(others[word], of_others))
        for word, count in every.items() if count >= least
    ]  # fmt: skip
    return sorted(found, key=lambda one: (-one.answers, one.text))
