"""The matrix of the stock: capacity × risk level with what is 需复核, its cards, and the way to the customers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import streamlit as st

from lib.products.matrix import CAPACITIES, LEVELS, RISKIEST, SENIOR_FROM, Cell, state_of
from lib.ui import charts, frames, picks
from lib.ui.frames import Card, Column
from lib.ui.plain import escaped
from lib.ui.products import look as looks
from lib.ui.products.look import Look
from lib.ui.tables import height_of
from lib.words import NOTHING, _, integer, name, percent

_TONES = {"review": "risk", "expired": "watch", "untested": "watch", "fitting": "good"}


def draw(look: Look) -> None:
    """Cards, the matrix, and its cells as rows that lead to their customers."""
    found = looks.cells(look.page.scope, look.place)
    if not found:
        frames.empty(_("这个季度在你的范围内没有持有理财产品的这类客户。"))
        return
    cards(look, found)
    if look.kind == "corporate":
        st.caption(escaped(_("企业客户不做个人风险承受能力测评，都列在“未测评”，不计为需复核。")))
    heat(look, found)
    cells(look, found)


def cards(look: Look, found: Sequence[Cell]) -> None:
    """Customers each once, by their riskiest holding; amounts are all they hold."""
    once = [one for one in found if one.level in RISKIEST]
    everyone, held = looks.total(once)
    age = look.page.book.value("suitability.senior_from", look.end)
    shown = [Card(_("持有理财的客户"), integer(everyone), note=_("持有 {amount}").format(amount=look.money.text(held)))]
    titles = {"review": _("需复核"), "expired": _("测评过期"), "untested": _("未测评")}
    notes = {
        "review": _("持有的产品高于有效的承受能力"),
        "expired": _("续测之前不能再推荐"),
        "untested": _("没有测评记录"),
    }
    for state, title in titles.items():
        customers, amount = looks.total([one for one in once if one.state == state])
        shown.append(
            _card(
                look,
                title,
                customers,
                everyone,
                _("持有 {amount}").format(amount=look.money.text(amount)),
                notes[state],
                "risk" if state == "review" and customers else None,
                f"state:{state}",
            )
        )
    old = [one for one in once if one.senior and int(one.level[1]) >= SENIOR_FROM]
    customers, amount = looks.total(old)
    title = _("{age} 岁以上持有 R{level} 及以上").format(age=age, level=SENIOR_FROM)
    shown.append(_card(look, title, customers, everyone, _("持有 {amount}").format(amount=look.money.text(amount)),
                       _("按口径特别关注"), None, "senior"))  # fmt: skip
    frames.cards(shown, key="products-cards")


def _card(
    look: Look, title: str, customers: int, everyone: int, note: str, told: str, tone: str | None, to: str
) -> Card:
    params = {key: value for key, value in st.query_params.items() if key != "lang"} | {"show": to}
    href = frames.Link("products", params, _("查看名单")) if look.leads and customers else None
    share = percent(customers / everyone if everyone else None)
    return Card(title, integer(customers), note=_("{note} · 占 {share}").format(note=note, share=share), help=told,
                tone=tone, href=href)  # fmt: skip


def heat(look: Look, found: Sequence[Cell]) -> None:
    """Customers by capacity and level of what they hold; framed: above the capacity."""
    counts: dict[tuple[str, str], int] = {}
    for one in found:
        if one.level in LEVELS:
            counts[one.capacity, one.level] = counts.get((one.capacity, one.level), 0) + one.customers
    values = [[counts.get((capacity, level)) for level in LEVELS] for capacity in CAPACITIES]
    marked = [(row, column) for row, capacity in enumerate(CAPACITIES) for column, level in enumerate(LEVELS)
              if state_of(capacity, True, level) == "review" and counts.get((capacity, level))]  # fmt: skip
    charts.heat(_finding(found), list(LEVELS), [capacity_name(one) for one in CAPACITIES], values,
                key="products-heat", marked=marked,
                alt=_("每行一级承受能力，每列一级产品风险；有框的格子是产品风险高于承受能力"))  # fmt: skip
    st.caption(
        escaped(_("有框的格子：产品风险高于承受能力。一位客户持有几级产品，就计入几格；格内含测评已过期的客户。"))
    )


def _finding(found: Sequence[Cell]) -> str:
    once = [one for one in found if one.level in RISKIEST]
    everyone, _held = looks.total(once)
    review, _amount = looks.total([one for one in once if one.state == "review"])
    if not review:
        return _("{n} 位持有人中没有需复核的").format(n=integer(everyone))
    said = _("{n} 位持有人中 {review} 位需复核（{share}）")
    return said.format(n=integer(everyone), review=integer(review), share=percent(review / everyone))


def capacity_name(code: str) -> str:
    """What a row of the matrix is called."""
    return name("suitability_state", "untested") if code == "none" else name("risk_capacity", code)


def cells(look: Look, found: Sequence[Cell]) -> None:
    """The cells as rows, what is to be reviewed first; choosing one leads to its customers."""
    lines: dict[tuple[str, str, str], list[Cell]] = {}
    for one in found:
        if one.level in LEVELS:
            lines.setdefault((one.state, one.capacity, one.level), []).append(one)
    order = ("review", "expired", "untested", "fitting")
    keys = sorted(lines, key=lambda key: (order.index(key[0]), CAPACITIES.index(key[1]), key[2]))
    rows = [_row(key, lines[key]) for key in keys]
    columns = [
        Column("state", _("适当性"), "badge", width=100), Column("capacity", _("承受能力"), width=110),
        Column("level", _("产品风险"), width=120), Column("customers", _("客户数"), "integer", width=80),
        Column("amount_fen", _("持有金额"), "money", currency=look.house.currency),
        Column("seniors", _("其中年长"), "integer", width=90),
    ]  # fmt: skip
    chosen = frames.table(rows, columns, key="products-cells", select=look.leads, height=height_of(len(rows)))
    if picks.picked("products-cells", chosen) and chosen is not None:
        state, capacity, level = keys[chosen]
        picks.show(f"cell:{state}:{capacity}:{level}")


def _row(key: tuple[str, str, str], of: Sequence[Cell]) -> dict[str, Any]:
    state, capacity, level = key
    customers, amount = looks.total(of)
    return {"state": (name("suitability_state", state), _TONES[state]), "level": name("product_risk", level),
            "capacity": NOTHING if capacity == "none" else name("risk_capacity", capacity), "customers": customers,
            "amount_fen": amount, "seniors": sum(one.customers for one in of if one.senior)}  # fmt: skip
