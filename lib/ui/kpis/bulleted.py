"""子弹图: every KPI against its target and its own past, by group; a line leads to its KPI."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from lib.rulebook.kpis import GROUPS
from lib.ui import bullets, picks
from lib.ui.bullets import Bullet
from lib.ui.kpis.data import Story, change, shown, target_text
from lib.ui.kpis.look import Look
from lib.ui.plain import escaped
from lib.words import _, name, translate

_PAST = 12


def draw(look: Look, told: Sequence[Story]) -> None:
    """Two columns of groups on a wide screen, one below the other on a phone."""
    st.caption(escaped(_("粗条为本季，竖线为目标，浅带为此前各季的高低；橙色未达标，淡色样本不足。")))
    known = [story for story in told if story.now and story.now.value is not None]
    groups = {group: of for group in GROUPS if (of := [story for story in known if story.kpi.group == group])}
    columns, lines = st.columns(2, gap="medium"), [0, 0]
    for group, of in groups.items():
        shorter = lines.index(min(lines))
        lines[shorter] += len(of) + 1
        with columns[shorter], st.container(border=True, gap="xsmall"):
            _group(look, group, of)


def _group(look: Look, group: str, of: Sequence[Story]) -> None:
    lines = [_bullet(look, story) for story in of]
    missed = sum(line.missed for line in lines)
    title = name("kpi_group", group)
    title += _("：{n} 项未达标").format(n=missed) if missed else ""
    clicked = bullets.bullets(title, lines, key=f"kpi-bullets-{group}", select=True)
    if clicked in {line.key for line in lines} and picks.picked(f"kpi-bullets-{group}", clicked):
        st.query_params.pop("view", None)
        picks.show(str(clicked), "kpi")


def _bullet(look: Look, story: Story) -> Bullet:
    now, kpi, currency = story.now, story.kpi, look.house.currency
    assert now is not None
    past = [float(value) for value in story.values[-_PAST:-1] if value is not None]
    moved, _better = change(now, story.earlier(1), kpi)
    return Bullet(
        kpi.key, translate(kpi.title), now.value, shown(now, kpi, currency), now.target,
        target_text(kpi, now.target, currency) if now.target is not None else moved,
        (min(past), max(past)) if len(past) > 1 else None, now.on_target is False, now.small,
    )  # fmt: skip
