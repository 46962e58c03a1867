"""What a request would change, side by side and in words; each kind has its own view."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import streamlit as st

from lib import words
from lib.customers import info, merge, transfer
from lib.rulebook import CalendarDay
from lib.store.models import ChangeRequest
from lib.tiers import override
from lib.ui import frames, nav, quarters
from lib.ui.approvals.info import key_fields
from lib.ui.approvals.merge import two_records
from lib.ui.approvals.rule import rule_change, title_of
from lib.ui.approvals.tier import by_hand
from lib.ui.approvals.transfer import moving
from lib.ui.page import Page
from lib.ui.pairs import pairs
from lib.ui.plain import escaped
from lib.words import NOTHING, _, integer, name
from lib.work import calendar_year, cause_tree, proposals
from lib.work.calendar_year import DayChange, differences, weekday
from lib.work.cause_tree import CauseChange, changes
from lib.work.clock import due_text
from lib.work.running import standing_of

#: what a request about a case tells its approver: field of `before`, family of its codes
_OF_A_CASE = {"business": "complaint_business", "reason": "complaint_reason", "channel": "complaint_channel"}


def matter_of(request: ChangeRequest) -> str:
    """What a request is about, in a few words."""
    if request.kind == calendar_year.KIND:
        return _("{year} 年工作日历").format(year=request.subject_key)
    if request.kind == cause_tree.KIND:
        return _("投诉根本原因树")
    if request.kind == proposals.RULE_CHANGE:
        return title_of(request)
    if request.kind in transfer.KINDS and not request.customer_id:
        return _("{n} 位客户移交{name}").format(n=integer(transfer.count_of(request)), name=request.after["manager"])
    return request.subject_key


def change(request: ChangeRequest, page: Page) -> None:
    """Draw what would change."""
    draw = {calendar_year.KIND: _calendar, cause_tree.KIND: _causes}
    if request.kind.startswith("term_"):
        _term(request, page)
    elif request.kind == info.KIND:
        key_fields(request, page)
    elif request.kind in transfer.KINDS:
        moving(request, page)
    elif request.kind in merge.KINDS:
        two_records(request, page)
    elif request.kind in override.KINDS:
        by_hand(request, page)
    elif request.kind == proposals.RULE_CHANGE:
        rule_change(request, page, quarters.house(page.scope).currency)
    else:
        draw.get(request.kind, _fields)(request)


def day_changes(found: Sequence[DayChange], *, key: str) -> None:
    """The days of the calendar that would change."""
    rows = [{"day": one.day, "weekday": weekday(one.day), "before": day_text(one, one.before),
             "after": day_text(one, one.after)} for one in found]  # fmt: skip
    columns = [frames.Column("day", _("日期"), "day"), frames.Column("weekday", _("星期")), *_sides()]
    frames.table(rows, columns, key=key, nothing=_("没有不同的日子。"))


def day_text(change_: DayChange, row: CalendarDay | None) -> str:
    """A day of the calendar in words; an ordinary one by its day of the week."""
    if row is None:
        return _("周末") if change_.day.weekday() >= 5 else _("工作日")
    return _("{kind}（{name}）").format(kind=name("day_kind", row.kind), name=words.translate(row.name))


def cause_changes(found: Sequence[CauseChange], *, key: str) -> None:
    """The causes that would change."""
    rows = [{"act": name("cause_change", one.act), "before": one.before or NOTHING, "after": _outcome(one)}
            for one in found]  # fmt: skip
    frames.table(rows, [frames.Column("act", _("修改")), *_sides()], key=key, nothing=_("没有任何修改。"))


def _outcome(one: CauseChange) -> str:
    return _("不再提供选择") if one.act == "retire" else one.after


def _sides() -> list[frames.Column]:
    return [frames.Column("before", _("现在")), frames.Column("after", _("修改后"))]


def _term(request: ChangeRequest, page: Page) -> None:
    """A longer legal term: which matter, until when now and then, and how long is left to decide."""
    before, after = request.before, request.after
    told: list[tuple[str, object]] = [(_("种类"), name("case_kind", _text(before.get("kind"))))]
    told += [(name("complaint_field", field), name(family, _text(before.get(field))))
             for field, family in _OF_A_CASE.items()]  # fmt: skip
    told += [(_("收到时间"), words.moment(_at(before.get("received_at")))), (_("机构"), before.get("branch")),
             (_("转办编号"), before.get("outside_number"))]  # fmt: skip
    pairs([one for one in told if one[1] not in (None, "", NOTHING)], key="request-matter")
    rows = [
        {"what": _("法定期限"), "before": _due(before), "after": _due(after)},
        {"what": _("延期"), "before": name("extension", _text(before.get("extension"))),
         "after": name("extension", _text(after.get("extension")))},
    ]  # fmt: skip
    frames.table(rows, [frames.Column("what", _("事项")), *_sides()], key="request-change")
    if request.state in ("pending", "returned"):
        left = standing_of(_at(before.get("legal_due_at")), None, False, page.now)
        text = escaped(_("现行期限：{left}").format(left=left.text))
        st.markdown(f":red[{text}]" if left.late else text)
    right = nav.right(page.scope.role, "complaints")
    if right.see and right.extent != "counts":
        frames.link(frames.Link("complaints", {"case": request.subject_key}, _("查看这件投诉")))


def _calendar(request: ChangeRequest) -> None:
    before, after = (calendar_year.from_data(said["days"]) for said in (request.before, request.after))
    found = differences(before, after)
    holidays = sum(row.kind == "holiday" for row in after)
    said = _("修改后放假 {holidays} 天、补班 {workdays} 天；与现在相比有 {n} 天不同（现行日历 {version}）。")
    version = request.before.get("calendar")
    st.caption(escaped(said.format(holidays=integer(holidays), workdays=integer(len(after) - holidays),
                                   n=integer(len(found)), version=version)))  # fmt: skip
    for doubt in _list(request.after.get("doubts")):
        st.warning(escaped(doubt))
    day_changes(found, key="request-change")


def _causes(request: ChangeRequest) -> None:
    before, after = (cause_tree.from_data(said["causes"]) for said in (request.before, request.after))
    cause_changes(changes(before, after), key="request-change")


def _fields(request: ChangeRequest) -> None:
    """Any other kind: field by field, as it was written."""
    fields = list(dict.fromkeys([*request.before, *request.after]))
    rows = [{"what": field, "before": _text(request.before.get(field)), "after": _text(request.after.get(field))}
            for field in fields]  # fmt: skip
    frames.table(rows, [frames.Column("what", _("字段")), *_sides()], key="request-change")


def _due(said: dict[str, Any]) -> str:
    at = _at(said.get("legal_due_at"))
    return due_text(at) if at else NOTHING


def _at(said: object) -> datetime | None:
    return datetime.fromisoformat(str(said)) if said else None


def _text(said: object) -> str:
    return "" if said is None else str(said)


def _list(said: object) -> list[object]:
    return said if isinstance(said, list) else []
