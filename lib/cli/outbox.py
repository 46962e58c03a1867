"""Commands of the bank's message gateway: outbox take, outbox report, outbox status."""

from __future__ import annotations

import json
from argparse import Namespace
from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from lib.care.rules import CHANNELS
from lib.cli.bank import ready
from lib.cli.output import Failed, answer, wants_json
from lib.jobs import outbox
from lib.jobs.outbox import MOST, STATUSES, Result
from lib.words import _, integer, name

_LATE = 30  # minutes after which a taken message without a report is offered again


def add_to(commands: Any) -> None:
    """Add this group's commands."""
    topics = commands.add_parser("outbox", help=_("发件箱：短信、邮件网关取件与回执")).add_subparsers(required=True)
    command = topics.add_parser("take", help=_("取走到期的消息，输出一个 JSON 文件"))
    command.add_argument("--channel", choices=CHANNELS, required=True)
    command.add_argument("--most", type=int, default=MOST)
    command.add_argument("--again", action="store_true", help=_("重取早已取走而没有回执的消息"))
    command.add_argument("--older", type=int, default=_LATE, metavar="MINUTES", help=_("多少分钟前取走的才重取"))
    command.set_defaults(run=_take)
    command = topics.add_parser("report", help=_("写回发送结果"))
    command.add_argument("--file", type=Path, required=True)
    wants_json(command)
    command.set_defaults(run=_report)
    command = topics.add_parser("status", help=_("各渠道的发送情况"))
    command.add_argument("--older", type=int, default=_LATE, metavar="MINUTES")
    wants_json(command)
    command.set_defaults(run=_status)


def _take(given: Namespace) -> None:
    """Always one JSON document: whoever takes is a program. Protect it, it holds addresses in clear."""
    ready()
    if not 1 <= given.most <= MOST:
        raise Failed(_("--{name} 须在 1 与 {most} 之间。").format(name="most", most=integer(MOST)))
    if given.older < 1:
        raise Failed(_("--{name} 至少为 {least}。").format(name="older", least=1))
    batch = outbox.take(given.channel, given.most, timedelta(minutes=given.older) if given.again else None)
    answer(asdict(batch), [], as_json=True)


def _report(given: Namespace) -> None:
    ready()
    done = outbox.report(results_of(given.file.read_text("utf-8")))
    said = [_("已写回 {n} 条，{known} 条早已知道。").format(n=integer(done.written), known=integer(done.known))]
    for ids, sentence in ((done.unknown, _("发件箱里没有：{ids}")), (done.not_taken, _("未曾取走：{ids}")),
                          (done.contradicting, _("与已有的最终结果不符，未改：{ids}"))):  # fmt: skip
        said += [sentence.format(ids=_("、").join(map(str, ids)))] if ids else []
    answer(asdict(done), said, as_json=given.json)


def results_of(text: str) -> list[Result]:
    """The results in a file: a list, or a document with `results`; Failed names the entry that is wrong."""
    try:
        said = json.loads(text)
    except ValueError as error:
        raise Failed(_("文件不是 JSON：{error}").format(error=error)) from error
    entries = said.get("results") if isinstance(said, dict) else said
    if not isinstance(entries, list):
        raise Failed(_("文件中应有一列结果（results）。"))
    return [_result(number, one) for number, one in enumerate(entries, 1)]


def _result(number: int, one: Any) -> Result:
    wrong = _("第 {n} 条结果不对：须有 id、status（{statuses}），at 为带时区的时间。").format(
        n=number, statuses=_("、").join(STATUSES)
    )
    if not isinstance(one, Mapping) or one.get("status") not in STATUSES or not str(one.get("id", "")).isdecimal():
        raise Failed(wrong)
    try:
        at = datetime.fromisoformat(one["at"]) if one.get("at") else None
    except (TypeError, ValueError) as error:
        raise Failed(wrong) from error
    if at is not None and at.tzinfo is None:
        raise Failed(wrong)
    reference, reason = (str(one[key]) if one.get(key) else None for key in ("reference", "reason"))
    return Result(int(one["id"]), one["status"], at, reference, reason)


def _status(given: Namespace) -> None:
    ready()
    found = outbox.status(timedelta(minutes=given.older))
    said = _("{channel}：待发送 {queued}（到期 {due}），发送中 {taken}（超时无回执 {unreported}），已发出 {sent}，"
             "已送达 {delivered}，失败 {failed}，已取消 {cancelled}")  # fmt: skip
    lines = [said.format(**{**one, "channel": name("channel", one["channel"])}) for one in found]
    answer(found, lines or [_("发件箱是空的。")], as_json=given.json)
