"""Commands that make and keep a bank: migrate, demo, refresh, audit."""

from __future__ import annotations

from argparse import Namespace
from dataclasses import asdict
from typing import Any

from lib.cli.output import Failed, answer, tell, wants_json
from lib.jobs.carry_out import carry_out_all
from lib.jobs.churn import evaluate
from lib.jobs.close import close_before
from lib.jobs.demo import build
from lib.jobs.demo.day import work_a_day
from lib.jobs.demo.points import collect
from lib.jobs.preview import preview
from lib.jobs.refresh import refresh
from lib.settings import today
from lib.store import audit, migrate
from lib.store.bulk import bulk
from lib.store.engine import lease_node
from lib.store.points_check import faults
from lib.store.quarter import Quarter
from lib.words import _, integer


def add_to(commands: Any) -> None:
    """Add this group's commands."""
    command = commands.add_parser("migrate", help=_("升级数据库结构，装入随附的口径与日历"))
    command.set_defaults(run=_migrate)

    command = commands.add_parser("demo", help=_("在空数据库中建立演示银行"))
    command.add_argument("--customers", type=int, default=5000)
    command.add_argument("--quarters", type=int, default=12)
    command.add_argument("--seed", type=int, default=1)
    command.set_defaults(run=_demo)

    command = commands.add_parser("refresh", help=_("重算未结账季度的客户事实、层级与指标"))
    command.add_argument("--preview", action="store_true", help=_("只说会改变什么，不发布"))
    wants_json(command)
    command.set_defaults(run=_refresh)

    command = commands.add_parser("audit", help=_("审计留痕"))
    command.add_argument("what", choices=["verify"])
    command.set_defaults(run=_audit)


def ready() -> None:
    """Every command but migrate wants the tables of this version."""
    if not migrate.is_current():
        raise Failed(_("数据库结构不是本版本的，请先运行 python -m lib migrate。"))
    lease_node()


def _migrate(_given: Namespace) -> None:
    loaded = migrate.upgrade()
    print(_("数据库已是最新；装入口径 {rules} 条、日历 {calendar_days} 天。").format(**loaded))


def _demo(given: Namespace) -> None:
    for name, least in (("customers", 20), ("quarters", 2)):
        if getattr(given, name) < least:
            raise Failed(_("--{name} 至少为 {least}。").format(name=name, least=least))
    migrate.upgrade()
    ready()
    counts = build(customers=given.customers, quarters=given.quarters, seed=given.seed, progress=tell)
    refresh(tell)
    collect()
    close_before(Quarter.of(today()).shift(-1))
    evaluate()
    work_a_day()
    print(_("演示银行已建成：客户 {n} 位。").format(n=integer(counts["customer"])))


def _refresh(given: Namespace) -> None:
    ready()
    if given.preview:
        _preview(given)
        return
    carried = carry_out_all(tell)
    done = refresh(tell)
    changed = [one for one in done if one.changed]
    sentences = [one.sentence() for one in changed]
    said = [*(one.sentence() for one in carried), *(sentences or [_("没有需要重算的季度。")])]
    answer([asdict(one) for one in done], said, as_json=given.json)


def _preview(given: Namespace) -> None:
    found = preview(tell)
    said = [line for one in found for line in one.sentences()] or [_("刷新不会改变任何已发布的结果。")]
    answer([asdict(one) for one in found], said, as_json=given.json)


def _audit(_given: Namespace) -> None:
    ready()
    with bulk("audit verify", write=False) as session:
        breaks = [*audit.verify(session), *(one.sentence() for one in faults(session))]
    if breaks:
        raise Failed("\n".join(breaks))
    print(_("审计链完整。"))
