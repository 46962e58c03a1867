"""上季措施: the meeting opens with what was decided before: done or not, did its KPI move, and what else changed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select

from lib.meeting.follow import Track, followed_for, tracks
from lib.meeting.parts import Column, Row, Section, Table, Way
from lib.review import decision_lists
from lib.review.effect import Point
from lib.settings import today
from lib.store.book import rulebook
from lib.store.models import Action, Bank, Branch, Staff
from lib.store.quarter import Quarter
from lib.store.session import StoreSession
from lib.words import _, figure, integer, name, quarter_name, translate
from lib.work.actions import is_overdue

MOST = 200
_JUDGED = ("reached", "better", "same", "worse")
_STATES = {"reached": "good", "better": "good", "worse": "bad", "small": "grey"}


@dataclass(frozen=True)
class House:
    """What actions are told with: names of people and branches, the currency, the day."""

    people: Mapping[int, str]
    branches: Mapping[int, str]
    currency: str
    on: date


def house_of(session: StoreSession) -> House:
    """Read once for all of them."""
    people = dict(session.execute(select(Staff.id, Staff.name)).all())
    branches = dict(session.execute(select(Branch.id, Branch.name)).all())
    return House(people, branches, session.scalar(select(Bank.base_currency)) or "CNY", today())


def followed(session: StoreSession, quarter: Quarter, version: int | None = None) -> list[Track]:
    """The actions that the review of a quarter follows: those of the last review first."""
    query = decision_lists.followed(quarter, followed_for(rulebook())).limit(MOST)
    return tracks(session, session.scalars(query).all(), quarter, _versions(quarter, version))


def section(session: StoreSession, quarter: Quarter, version: int | None = None) -> Section:
    """The first part of the meeting, as page, paper and pack draw it."""
    found, house = followed(session, quarter, version), house_of(session)
    title = name("review_section", "actions")
    if not found:
        return Section("actions", title, (_("没有需要跟踪的措施：此前没有决议，也没有针对投诉和质量问题的措施。"),))
    return Section("actions", title, tuple(sentences(found, quarter, house.on)),
                   tables=(table(found, quarter, house), *_meanwhile(found)))  # fmt: skip


def sentences(found: Sequence[Track], quarter: Quarter, on: date) -> list[str]:
    """What came of them, counted; and that a comparison is no proof."""
    last = [one.action for one in found if one.action.quarter == str(quarter.shift(-1))]
    rest = [one.action for one in found if one.action.quarter != str(quarter.shift(-1))]
    told = [_counted(_("上季决议"), last, on)] if last else [_("上季评审没有作出决议。")]
    told += [_counted(_("此前的决议与针对投诉、质量问题的措施"), rest, on)] if rest else []
    verdicts = Counter(one.outcome.verdict for one in found)
    judged = sum(verdicts[code] for code in _JUDGED)
    if judged:
        said = _(
            "可比较的 {n} 项中，指标达到预期 {reached} 项，有改善 {better} 项，没有变化 {same} 项，变差 {worse} 项。"
        )
        told.append(said.format(n=integer(judged), **{code: integer(verdicts[code]) for code in _JUDGED}))
        told.append(_("这只是前后数值的比较，不说明变化由措施引起；同期还有什么变化，见各项说明。"))
    else:
        told.append(_("还没有可以比较成效的措施：办结后要过完整一个季度。"))
    return told


def _counted(what: str, actions: Sequence[Action], on: date) -> str:
    state = Counter(one.state for one in actions)
    late = sum(is_overdue(one, on) for one in actions)
    said = _("{what} {n} 项：已完成 {done} 项，进行中 {open} 项（逾期 {late} 项），取消 {dropped} 项。")
    return said.format(what=what, n=integer(len(actions)), done=integer(state["done"]), open=integer(state["open"]),
                       late=integer(late), dropped=integer(state["dropped"]))  # fmt: skip


def table(found: Sequence[Track], quarter: Quarter, house: House) -> Table:
    """One line an action."""
    columns = (
        Column(_("措施")), Column(_("来源")), Column(_("适用范围")), Column(_("责任人")), Column(_("完成期限"), "day"),
        Column(_("状态")), Column(_("要改善的指标")), Column(_("此前")), Column(_("此后")), Column(_("预期达到")),
        Column(_("成效")),
    )  # fmt: skip
    rows = tuple(_row(one, house) for one in found)
    note = _("此前：作出决议或下达时已结束的季度；此后：办结后的完整季度。样本不足的以灰色标出，不作判断。")
    return Table("actions-followed", _("跟踪的措施"), columns, rows, note)


def _row(track: Track, house: House) -> Row:
    one = track.action
    before, after = (point_text(track, point, house.currency) for point in (track.outcome.before, track.outcome.after))
    late = is_overdue(one, house.on)
    cells = (
        one.title, source(one), place(one, house), house.people.get(one.owner_id, ""), one.due_on.isoformat(),
        state_text(one, house.on), translate(track.kpi.title) if track.kpi else one.kpi_key, before, after,
        expected_text(track, house.currency), verdict_text(track),
    )  # fmt: skip
    state = "bad" if late else _STATES.get(track.outcome.verdict, "") if one.state == "done" else ""
    return Row(cells, state, way(one))


def _meanwhile(found: Sequence[Track]) -> tuple[Table, ...]:
    rows = tuple(Row((one.action.title, _("；").join(one.meanwhile))) for one in found if one.meanwhile)
    if not rows:
        return ()
    note = _("同一时期发生的事，可能也影响了指标；列在这里供评审时考虑，不是原因分析。")
    return (Table("actions-meanwhile", _("同期还有什么变化"), (Column(_("措施")), Column(_("同期变化"))), rows, note),)


def source(action: Action) -> str:
    """Where an action comes from: a review, a finding, or the cause of complaints."""
    if action.quarter is not None:
        return _("{quarter}评审决议").format(quarter=quarter_name(action.quarter))
    return _("质量问题整改") if action.finding_id is not None else _("投诉改进措施")


def place(action: Action, house: House) -> str:
    """The branch it holds in, or the whole bank."""
    return _("全行") if action.branch_id is None else house.branches.get(action.branch_id, "")


def state_text(action: Action, on: date) -> str:
    """Its state, or for how long it is overdue."""
    if is_overdue(action, on):
        return _("逾期 {d} 天").format(d=integer((on - action.due_on).days))
    return name("action_state", action.state)


def point_text(track: Track, point: Point | None, currency: str) -> str | None:
    """A figure with its quarter; None where there is none."""
    if track.kpi is None or point is None or point.value is None:
        return None
    said = _("{value}（{quarter}，样本不足）") if point.small else _("{value}（{quarter}）")
    return said.format(value=figure(point.value, track.kpi.unit, currency), quarter=point.quarter)


def expected_text(track: Track, currency: str) -> str | None:
    """What was expected: a value of the KPI, or words."""
    value = track.outcome.expected
    if value is None or track.kpi is None:
        return track.action.expected
    return figure(value, track.kpi.unit, currency)


def verdict_text(track: Track) -> str | None:
    """What may be said of the effect; nothing of what is not done."""
    return name("review_effect", track.outcome.verdict) if track.action.state == "done" else None


def way(action: Action) -> Way:
    """Where an action is worked on."""
    if action.quarter is not None:
        return Way("review", (("view", "decisions"), ("action", str(action.id))))
    if action.finding_id is not None:
        return Way("satisfaction", (("view", "findings"), ("finding", str(action.finding_id))))
    return Way("complaints", (("view", "actions"), ("action_state", ""), ("action", str(action.id))))


def _versions(quarter: Quarter, version: int | None) -> dict[str, int] | None:
    return None if version is None else {str(quarter): version}
