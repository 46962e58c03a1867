"""The catalogue: every product, its form for the product desk, and what another risk level would do."""

from __future__ import annotations

from typing import Any

import streamlit as st

from lib.products import catalogue
from lib.products.catalogue import ProductForm, form_of
from lib.store.models import Product
from lib.store.rights import writable
from lib.store.session import StoreSession
from lib.ui import frames, picks
from lib.ui.forms import SaveForm, Seen
from lib.ui.frames import Column
from lib.ui.page import Page
from lib.ui.plain import escaped
from lib.ui.tables import height_of
from lib.words import NOTHING, _, codes, integer, name

_NEW = "new"
_MOST_ROWS = 40


def draw(page: Page) -> None:
    """The list, or one product with its form."""
    with page.session() as session:
        code = st.query_params.get("product", "")
        if code:
            _one(page, session, code)
        else:
            _list(page, session)


def writes(page: Page) -> bool:
    """Whether the reader keeps the catalogue."""
    return "product" in writable(page.scope.role)


def _list(page: Page, session: StoreSession) -> None:
    found = list(session.scalars(catalogue.products()))
    if writes(page) and st.button(escaped(_("新增产品")), icon=":material/add:", key="product-new"):
        picks.show(_NEW, "product")
    rows = [_row(one) for one in found]
    columns = [
        Column("name", _("产品"), pinned=True, width=150),
        Column("category", _("品类"), "code", family="category", width=80),
        Column("level", _("风险等级"), "code", family="product_risk", width=120), Column("kind", _("面向"), width=80),
        Column("ages", _("年龄"), width=90), Column("needs", _("对应需求"), width=180),
        Column("term", _("期限（天）"), "integer", width=90),
        Column("margin", _("年利差（基点）"), "integer", width=110),
        Column("standing", _("状态"), "badge", width=80), Column("code", _("产品代码"), width=90),
    ]  # fmt: skip
    chosen = frames.table(rows, columns, key="products-list", select=True, nothing=_("还没有产品。"),
                          height=height_of(max(1, min(len(rows), _MOST_ROWS))))  # fmt: skip
    if picks.picked("products-list", chosen) and chosen is not None:
        picks.show(found[chosen].code, "product")


def _row(one: Product) -> dict[str, Any]:
    return {
        "code": one.code, "name": one.name, "category": one.category, "level": one.risk_level,
        "kind": name("customer_kind", one.customer_kind) if one.customer_kind else _("不限"), "ages": _ages(one),
        "needs": _("、").join(name("need", need) for need in one.needs or ()), "term": one.term_days,
        "margin": one.annual_margin_bp,
        "standing": (_("在售"), "good") if one.active else (_("停售"), "context"),
    }  # fmt: skip


def _ages(one: Product) -> str:
    return catalogue.ages_of(one) or _("不限")


def _one(page: Page, session: StoreSession, code: str) -> None:
    picks.back(_("返回产品目录"), "product", key="product-back")
    if code == _NEW and writes(page):
        st.subheader(escaped(_("新增产品")), anchor=False)
        _form(page, session, None)
        return
    product = session.scalars(catalogue.by_code(code)).one_or_none()
    if product is None:
        frames.empty(_("没有代码为“{code}”的产品。").format(code=code))
        return
    st.subheader(escaped(product.name), anchor=False)
    st.table(_told(product), border="horizontal")
    if writes(page):
        _consequence(page, session, product)
        _form(page, session, product)
    _history(session, product)


def _told(one: Product) -> dict[str, str]:
    """What the catalogue says of a product, by field."""
    said = _row(one)
    shown = {
        "code": one.code, "category": name("category", one.category), "currency": one.currency,
        "risk_level": name("product_risk", one.risk_level) if one.risk_level else _("不分风险等级"),
        "customer_kind": said["kind"], "term_days": integer(one.term_days),
        "annual_margin_bp": integer(one.annual_margin_bp), "needs": said["needs"] or _("按品类"),
        "description": one.description or NOTHING, "active": said["standing"][0],
    }  # fmt: skip
    told = {escaped(name("product_field", field)): escaped(value) for field, value in shown.items()}
    return told | {escaped(_("适用年龄")): escaped(said["ages"])}


def _consequence(page: Page, session: StoreSession, product: Product) -> None:
    """What each other level would do to the persons who hold the product, before it is saved."""
    everyone, after = catalogue.consequences(session, product, page.today)
    if not everyone:
        st.caption(escaped(_("目前没有个人客户持有这件产品，改动风险等级不影响存量。")))
        return
    rows = [{"level": name("product_risk", level), "review": review,
             "now": (_("现行"), "main") if level == product.risk_level else None}
            for level, review in after.items()]  # fmt: skip
    with st.expander(escaped(_("改动风险等级的后果：{n} 位个人客户持有").format(n=integer(everyone))),
                     key="product-consequence"):  # fmt: skip
        frames.table(rows, [
            Column("level", _("风险等级"), pinned=True), Column("review", _("需复核的持有人"), "integer"),
            Column("now", "", "badge"),
        ], key="product-consequence-table")  # fmt: skip


def _form(page: Page, session: StoreSession, product: Product | None) -> None:
    before = form_of(product) if product else None
    key = f"product-{product.code if product else _NEW}"
    with SaveForm(key, version=product.version if product else None, before=vars(before) if before else {}) as form:
        filled = _fields(page, session, form, before)
        problems = filled.problems(page.book, page.today, catalogue.currencies_of(session))

        def save(seen: Seen) -> None:
            with page.session(write=True) as inner:
                code = product.code if product else None
                catalogue.save_product(inner, code, seen.version, filled, seen.keep)

        titles = {field: name("product_field", field) for field in vars(filled)}
        mine = {field: value for field, value in vars(filled).items() if field not in catalogue.FIXED}
        form.submit(save, problems=problems, mine=mine, titles=titles, by_field=True, done=_("已保存产品。"))


def _fields(page: Page, session: StoreSession, form: SaveForm, before: ProductForm | None) -> ProductForm:
    blank = before or ProductForm("", "", "", "")
    fixed = before is not None
    label = _label
    with st.grid("auto", min_column_width=200, gap="small"):
        code = blank.code if fixed else st.text_input(label("code"), key=form.key("code"), max_chars=40)
        title = st.text_input(label("name"), blank.name, key=form.key("name"), max_chars=80)
        category, currency = blank.category, blank.currency
        if not fixed:
            category = _choice(form, "category", codes("category"), "", "category")
            known = catalogue.currencies_of(session)
            currency = str(st.selectbox(label("currency"), known, key=form.key("currency")))
        level = _choice(form, "risk_level", ("", *codes("product_risk")), blank.risk_level, "product_risk")
        kind = _choice(form, "customer_kind", ("", *codes("customer_kind")), blank.customer_kind, "customer_kind")
        figures = {field: st.number_input(label(field), value=getattr(blank, field), step=1, key=form.key(field))
                   for field in ("term_days", "annual_margin_bp", "age_from", "age_below")}  # fmt: skip
    needs = st.multiselect(label("needs"), [one["code"] for one in page.book.value("needs.rules", page.today)],
                           default=list(blank.needs), key=form.key("needs"), placeholder=_("按品类"),
                           format_func=lambda one: name("need", one))  # fmt: skip
    told = st.text_area(label("description"), blank.description, key=form.key("description"), max_chars=500, height=80)
    active = st.checkbox(label("active"), blank.active, key=form.key("active"))
    return ProductForm(code, title, category, currency, level, kind, **figures, needs=tuple(needs), description=told,
                       active=active)  # fmt: skip


def _label(field: str) -> str:
    return escaped(name("product_field", field))


def _choice(form: SaveForm, field: str, options: tuple[str, ...], chosen: str, family: str) -> str:
    index = options.index(chosen) if chosen in options else None
    none = _("不分风险等级") if field == "risk_level" else _("不限")
    said = st.selectbox(_label(field), options, index=index, key=form.key(field), placeholder=_("请选择"),
                        format_func=lambda code: name(family, code) if code else none)  # fmt: skip
    return said or ""


def _history(session: StoreSession, product: Product) -> None:
    """Who changed what of a product, the newest first."""
    rows = [{"at": one.at, "who": one.who, "field": name("product_field", one.field), "before": _shown(one.before),
             "after": _shown(one.after)} for one in catalogue.history(session, product)]  # fmt: skip
    if not rows:
        return
    with st.expander(escaped(_("修改经过（{n}）").format(n=len(rows))), key="product-history"):
        frames.table(rows, [
            Column("at", _("时间"), "moment"), Column("who", _("修改人")), Column("field", _("字段")),
            Column("before", _("原来")), Column("after", _("改为")),
        ], key="product-history-table")  # fmt: skip


def _shown(value: Any) -> str:
    if isinstance(value, bool):
        return _("是") if value else _("否")
    if isinstance(value, list):
        return _("、").join(name("need", str(one)) for one in value)
    return NOTHING if value in (None, "") else str(value)
