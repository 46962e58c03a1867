"""标签: how many customers bear which tag, what goes together more than by chance, and who they are."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import streamlit as st

from lib import words
from lib.rulebook import Tag
from lib.rulebook.condition_words import in_words
from lib.tiers.read import Group
from lib.ui import charts, frames, picks, quarters
from lib.ui.choices import choice
from lib.ui.frames import Column
from lib.ui.plain import escaped
from lib.ui.tiers import data
from lib.ui.tiers.data import Listed, Some
from lib.ui.tiers.look import Look
from lib.words import _, integer, name, number, percent


def draw(look: Look) -> None:
    """All tags; of the one chosen its rule, what it overlaps with, where its customers are."""
    look = _newest(look)
    rules = _rules(look)
    found = [one for one in data.tags(look.page.scope, look.facts) if one.of in rules]
    quarters.say(look.run)
    if not found:
        frames.empty(_("没有客户带规则标签。标签随最新一季的重算更新。"))
        return
    _all(look, found, rules)
    named = {str(one.of): words.translate(rules[str(one.of)].title) for one in found}
    with st.container(width=320):
        tag = choice(_("看哪个标签"), named, key="tag", default=str(found[0].of))
    _one(look, rules[tag], found, rules)


def asked(said: Sequence[str], look: Look) -> tuple[Look, Listed, str, int | None] | None:
    """`tag:senior` or `tag:senior:prefers_app`: who bears the tag, or both."""
    look = _newest(look)
    rules = _rules(look)
    if len(said) not in (1, 2) or any(one not in rules for one in said):
        return None
    if len(said) == 1:
        some = data.tags(look.page.scope, look.facts)
        stored = next((one.customers for one in some if one.of == said[0]), 0)
    else:
        stored = next((o.customers for o in data.overlaps(look.page.scope, look.facts, said[0]) if o.of == said[1]), 0)
    title = " + ".join(words.translate(rules[one].title) for one in said)
    return look, Group(tags=tuple(said)), title, stored


def lift(both: int, one: int, other: int, everyone: int) -> float | None:
    """How much oftener two tags meet than if they were independent, to two digits: 1 is as often; None where nobody
    bears one of them."""
    return round(both * everyone / (one * other), 2) if one and other else None


def _newest(look: Look) -> Look:
    """Tags are those of now: the newest quarter has them, whichever is looked at."""
    return replace(look, run=look.runs[0])


def _rules(look: Look) -> dict[str, Tag]:
    return {tag.key: tag for tag in look.page.book.tags(look.page.today) if look.kind in tag.kinds}


def _everyone(look: Look) -> int:
    now = str(look.run.quarter)
    found = data.by_tier(look.page.scope, (now,), look.scene)
    return sum(found.get((now, "customers", code), 0) for code in look.scheme.codes)


def _all(look: Look, found: Sequence[Some], rules: Mapping[str, Tag]) -> None:
    everyone = _everyone(look)
    title = _("{tag}最多，{n} 位，占 {share}").format(
        tag=words.translate(rules[str(found[0].of)].title), n=integer(found[0].customers),
        share=percent(found[0].customers / everyone if everyone else None))  # fmt: skip
    st.markdown(f"**{escaped(title)}**")
    rows = [
        {"title": words.translate(rules[str(one.of)].title), "family": rules[str(one.of)].family,
         "customers": one.customers, "share": one.customers / everyone if everyone else None, "aum_fen": one.fen,
         "mean": one.fen // one.customers if one.customers else None}
        for one in found
    ]  # fmt: skip
    currency = look.house.currency
    chosen = frames.table(rows, [
        Column("title", _("标签"), pinned=True), Column("family", _("类别"), "code", family="tag_family"),
        Column("customers", _("客户数"), "integer"), Column("share", _("占客户"), "share"),
        Column("aum_fen", "AUM", "money", currency=currency),
        Column("mean", _("户均 AUM"), "money", currency=currency),
    ], key="tag-table", select=True)  # fmt: skip
    if picks.picked("tag-table", chosen) and chosen is not None:
        picks.show(str(found[chosen].of), "tag")


def _one(look: Look, tag: Tag, found: Sequence[Some], rules: Mapping[str, Tag]) -> None:
    title = words.translate(tag.title)
    st.subheader(escaped(title), anchor=False)
    st.text(_("条件：{condition}").format(condition=in_words(tag.condition, {}, look.house.currency)))
    st.caption(escaped(_("{basis}，{source}。规则版本 {version}").format(
        basis=name("basis", tag.basis), source=words.translate(tag.source), version=tag.version)))  # fmt: skip
    with st.container(horizontal=True):
        if st.button(_("看这些客户"), key="tag-people", icon=":material/list:"):
            picks.show(f"tag:{tag.key}")
        if look.scene.branch_id is None:
            frames.link(frames.Link("directory", {"tag": tag.key, "kind": look.kind}, _("在客户名单中打开")))
    left, right = st.columns(2)
    with left:
        _tiers(look, tag, title)
    with right:
        _owners(look, tag, title)
    _overlaps(look, tag, found, rules)


def _tiers(look: Look, tag: Tag, title: str) -> None:
    count = {str(one.of): one.customers for one in data.tag_by(look.page.scope, look.facts, tag.key, "tier")}
    tiers = [code for code in look.scheme.codes if code in count]
    most = max(tiers, key=lambda code: count[code])
    said = _("{tag}：{tier}最多，占 {share}").format(
        tag=title, tier=name("tier", most), share=percent(count[most] / sum(count.values())))  # fmt: skip
    charts.bars(said, [name("tier", code) for code in tiers], [count[code] for code in tiers],
                key=f"tag-tiers-{tag.key}", horizontal=True)  # fmt: skip


def _owners(look: Look, tag: Tag, title: str) -> None:
    """By branch for the whole bank, else by manager: their share among their own customers would need their size."""
    if look.page.scope.facts == "own":
        return
    by, level = ("branch_id", "branch") if look.whole_bank else ("staff_id", "manager")
    named = look.house.branches if by == "branch_id" else look.house.staff
    some = data.tag_by(look.page.scope, look.facts_at(level), tag.key, by)[:12]
    if not some:
        return
    labels = [named.get(int(one.of), ("", words.NOTHING))[1] for one in some]
    said = _("{tag}：{owner}最多，{n} 位").format(owner=labels[0], tag=title, n=integer(some[0].customers))
    charts.bars(said, labels, [one.customers for one in some], key=f"tag-{by}-{tag.key}", horizontal=True)


def _overlaps(look: Look, tag: Tag, found: Sequence[Some], rules: Mapping[str, Tag]) -> None:
    st.subheader(_("与其他标签的重叠"), anchor=False)
    some = [one for one in data.overlaps(look.page.scope, look.facts, tag.key) if one.of in rules]
    if not some:
        frames.empty(_("带这个标签的客户没有别的规则标签。"))
        return
    size, everyone = {str(one.of): one.customers for one in found}, _everyone(look)
    mine = size.get(tag.key, 0)
    rows = [
        {"title": words.translate(rules[str(one.of)].title), "family": rules[str(one.of)].family,
         "customers": one.customers, "share": one.customers / mine if mine else None,
         "lift": lift(one.customers, mine, size.get(str(one.of), 0), everyone)}
        for one in some
    ]  # fmt: skip
    lifts = [float(row["lift"] or 0) for row in rows]
    strongest = max(range(len(rows)), key=lifts.__getitem__)
    st.markdown(escaped(_("与{other}重叠最突出：是两者互不相干时的 {lift} 倍").format(
        other=rows[strongest]["title"], lift=number(lifts[strongest], 1))))  # fmt: skip
    st.caption(_("倍数为 1 表示互不相干；大于 1 常在一起，小于 1 少在一起。选一行看同时带两个标签的客户。"))
    chosen = frames.table(rows, [
        Column("title", _("标签")), Column("family", _("类别"), "code", family="tag_family"),
        Column("customers", _("同时带两个标签"), "integer"), Column("share", _("占本标签"), "share"),
        Column("lift", _("提升倍数"), "number"),
    ], key=f"tag-overlaps-{tag.key}", select=True)  # fmt: skip
    if picks.picked("tag-overlaps", chosen) and chosen is not None:
        picks.show(f"tag:{tag.key}:{some[chosen].of}")
