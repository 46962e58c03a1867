"""决议, 签署 and 会议记录: what a quarter's review decided, who signed which version of its figures, what was noted."""

from __future__ import annotations

from collections.abc import Sequence

from lib.meeting.actions import MOST, House, expected_text, house_of, place, point_text, state_text, way
from lib.meeting.follow import Track, tracks
from lib.meeting.parts import Column, Row, Section, Table
from lib.review import decision_lists, notes, signing
from lib.store.models import ReviewSignature
from lib.store.quarter import Quarter
from lib.store.session import StoreSession
from lib.words import _, integer, moment, name, translate
from lib.work.actions import is_overdue


def decided(session: StoreSession, quarter: Quarter, version: int | None = None) -> list[Track]:
    """What the review of a quarter decided, with the figure of its KPI."""
    rows = session.scalars(decision_lists.of_quarter(quarter).limit(MOST)).all()
    return tracks(session, rows, quarter, None if version is None else {str(quarter): version})


def decisions_section(session: StoreSession, quarter: Quarter, version: int | None = None) -> Section:
    """The ninth part of the meeting."""
    found, house = decided(session, quarter, version), house_of(session)
    title = name("review_section", "decisions")
    if not found:
        return Section("decisions", title, (_("本季评审还没有记录决议。"),))
    late = sum(is_overdue(one.action, house.on) for one in found)
    said = _("本季评审作出决议 {n} 项，其中已完成 {done} 项，逾期 {late} 项。")
    done = sum(one.action.state == "done" for one in found)
    sentence = said.format(n=integer(len(found)), done=integer(done), late=integer(late))
    return Section("decisions", title, (sentence,), tables=(_decided(found, house),))


def _decided(found: Sequence[Track], house: House) -> Table:
    columns = (
        Column(_("决议")), Column(_("具体步骤")), Column(_("适用范围")), Column(_("责任人")),
        Column(_("完成期限"), "day"), Column(_("状态")), Column(_("要改善的指标")), Column(_("本季")),
        Column(_("预期达到")), Column(_("预期效果")),
    )  # fmt: skip
    rows = []
    for one in found:
        action = one.action
        value = expected_text(one, house.currency) if one.outcome.expected is not None else None
        cells = (
            action.title, action.steps, place(action, house), house.people.get(action.owner_id, ""),
            action.due_on.isoformat(), state_text(action, house.on),
            translate(one.kpi.title) if one.kpi else action.kpi_key, point_text(one, one.now, house.currency), value,
            action.expected,
        )  # fmt: skip
        rows.append(Row(cells, "bad" if is_overdue(action, house.on) else "", way(action)))
    return Table("decisions", _("本季决议"), columns, tuple(rows))


def signing_section(session: StoreSession, quarter: Quarter) -> Section:
    """The tenth part: who was there, and who signed what."""
    title = name("review_section", "signing")
    rows = session.execute(signing.of_quarter(quarter)).all()
    there = [(row, who) for row, who in rows if row.present]
    stands = session.execute(signing.standing(quarter)).one_or_none()
    tables = (_signed(there),) if there else ()
    return Section("signing", title, tuple(signing_sentences([row for row, _who in there], stands)), tables=tables)


def signing_sentences(rows: Sequence[ReviewSignature], stands: tuple[int, str] | None) -> list[str]:
    """How many signed the version that stands, and what an earlier signature is worth after a correction."""
    if stands is None or stands[1] != "closed":
        return [_("季度尚未关账，关账后才能签署。")]
    version = stands[0]
    now = [row for row in rows if row.facts_version == version]
    signed = [row for row in now if row.signed_at is not None]
    told = []
    if now:
        said = _("第 {version} 版：到会 {n} 人，已签署 {signed} 人，其中保留意见 {remark} 人。")
        told.append(said.format(version=integer(version), n=integer(len(now)), signed=integer(len(signed)),
                                remark=integer(sum(row.opinion == "remark" for row in signed))))  # fmt: skip
    else:
        told.append(_("第 {version} 版还没有登记到会的人。").format(version=integer(version)))
    for former in sorted({row.facts_version for row in rows if row.facts_version < version and row.signed_at}):
        count = sum(row.facts_version == former and row.signed_at is not None for row in rows)
        said = _("{n} 人签署的是第 {former} 版，此后数字更正，现为第 {version} 版。")
        told.append(said.format(n=integer(count), former=integer(former), version=integer(version)))
    return told


def _signed(there: Sequence[tuple[ReviewSignature, str]]) -> Table:
    columns = (Column(_("姓名")), Column(_("岗位")), Column(_("版本"), "integer"), Column(_("意见")), Column(_("说明")),
               Column(_("签署时间")))  # fmt: skip
    rows = tuple(
        Row((who, name("role", row.role), row.facts_version,
             name("review_opinion", row.opinion) if row.opinion else _("未签署"), row.remark,
             moment(row.signed_at) if row.signed_at else None), "" if row.signed_at else "grey")
        for row, who in there
    )  # fmt: skip
    return Table(
        "signatures", _("到会与签署"), columns, rows, _("到会由客户关系管理部登记，意见由本人签署，不能代签。")
    )


def notes_section(session: StoreSession, quarter: Quarter) -> Section:
    """What people noted beside the sections, as the reader may see it."""
    title, house = _("会议记录"), house_of(session)
    rows = tuple(
        Row((
            name("review_section", note.section),
            _("全行") if note.branch_id is None else house.branches.get(note.branch_id, ""),
            who, moment(note.created_at), _("签署后补充") if note.addendum else None, note.text,
        ))
        for note, who in session.execute(notes.of_quarter(quarter))
    )  # fmt: skip
    if not rows:
        return Section("notes", title, (_("还没有会议记录。"),))
    columns = (Column(_("部分")), Column(_("适用范围")), Column(_("记录人")), Column(_("时间")), Column(_("补充")),
               Column(_("内容")))  # fmt: skip
    return Section("notes", title, tables=(Table("notes", title, columns, rows),))
