"""What the rulebook and the approvals page both draw of a change: what differs, and the worked examples."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from lib.rulebook import Example
from lib.rulebook.difference import Difference
from lib.rulebook.example_words import given_words, result_words
from lib.rulebook.examples import Outcome, given_on
from lib.ui import frames
from lib.ui.plain import escaped
from lib.words import NOTHING, _


def difference(found: Sequence[Difference], *, key: str) -> None:
    """Place by place what is said now and what would be."""
    rows = [{"what": one.what, "before": one.before, "after": one.after} for one in found]
    columns = [frames.Column("what", _("字段"), width="medium"), frames.Column("before", _("现在")),
               frames.Column("after", _("修改后"))]  # fmt: skip
    frames.table(rows, columns, key=key, nothing=_("没有任何修改。"))


def outcomes(found: Sequence[Outcome], currency: str, *, key: str) -> None:
    """Each example with what is expected, what came out, and whether that is the same."""
    rows = [
        {"given": given_words(given_on(one.example), currency), "expect": _result(one, one.example.expect, currency),
         "got": one.told or _result(one, one.got, currency), "holds": _mark(one)}
        for one in found
    ]  # fmt: skip
    columns = [frames.Column("given", _("已知")), frames.Column("expect", _("预期")), frames.Column("got", _("算得")),
               frames.Column("holds", _("结果"), "badge")]  # fmt: skip
    frames.table(rows, columns, key=key, nothing=_("这条口径没有算例。"))


def bare_examples(found: Sequence[Example], currency: str, *, key: str) -> None:
    """Examples that are not worked out here."""
    rows = [{"given": given_words(given_on(one), currency), "expect": result_words(one.expect, currency)}
            for one in found]  # fmt: skip
    frames.table(rows, [frames.Column("given", _("已知")), frames.Column("expect", _("预期"))], key=key)


def what_failed(found: Sequence[Outcome]) -> None:
    """One sentence on how the examples came out."""
    failed = sum(not one.holds for one in found)
    if failed:
        st.warning(escaped(_("{n} 个算例与新口径不符：请逐个确认新的结果，或回头修改。").format(n=failed)))
    elif found:
        st.success(escaped(_("{n} 个算例都与新口径相符。").format(n=len(found))))


def result_text(one: Outcome, currency: str) -> str:
    """What an example gives, in words."""
    return _result(one, one.got, currency)


def _result(one: Outcome, said: object, currency: str) -> str:
    return result_words(said, str(one.example.given.get("currency", currency))) if said is not None else NOTHING


def _mark(one: Outcome) -> tuple[str, str]:
    return (_("相符"), "good") if one.holds else (_("不符"), "watch")
