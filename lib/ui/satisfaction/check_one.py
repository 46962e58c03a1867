"""One check: its score with the working, item by item; a weak item becomes a finding; a wrong check is taken back."""

from __future__ import annotations

import streamlit as st

from lib import words
from lib.satisfaction import check_lists, checks
from lib.store.inspected import may_check
from lib.store.models import CheckMark, ServiceCheck
from lib.ui import frames, picks
from lib.ui.forms import SaveForm, Seen
from lib.ui.frames import Card, Column, Link
from lib.ui.page import Page
from lib.ui.pairs import pairs
from lib.ui.plain import escaped, plain
from lib.words import _, integer, name, percent
from lib.work.check_form import Score, form_of, item_titles, score_of


def draw(page: Page, asked: str) -> bool:
    """The check in the address; False where there is none."""
    if not asked.isdigit():
        return False
    picks.back(_("返回检查列表"), "check", key="check-back")
    with page.session() as session:
        row = session.execute(check_lists.one(int(asked))).one_or_none()
        marks = list(session.scalars(check_lists.marks_of(int(asked))))
    if row is None:
        frames.empty(_("没有这次检查，或它不在你的范围内。"))
        return True
    check: ServiceCheck = row[0]
    _head(check, row.branch, row.recorded_by)
    score = score_of({mark.item: (mark.points, mark.most) for mark in marks}, page.book, check.checked_on)
    _cards(score, page.book.value("quality.lines", check.checked_on)["pass"])
    _working(page, check, marks, score)
    if page.right.change and check.voided_on is None and may_check(page.scope, check.kind, check.branch_id):
        with st.expander(escaped(_("作废这次检查")), key="check-void"):
            _void(page, check)
    return True


def _head(check: ServiceCheck, branch: str, by: str | None) -> None:
    title = f"{branch} · {name('check_kind', check.kind)} · {words.day(check.checked_on)}"
    st.subheader(escaped(title), anchor=False)
    if check.voided_on is not None:
        st.warning(escaped(_("已于 {day} 作废：{reason}").format(
            day=words.day(check.voided_on), reason=check.void_reason or "")))  # fmt: skip
    pairs([(_("检查人"), check.inspector), (_("登记人"), by), (_("检查表版本"), check.form)], key="check-pairs")
    if check.summary:
        st.caption(escaped(_("总评")))
        plain(check.summary)


def _cards(score: Score, line: int) -> None:
    frames.cards([
        Card(_("得分率"), percent(score.share), target=f"≥ {line}%", tone=None if score.passed else "watch",
             note=_("{points} ÷ {most}").format(points=integer(score.points), most=integer(score.most))),
        Card(_("结论"), _("达到合格线") if score.passed else _("未达合格线"), tone="good" if score.passed else "watch"),
        Card(_("薄弱项"), integer(len(score.poor)), _("项"), tone="watch" if score.poor else None),
    ], key="check-score")  # fmt: skip


def _working(page: Page, check: ServiceCheck, marks: list[CheckMark], score: Score) -> None:
    """Every item of the form of that day; one without a mark did not apply and is in neither sum."""
    titles, given = item_titles(page.book), {mark.item: mark for mark in marks}
    order = [item.code for item in form_of(page.book, check.kind, check.checked_on)]
    codes = order + [code for code in given if code not in order]
    rows = [
        {"item": titles.get(code, code), "points": given[code].points if code in given else None,
         "most": given[code].most if code in given else None,
         "share": given[code].points / given[code].most if code in given and given[code].most else None,
         "state": (_("薄弱"), "watch") if code in score.poor else (None if code in given else (_("不适用"), "context")),
         "note": given[code].note if code in given else None}
        for code in codes
    ]  # fmt: skip
    columns = [Column("item", _("检查项"), pinned=True, width=320), Column("points", _("得分"), "integer"),
               Column("most", _("满分"), "integer"), Column("share", _("得分率"), "share"),
               Column("state", _("评价"), "badge"), Column("note", _("说明"))]  # fmt: skip
    frames.table(rows, columns, key="check-marks", height=None, alt=_("各检查项的得分"))
    if page.right.change and check.voided_on is None:
        for code in score.poor:
            address = {"view": "findings", "from": str(check.id), "item": code}
            said = _("把“{item}”登记为质量问题").format(item=titles.get(code, code))
            frames.link(Link("satisfaction", address, said, icon=":material/flag:"))


def _void(page: Page, check: ServiceCheck) -> None:
    form = SaveForm(f"check-void-{check.id}", version=check.version)
    with form:
        reason = st.text_input(escaped(_("理由")), key=form.key("reason"), max_chars=200)

        def save(seen: Seen) -> None:
            with page.session(write=True) as session:
                checks.void(session, check.id, seen.version or 0, reason)

        form.submit(save, label=_("作废"), done=_("检查已作废，不再计入得分。"))
