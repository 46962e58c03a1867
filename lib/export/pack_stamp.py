"""What every slide and sheet of a pack says of itself: quarter, version, frozen or not, scope, reader, time."""

from __future__ import annotations

from datetime import date

from lib.meeting.parts import Stamp
from lib.words import _, day, quarter_name


def title_of(stamp: Stamp) -> str:
    """`季度评审 · 2026 年三季度`."""
    return _("季度评审 · {quarter}").format(quarter=quarter_name(stamp.quarter))


def state_of(stamp: Stamp) -> str:
    """Whether its figures can still change."""
    return _("已冻结") if stamp.closed else _("未冻结，数字仍会变动")


def stamp_rows(stamp: Stamp) -> list[tuple[str, str]]:
    """Each part of the stamp with its name."""
    return [
        (_("季度"), quarter_name(stamp.quarter)),
        (_("版本"), _("第 {version} 版").format(version=stamp.version)),
        (_("状态"), state_of(stamp)),
        (_("数据截至"), day(date.fromisoformat(stamp.cutoff))),
        (_("口径版本"), stamp.rules_digest),
        (_("范围"), stamp.scope),
        (_("制作人"), stamp.reader),
        (_("制作时间"), stamp.made_at),
    ]


def stamp_lines(stamp: Stamp) -> list[str]:
    """The stamp line by line."""
    return [_("{name}：{value}").format(name=name, value=value) for name, value in stamp_rows(stamp)[1:]]


def footer_of(stamp: Stamp) -> str:
    """The stamp in one line."""
    state = _("已冻结") if stamp.closed else _("未冻结")
    version = _("第 {version} 版").format(version=stamp.version)
    return " · ".join([stamp.quarter, version, state, stamp.scope, stamp.reader, stamp.made_at])


def mark_of(stamp: Stamp, bank: str) -> list[str]:
    """The watermark, line by line: whose it is and that it stays here."""
    return [_("{bank} 内部资料 不得外传").format(bank=bank), f"{stamp.reader} · {stamp.made_at}"]
