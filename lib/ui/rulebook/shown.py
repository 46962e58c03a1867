"""What the rulebook and the approvals page both draw of a change: what differs, and the worked examples."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from lib.rulebook import Example
from lib.rulebook.difference import Difference
from lib.rulebook.example_words import given_words, result_words
from lib.rulebook.examples import Outcome, given_on
from lib.ui.plain import escaped
from lib.words import NOTHING, _


def difference(found: Sequence[Difference]) -> None:
    """Place by place what is said now and what would be; long texts wrap, so that both sides are seen."""
    if not found:
        st.caption(escaped(_("没有任何修改。")))
        return
    st.table({
        _("字段"): [escaped(one.what) for one in found],
        _("现在"): [escaped(one.before) for one in found],
        _("修改后"): [f"**{escaped(one.after)}**" for one in found],
    })  # fmt: skip


def outcomes(found: Sequence[Outcome], currency: str) -> None:
    """Each example with what is expected, what came out, and whether that is the same."""
    st.table({
        _("已知"): [escaped(given_words(given_on(one.example), currency)) for one in found],
        _("预期"): [escaped(_result(one, one.example.expect, currency)) for one in found],
        _("算得"): [escaped(one.told or result_text(one, currency)) for one in found],
        _("结果"): [_mark(one) for one in found],
    })  # fmt: skip


def bare_examples(found: Sequence[Example], currency: str) -> None:
    """Examples that are not worked out here."""
    st.table({
        _("已知"): [escaped(given_words(given_on(one), currency)) for one in found],
        _("预期"): [escaped(result_words(one.expect, currency)) for one in found],
    })  # fmt: skip


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


def _mark(one: Outcome) -> str:
    return f":green-badge[{escaped(_('相符'))}]" if one.holds else f":orange-badge[{escaped(_('不符'))}]"
