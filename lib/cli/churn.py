"""Commands about churn: explain churn CUSTOMER, churn evaluate."""

from __future__ import annotations

from argparse import Namespace
from typing import Any

from sqlalchemy import select

from lib.churn import read, rules
from lib.churn.read import Explanation
from lib.churn.reasons import Reason
from lib.cli.bank import ready
from lib.cli.operator import operator
from lib.cli.output import Failed, answer, wants_json
from lib.jobs.churn import Part, Trial, evaluate
from lib.store import models as m
from lib.store.book import rulebook
from lib.store.session import open_session
from lib.words import _, integer, money, name, number, percent


def add_to(commands: Any) -> None:
    """Add this group's commands."""
    topics = commands.add_parser("churn", help=_("流失预警")).add_subparsers(required=True)
    command = topics.add_parser("evaluate", help=_("以本行历史检验流失预警评分"))
    wants_json(command)
    command.set_defaults(run=_evaluate)


def add_explain(topics: Any) -> None:
    """Add `explain churn`."""
    command = topics.add_parser("churn", help=_("流失预警评分"))
    command.add_argument("customer")
    wants_json(command)
    command.set_defaults(run=_explain)


def _explain(given: Namespace) -> None:
    ready()
    book = rulebook()
    with open_session(operator(), "cli") as session:
        newest = session.scalars(read.newest()).first()
        currency = session.scalar(select(m.Bank.base_currency)) or "CNY"
        if newest is None:
            raise Failed(_("还没有季度数据，请先运行 python -m lib refresh。"))
        run = read.run_of(newest)
        card = rules.card(book, currency, run.end)
        row = session.execute(read.of_customer(run, card, given.customer)).one_or_none()
    if row is None:
        raise Failed(_("{quarter} 没有客户号 {number} 的数据。").format(quarter=run.quarter, number=given.customer))
    why = read.explained(row, run, card, book, currency)
    answer(_document(given.customer, run.quarter, why), _sentences(run.quarter, why, currency), as_json=given.json)


def _document(customer: str, quarter: str, why: Explanation) -> dict[str, Any]:
    factors = [
        {"fact": one.factor.fact, "value": one.fact, "points": one.points, "weight": one.factor.weight,
         "adds": one.adds / 100, "most": one.most / 100}
        for one in why.shares
    ]  # fmt: skip
    return {
        "customer": customer, "quarter": quarter, "score": why.score, "flagged": why.flagged,
        "flag_from": why.flag_from, "aum": why.aum_fen, "at_risk": why.at_risk_fen, "factors": factors,
        "for": [_reason(one) for one in why.speaks_for], "against": [_reason(one) for one in why.speaks_against],
        "rule": why.version,
    }  # fmt: skip


def _reason(one: Reason) -> dict[str, Any]:
    return {"fact": one.fact, "sentence": one.sentence, "adds": one.adds / 100}


def _sentences(quarter: str, why: Explanation, currency: str) -> list[str]:
    listed = _("在预警名单上") if why.flagged else _("不在预警名单上")
    said = _("{quarter}：流失预警评分 {score}（{line} 分列入名单），{listed}，可能流失的资产 {amount}")
    head = said.format(
        quarter=quarter, score=why.score, line=why.flag_from, listed=listed, amount=money(why.at_risk_fen, currency)
    )
    speaks_for = [_("支持：{reason}（{points} 分）").format(reason=one.sentence, points=number(one.adds / 100, 1))
                  for one in why.speaks_for]  # fmt: skip
    against = [_("不支持：{reason}").format(reason=one.sentence) for one in why.speaks_against]
    return [head, *speaks_for, *against, why.version]


def _evaluate(given: Namespace) -> None:
    ready()
    trial = evaluate()
    answer(_trial(trial), _told(trial), as_json=given.json)


def _trial(trial: Trial) -> dict[str, Any]:
    return {
        "rule": trial.rule_version, "flag_from": trial.flag_from, "enough": trial.enough,
        "least_lost": trial.least_lost, "left_out": list(trial.left_out),
        "parts": [vars(one) for one in trial.parts], "quarters": [vars(one) for one in trial.by_quarter],
    }  # fmt: skip


def _told(trial: Trial) -> list[str]:
    if not trial.parts:
        return [_("还没有可供检验的历史：须有留存评分事实的季度，且其后一季已结束。")]
    lines = [_line(name("churn_part", one.part), one) for one in trial.parts]
    if not trial.enough:
        lines.append(_("流失客户不足 {n} 位，结果只作记录，不足以判断评分优劣。").format(n=trial.least_lost))
    if trial.left_out:
        said = _("未计入（没有留存评分事实，或没有过往可比）：{quarters}")
        lines.append(said.format(quarters=_("、").join(trial.left_out)))
    return [*lines, trial.rule_version]


def _line(title: str, part: Part) -> str:
    said = _("{part}（{first}–{last}）：{n} 位客户，其后一季流失 {lost} 位；AUC {auc}，前十分之一提升 {lift} 倍；"
             "名单 {flagged} 位，其中流失 {share}")  # fmt: skip
    return said.format(
        part=title, first=part.quarters[0], last=part.quarters[-1], n=integer(part.customers),
        lost=integer(part.lost), auc=number(part.auc, 3), lift=number(part.lift, 1), flagged=integer(part.flagged),
        share=percent(part.flagged_lost / part.flagged if part.flagged else None),
    )  # fmt: skip
