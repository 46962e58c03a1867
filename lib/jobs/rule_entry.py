"""Writes the dated entry that an agreed request asks for: once, whoever comes first, and never over another."""

from __future__ import annotations

from datetime import date
from typing import NamedTuple

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from lib.rulebook import RuleRow
from lib.settings import today
from lib.store import book
from lib.store import models as m
from lib.store.bulk import BulkSession, bulk
from lib.store.ids import new_id
from lib.words import _, use_locale
from lib.work import cause_tree, rule_change


class Written(NamedTuple):
    """The entry that stands now: rows written (0 where it stood already), what it is called, from when it applies."""

    rows: int
    title: str
    since: date | None


def add_entry(request: m.ChangeRequest) -> Written:
    """Add the entry of a request that was agreed on.

    It applies from the day asked for, but never from a day before it was agreed: what was decided under the former
    entry stays as it was. The request's number in its source says that it stands already.
    """
    try:
        written = _add(request)
    except IntegrityError:  # another run added an entry of this key at the same moment
        written = _add(request)
    book.look_again()
    return written


def _add(request: m.ChangeRequest) -> Written:
    entry = m.RuleEntry
    kind = "rule" if request.kind == cause_tree.KIND else request.subject
    same = (entry.kind == kind, entry.key == request.subject_key)
    with bulk("rule entry") as session:
        stands = session.scalars(select(entry).where(*same, entry.source.contains(str(request.id)))).first()
        if stands is not None:
            return Written(0, stands.title, stands.valid_from)
        former = session.scalars(select(entry).where(*same).order_by(entry.version.desc())).first()
        row = _row(session, request, former)
        position = (session.scalar(select(func.max(entry.position))) or 0) + 1  # of two of one day the later stands
        version = former.version + 1 if former is not None else 1
        written = {**vars(row), "position": position, "id": new_id(), "version": version, "digest": row.digest}
        session.insert(entry, [written])
        session.note("rule_entry", 1)
        return Written(1, row.title, row.valid_from)


def _row(session: BulkSession, request: m.ChangeRequest, former: m.RuleEntry | None) -> RuleRow:
    if request.kind == cause_tree.KIND:
        assert former is not None
        value = {**former.value, "value": request.after["causes"]}
        source = _decided(session, request, _("本行自定"))
        return RuleRow("rule", cause_tree.KEY, today(), "stated", source, former.title, value, 0)
    asked = rule_change.proposal_of(request)
    return asked.row(_decided(session, request, asked.source), max(asked.since, today()))


def _decided(session: BulkSession, request: m.ChangeRequest, source: str) -> str:
    """A source with who decided, in the language of the rulebook: 某文件：赵磊提出，孙倩、钱程复核（申请 12）."""
    step = m.ChangeStep
    consents = select(step.staff_id).where(step.request_id == request.id, step.act == "agreed")
    by = session.scalars(consents.order_by(step.at, step.id)).all()
    named = dict(session.execute(select(m.Staff.id, m.Staff.name)).all())
    with use_locale("zh_CN"):
        said = _("{source}：{asked}提出，{agreed}复核（申请 {id}）")
        agreed = "、".join(named[one] for one in by)
        return said.format(source=source, asked=named[request.requested_by], agreed=agreed, id=request.id)
