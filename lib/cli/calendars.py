"""Commands about the working calendar: show a year, check a file before it is uploaded."""

from __future__ import annotations

from argparse import Namespace
from pathlib import Path
from typing import Any

from lib.cli.bank import ready
from lib.cli.output import Failed, answer, wants_json
from lib.rulebook import CalendarDay, read_year
from lib.settings import today
from lib.store.book import calendar, rulebook
from lib.words import _, day, name
from lib.work.calendar_end import warning
from lib.work.calendar_year import as_data, days_in, differences, doubts, problems, weekday


def add_to(commands: Any) -> None:
    """Add this group's commands."""
    topics = commands.add_parser("calendar", help=_("工作日历")).add_subparsers(required=True)
    command = topics.add_parser("show", help=_("一年的放假与补班"))
    command.add_argument("year", type=int)
    wants_json(command)
    command.set_defaults(run=_show)
    command = topics.add_parser("check", help=_("检查一个年度文件，不写入"))
    command.add_argument("file", type=Path)
    command.set_defaults(run=_check)


def _show(given: Namespace) -> None:
    ready()
    known = calendar()
    days = days_in(known, given.year)
    if not days:
        raise Failed(_("日历没有 {year} 年。").format(year=given.year))
    document = {"year": given.year, "calendar": known.version, "days": as_data(days)}
    soon = warning(known, today(), rulebook())
    answer(document, [*map(_line, days), *([soon] if soon else [])], as_json=given.json)


def _check(given: Namespace) -> None:
    """Exit code 0 only for a file that could be proposed."""
    ready()
    known, days = calendar(), read_year(given.file.name, given.file.read_bytes())
    wrong = problems(days, known)
    if wrong:
        raise Failed("\n".join(wrong))
    year = days[0].day.year
    changed = differences(days_in(known, year), days)
    print("\n".join(doubts(days, rulebook(), today())) or _("没有疑点。"))
    print(_("{year} 年：与现在相比有 {n} 天不同。").format(year=year, n=len(changed)))


def _line(row: CalendarDay) -> str:
    return f"{day(row.day)} {weekday(row.day)}\t{name('day_kind', row.kind)}\t{row.name}"
