"""The outbox as a workbook: messages of a channel with what became of them; never an address in clear."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy import select

from lib.care.messages import Wanted, outbox
from lib.care.rules import CHANNELS
from lib.export.cells import Cell
from lib.export.sheet import KIND, made_by, workbook
from lib.settings import BANK_ZONE, today
from lib.store.book import rulebook
from lib.store.models import Bank, Message
from lib.store.scope import Scope
from lib.store.session import Refused, open_session
from lib.words import _, code_names, codes, name

__all__ = ["PAGE", "make"]
PAGE = "care"
COLUMNS = codes("outbox_column")
_AT_ONCE = 2_000
_BACK, _MOST_BACK = 30, 3_660


def make(scope: Scope, query: Mapping[str, str]) -> tuple[str, str, Iterator[bytes]]:
    """File name, media type and content of the messages an address asks for (`channel`, `state`, `occasion`, `back`).

    Raises Refused for a scope that reaches customers only through cases or sees them masked, and for a list longer
    than one file may be (rule directory.export_most).
    """
    if scope.narrow or scope.masked_names:
        raise Refused(_("你的岗位不能导出发件箱。"))
    wanted = _wanted(query)
    with open_session(scope, PAGE) as session:
        bank = session.scalars(select(Bank.name)).one()
        most = rulebook().value("directory.export_most", today())
        if len(session.execute(outbox(wanted).with_only_columns(Message.id).limit(most + 1)).all()) > most:
            raise Refused(_("超过 {n} 条消息，请缩小条件后导出。").format(n=most))
    called = name("channel", wanted.channel) if wanted.channel else _("全部渠道")
    said = _("{bank} 发件箱（{channel}），{by}，地址已脱敏，不得外传")
    mark = said.format(bank=bank, channel=called, by=made_by(scope, scope.customers))
    headings = [name("outbox_column", one) for one in COLUMNS]
    return f"{_('发件箱')}-{called}.xlsx", KIND, workbook(_("发件箱"), mark, headings, _lines(scope, wanted))


def _wanted(query: Mapping[str, str]) -> Wanted:
    back = query.get("back", "")
    days = min(int(back), _MOST_BACK) if back.isdecimal() else _BACK
    campaign = query.get("campaign_id", "")
    channel = query.get("channel", "")
    return Wanted(
        today() - timedelta(days=days), query.get("state", ""), channel if channel in CHANNELS else "",
        query.get("occasion", ""), int(campaign) if campaign.isdecimal() else None,
    )  # fmt: skip


def _lines(scope: Scope, wanted: Wanted) -> Iterator[Sequence[Cell]]:
    with open_session(scope, PAGE) as session:
        for rows in session.execute(outbox(wanted)).partitions(_AT_ONCE):
            yield from (_line(row) for row in rows)


def _line(row: Any) -> list[Cell]:
    told: dict[str, Cell] = {
        "number": row.number, "name": row.name, "channel": name("channel", row.channel), "address": address(row),
        "occasion": name("message_occasion", row.occasion), "text": row.text,
        "state": name("message_state", row.state), "send_on": row.send_on.isoformat(),
        "campaign": str(row.campaign_id) if row.campaign_id else None, "author": row.author,
        "failure": name("not_sent", row.failure) if row.failure in code_names()["not_sent"] else row.failure,
        "reference": row.gateway_reference,
        "reported_at": row.reported_at and row.reported_at.astimezone(BANK_ZONE).replace(tzinfo=None),
    }  # fmt: skip
    return [told[one] for one in COLUMNS]


def address(row: Any) -> str | None:
    """Where a message goes, masked: 138****5678, z***@example.com; the customer number in WeChat and app."""
    if row.channel == "sms":
        return row.phone_masked or None
    if row.channel == "email" and row.email:
        who, _at, where = row.email.partition("@")
        return f"{who[:1]}***@{where}"
    return None if row.channel == "email" else row.number
