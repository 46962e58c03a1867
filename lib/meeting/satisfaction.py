"""满意度与投诉: what customers say, what they complain about and why, and whether what was done about it works."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from lib.complaints import analysis
from lib.complaints.analysis import CAUSE, Facts
from lib.complaints.effect import sentence as effect_said
from lib.kpi.wording import shown
from lib.meeting.ground import Ground, Story, told
from lib.meeting.lines import said, table, trail, where
from lib.meeting.measures import Judged, judged
from lib.meeting.parts import Chart, Column, Row, Section, Series, Table
from lib.words import _, day, integer, name, translate

DIMENSIONS = ("csat_service_quality", "csat_product_quality", "csat_price_fairness", "csat_communication",
              "csat_attitude", "csat_professional", "csat_efficiency")  # fmt: skip
ASKED = ("csat", "nps", "response_rate", *DIMENSIONS, "mystery_score", "internal_score", "measures_kept")
COMPLAINED = (
    "complaints_received", "complaints_open", "reply_on_time", "resolved_on_time", "extended_terms",
    "first_time_resolution", "repeat_complaints", "complaint_density_customers", "complaint_density_branches",
    "wait_median", "wait_p90", "wait_in_time",
)  # fmt: skip
SAID = ("csat", "nps", "complaints_received", "reply_on_time", "resolved_on_time", "first_time_resolution",
        "repeat_complaints")  # fmt: skip
VITAL = 0.8
MOST = 12


@dataclass(frozen=True)
class Cause:
    """Complaints closed with a cause, this quarter and the one before."""

    code: str
    closed: int
    before: int


def section(ground: Ground) -> Section:
    """Satisfaction, complaints, their causes, and the actions against them."""
    asked, complained = told(ground, ASKED), told(ground, COMPLAINED)
    findings = [said(ground, one, by=ground.below if one.kpi.key == "csat" else "")
                for one in (*asked, *complained) if one.kpi.key in SAID]  # fmt: skip
    causes, actions = _causes(ground), judged(ground)
    findings[2:2] = _weakest(ground, told(ground, DIMENSIONS))
    findings += _vital(causes) + _working(actions)
    charts, tables = where(ground, "csat", "satisfaction")
    if asked and asked[0].kpi.key == "csat":
        charts.insert(0, trail(ground, asked[0], "satisfaction-trail"))
    charts += _dimension_chart(ground) + ([_cause_chart(causes)] if causes else [])
    figures = [table(ground, asked, "satisfaction-figures", _("满意度与服务质量"))] if asked else []
    figures += [table(ground, complained, "complaints-figures", _("投诉与等候"))] if complained else []
    more = ([_cause_table(ground, causes)] if causes else []) + ([_actions(ground, actions)] if actions else [])
    return Section("satisfaction", _("满意度与投诉"), tuple(findings), tuple(charts), (*figures, *more, *tables))


def _weakest(ground: Ground, of: Sequence[Story]) -> list[str]:
    known = [one for one in of if one.now and not one.now.small]
    if len(known) < 2:
        return []
    low, high = (pick(known, key=lambda one: float(one.now.value or 0)) for pick in (min, max))  # type: ignore[union-attr]
    return [_("各维度中最低的是{low} {low_value}，最高的是{high} {high_value}").format(
        low=translate(low.kpi.title), low_value=shown(low.now, low.kpi, ground.currency),
        high=translate(high.kpi.title), high_value=shown(high.now, high.kpi, ground.currency))]  # fmt: skip


def _dimension_chart(ground: Ground) -> list[Chart]:
    of = told(ground, DIMENSIONS)
    title = _weakest(ground, of)
    if not title:
        return []
    values = tuple(one.now.value if one.now else None for one in of)
    return [Chart("satisfaction-dimensions", "bars", title[0], tuple(translate(one.kpi.title) for one in of),
                  (Series(_("满意的比例"), values),), Column(_("满意的比例"), "share", 1))]  # fmt: skip


def _causes(ground: Ground) -> list[Cause]:
    """The causes complaints of the quarter were closed with, the most frequent first; managers have no such facts."""
    if ground.level not in ("bank", "branch", "handler") or ground.scope.facts == "products":
        return []
    found: dict[str, dict[str, int]] = {}
    for quarter in (ground.quarter.shift(-1), ground.quarter):
        if str(quarter) not in ground.runs:
            continue
        staff = ground.scope.staff_id if ground.level == "handler" else None
        facts = Facts(str(quarter), ground.runs[str(quarter)], ground.level, ground.scene.branch_id, staff)
        for row in ground.session.execute(analysis.by_code(facts, CAUSE)):
            found.setdefault(str(row.code), {})[str(quarter)] = int(row.closed)
    this, last = str(ground.quarter), str(ground.quarter.shift(-1))
    made = [Cause(code, of.get(this, 0), of.get(last, 0)) for code, of in found.items()]
    return sorted((one for one in made if one.closed or one.before), key=lambda one: (-one.closed, one.code))


def _vital(causes: Sequence[Cause]) -> list[str]:
    """The few causes behind most complaints."""
    named = [(one.code, one.closed) for one in causes if one.code != "none"]
    few = analysis.vital_few(analysis.pareto(named), VITAL)
    if not few:
        return []
    listed = _("、").join(
        f"{name('root_cause', one.code)} {_('{n} 件').format(n=integer(one.count))}" for one in few[:3]
    )
    return [_("已查明的原因中排在前面的是{listed}").format(listed=listed)]


def _cause_chart(causes: Sequence[Cause]) -> Chart:
    first = causes[:MOST]
    title = _vital(causes)[0] if _vital(causes) else _("本季办结的投诉没有查明的原因")
    return Chart("complaints-causes", "columns", title, tuple(name("root_cause", one.code) for one in first), (
        Series(_("上季"), tuple(one.before for one in first)), Series(_("本季"), tuple(one.closed for one in first)),
    ), Column(_("办结的投诉"), "integer"))  # fmt: skip


def _cause_table(ground: Ground, causes: Sequence[Cause]) -> Table:
    total = sum(one.closed for one in causes)
    columns = (Column(_("根本原因")), Column(_("本季"), "integer"), Column(_("占比"), "share", 1),
               Column(_("上季"), "integer"), Column(_("增减"), "integer", signed=True))  # fmt: skip
    rows = [
        Row((name("root_cause", one.code), one.closed, one.closed / total if total else None, one.before,
             one.closed - one.before), way=ground.way("complaints", view="analysis"))
        for one in causes
    ]  # fmt: skip
    before = sum(one.before for one in causes)
    all_of = Row((_("合计"), total, 1.0 if total else None, before, total - before))
    return Table("complaints-causes-table", _("办结的投诉由什么引起"), columns, (*rows, all_of))


def _working(actions: Sequence[Judged]) -> list[str]:
    """How many of the actions done have shown an effect."""
    verdicts = Counter(one.effect.verdict for one in actions if one.effect is not None)
    if not verdicts:
        return []
    head = _("近四季完成 {n} 项投诉改进措施：{fewer} 项后投诉明显减少，{same} 项没有，{more} 项反而增加")
    head = head.format(
        n=integer(len(actions)), fewer=integer(verdicts["fewer"]), same=integer(verdicts["same"]),
        more=integer(verdicts["more"]))  # fmt: skip
    open_ = verdicts["early"] + verdicts["small"] + verdicts["unsettled"]
    return [head + (_("，{n} 项尚不能判断").format(n=integer(open_)) if open_ else "")]


def _actions(ground: Ground, actions: Sequence[Judged]) -> Table:
    columns = (Column(_("措施")), Column(_("针对原因")), Column(_("责任人")), Column(_("完成日")), Column(_("成效")))
    tones = {"fewer": "good", "more": "bad", "same": "bad", "small": "grey", "early": "grey", "unsettled": "grey"}
    rows = []
    for one in actions:
        action, what = one.action, one.effect
        owner = ground.staff.get(action.owner_id, ("", None))[1]
        cells = (action.title, name("root_cause", action.cause), owner, day(action.ended_on),
                 effect_said(what) if what else None)  # fmt: skip
        rows.append(Row(cells, tones[what.verdict] if what else "", ground.way("complaints", view="actions")))
    counts = Counter(one.effect.verdict for one in actions if one.effect is not None)
    unsettled = counts["early"] + counts["small"] + counts["unsettled"]
    note = _("共 {n} 项：明显减少 {fewer}，没有明显减少 {same}，反而增加 {more}，尚不能判断 {open}").format(
        n=integer(len(actions)), fewer=integer(counts["fewer"]), same=integer(counts["same"]),
        more=integer(counts["more"]), open=integer(unsettled))  # fmt: skip
    return Table("complaints-actions", _("改进措施见效了吗"), columns, tuple(rows), note)
