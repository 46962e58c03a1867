"""The working calendar on screen: which years are known, their days, and loading another year."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from lib.rulebook import Calendar, CalendarDay, CalendarFileError, read_year
from lib.rulebook.calendar_file import FORMATS
from lib.store.book import calendar
from lib.ui import frames
from lib.ui.approvals import carrying, kinds
from lib.ui.choices import choice
from lib.ui.forms import SaveForm, Seen
from lib.ui.page import Page
from lib.ui.pairs import pairs
from lib.ui.plain import escaped
from lib.ui.rulebook.under_way import under_way
from lib.words import _, integer, translate
from lib.words import name as name_of
from lib.work import calendar_year, proposals
from lib.work.calendar_end import presumed, presumed_sentence, warning
from lib.work.calendar_year import days_in, weekday


def years(page: Page) -> None:
    """The warning, what is known, a year's days, what is under way, the upload."""
    known = calendar()
    _until(page, known)
    with page.session() as session:
        carrying.offer_all(page, session, calendar_year.SUBJECT)
        under_way(session, calendar_year.SUBJECT, None)
    _one_year(known)
    if proposals.may_propose(page.scope):
        _upload(page, known)


def _until(page: Page, known: Calendar) -> None:
    said = warning(known, page.today, page.book)
    with page.session() as session:
        counted = presumed_sentence(presumed(session))
    if said is not None:
        st.warning(escaped(said))
    if counted is not None:
        st.caption(escaped(counted))
    span = _("{since} 至 {until} 年").format(since=known.since, until=known.until) if known.days else ""
    pairs([
        (_("已载入年度"), span),
        (_("日历版本"), known.version),
        (_("此外的日子"), _("周一至周五推定为工作日，期限标记“推定”")),
    ], key="calendar-until")  # fmt: skip


def _one_year(known: Calendar) -> None:
    if not known.days:
        frames.empty(_("日历还没有任何年度。"))
        return
    there = {str(year): _("{year} 年").format(year=year) for year in range(known.until, known.since - 1, -1)}
    year = int(choice(_("年度"), there, key="year", default=str(known.until)))
    days = days_in(known, year)
    holidays = sum(row.kind == "holiday" for row in days)
    said = _("放假 {holidays} 天，补班 {workdays} 天。").format(
        holidays=integer(holidays), workdays=integer(len(days) - holidays)
    )
    st.caption(escaped(said))
    rows = [
        {"day": row.day, "weekday": weekday(row.day), "kind": _badge(row), "name": translate(row.name)} for row in days
    ]
    columns = [frames.Column("day", _("日期"), "day"), frames.Column("weekday", _("星期")),
               frames.Column("kind", _("安排"), "badge"), frames.Column("name", _("节日"))]  # fmt: skip
    frames.table(rows, columns, key=f"calendar-{year}", nothing=_("这一年没有特别安排的日子。"))
    frames.download(_("下载 {year} 年日历").format(year=year), "calendar-year", year=str(year))


def _badge(row: CalendarDay) -> tuple[str, str]:
    return name_of("day_kind", row.kind), "good" if row.kind == "holiday" else "watch"


def _upload(page: Page, known: Calendar) -> None:
    """A file, what it would change, and the request."""
    st.subheader(escaped(_("载入或更正年度")), anchor=False)
    st.caption(escaped(_("按国务院办公厅的通知填写模板：date、kind、name 三列，CSV 或 Excel；也可用 TOML。")))
    st.caption(escaped(_("上传后先看差异，再提交审批；批准后写入日历，并重算未办结事项的时限。")))
    template = known.until + 1 if known.days else page.today.year
    frames.download(_("下载模板"), "calendar-year", year=str(template))
    file = st.file_uploader(escaped(_("年度放假安排文件")), type=list(FORMATS), key="calendar-file", max_upload_size=1)
    if file is None:
        return
    try:
        days = read_year(file.name, file.getvalue())
    except CalendarFileError as wrong:
        st.error(escaped(wrong))
        return
    found = calendar_year.problems(days, known)
    for problem in found:
        st.error(escaped(problem))
    year = days[0].day.year
    with page.session() as session:
        waits = session.scalars(proposals.under_way(calendar_year.SUBJECT, str(year))).first() is not None
    if waits:
        st.info(escaped(_("{year} 年已有一项修改在审批或待执行，完成后才能再提交。").format(year=year)))
    elif not found:
        _preview(page, known, days)


def _preview(page: Page, known: Calendar, days: Sequence[CalendarDay]) -> None:
    year = days[0].day.year
    changed = calendar_year.differences(days_in(known, year), days)
    said = _("{year} 年：与现在相比有 {n} 天不同。").format(year=year, n=integer(len(changed)))
    st.markdown(f"**{escaped(said)}**")
    for doubt in calendar_year.doubts(days, page.book, page.today):
        st.warning(escaped(doubt))
    kinds.day_changes(changed, key="calendar-preview")
    form = SaveForm(f"propose-year-{year}")
    with form:
        reason = st.text_area(
            escaped(_("申请理由（写明通知的名称与文号）")), key=form.key("reason"), max_chars=2000, height=90
        )

        def save(_seen: Seen) -> None:
            with page.session(write=True) as session:
                calendar_year.propose(session, days, reason)

        problems = [] if reason.strip() else [_("请写明理由。")]
        form.submit(save, problems=problems, label=_("提交审批"), done=_("已提交审批。"))
