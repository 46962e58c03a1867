"""What is known of the person or firm, and the form for the fields that need no second pair of eyes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import streamlit as st

from lib import words
from lib.customers.rules import ProfileForm
from lib.customers.write import edit_profile
from lib.store.models import Customer
from lib.store.session import Conflict
from lib.store.suitability import age_on
from lib.ui.forms import SaveForm, Seen
from lib.ui.page import Page
from lib.ui.pairs import pairs
from lib.ui.plain import escaped
from lib.ui.portrait.firm import size_of
from lib.ui.portrait.info import key_fields_form
from lib.ui.portrait.subject import Subject
from lib.words import NOTHING, _, codes, name
from lib.work.lunar import lunar_key
from lib.work.lunar_words import lunar_said

_CODES = {"preferred_channel": "channel", "industry": "industry", "development_stage": "development_stage"}
_MONEY = ("income_fen", "revenue_fen", "total_assets_fen")
_LONG = ("preferences", "notes")
_FLAGS = ("do_not_contact", "no_automated_advice")


def draw(page: Page, subject: Subject) -> None:
    """The tab of particulars; the form only for those who may write."""
    pairs(particulars(page, subject), key="portrait-particulars")
    if not (subject.narrow or subject.masked):
        _remarks(subject.customer)
    if page.right.change:
        edit_form(page, subject)
        key_fields_form(page, subject)


def particulars(page: Page, subject: Subject) -> list[tuple[str, object]]:
    """Label and value of what a person's, or a firm's, record holds beyond the head of the portrait."""
    customer = subject.customer
    corporate = customer.kind == "corporate"
    first: list[tuple[str, object]] = [(_("偏好渠道"), name("channel", customer.preferred_channel))]
    if subject.narrow:
        return first
    own = _firm(page, customer, subject.currency) if corporate else _person(page, customer, subject.currency)
    if subject.masked:
        return [*first, *own]
    where = [(_("工作单位"), customer.employer)] if not corporate else []
    return [*first, *own, *where, (_("电子邮箱"), customer.email), (_("地址"), customer.address)]


def _person(page: Page, customer: Customer, currency: str) -> list[tuple[str, object]]:
    born = customer.birth_date
    age = _("{day}（{n} 岁）").format(day=words.day(born), n=age_on(born, page.today)) if born else None
    return [
        (_("性别"), name("gender", customer.gender)),
        (_("出生日期"), age),
        *(
            [(_("生日按"), shown("lunar_birthday", customer.lunar_birthday, currency))]
            if customer.lunar_birthday
            else []
        ),
        (_("职业"), customer.occupation),
        (_("年收入"), words.money(customer.income_fen, currency)),
    ]


def _firm(page: Page, customer: Customer, currency: str) -> list[tuple[str, object]]:
    return [
        (_("法定代表人"), customer.legal_representative),
        (_("行业"), name("industry", customer.industry)),
        (_("企业规模"), _size(page, customer)),
        (_("从业人员"), words.integer(customer.employees)),
        (_("营业收入"), words.money(customer.revenue_fen, currency)),
        (_("资产总额"), words.money(customer.total_assets_fen, currency)),
        (_("发展阶段"), name("development_stage", customer.development_stage)),
    ]


def _size(page: Page, customer: Customer) -> str:
    """The class with its reasons, where it has any."""
    size = size_of(page, customer)
    title = name("size_class", size.code)
    return _("{size}（{reasons}）").format(size=title, reasons=_("；").join(size.reasons)) if size.reasons else title


def _remarks(customer: Customer) -> None:
    for title, text in ((_("偏好与习惯"), customer.preferences), (_("备注"), customer.notes)):
        if text:
            st.caption(escaped(title))
            st.text(text)


def edit_form(page: Page, subject: Subject) -> None:
    """Preferences, occupation or figures, notes: saved at once, with mine / theirs / before on a conflict."""
    customer, currency = subject.customer, subject.currency
    names = ProfileForm(customer.kind).fields
    before = {field: shown(field, getattr(customer, field), currency) for field in names}
    expander = st.expander(_("修改资料"), icon=":material/edit:")
    with expander, SaveForm(f"profile-{customer.number}", version=customer.version, before=before) as form:
        values = _fields(customer, names, currency, form)
        shape = ProfileForm(kind=customer.kind, **values)
        form.submit(
            lambda seen: _save(page, customer.customer_id, shape, seen, currency),
            problems=[problem.sentence for problem in shape.problems(page.now)],
            mine={field: shown(field, value, currency) for field, value in values.items()},
            titles={field: name("profile_field", field) for field in names},
            by_field=True,
        )


def _save(page: Page, customer_id: int, shape: ProfileForm, seen: Seen, currency: str) -> None:
    try:
        with page.session(write=True) as session:
            edit_profile(session, customer_id, seen.version or 0, shape, seen.keep)
    except Conflict as conflict:
        theirs = {field: shown(field, value, currency) for field, value in conflict.theirs.items()}
        raise Conflict(theirs, conflict.version) from conflict


def shown(field: str, value: Any, currency: str) -> str:
    """A field's value as a person reads it."""
    if field in _CODES:
        return name(_CODES[field], value)
    if field in _MONEY:
        return words.money(value, currency, exact=True)
    if field in _FLAGS:
        return _("是") if value else _("否")
    if field == "lunar_birthday":
        return lunar_said(value) if value else _("公历")
    return NOTHING if value in (None, "") else str(value).strip()


def _fields(customer: Customer, names: Sequence[str], currency: str, form: SaveForm) -> dict[str, Any]:
    """Short fields side by side, long ones and flags below."""
    short = [field for field in names if field not in (*_LONG, *_FLAGS)]
    if customer.birth_date is None and customer.lunar_birthday is None:
        short = [field for field in short if field != "lunar_birthday"]
    values = {}
    with st.grid("auto", min_column_width=230, gap="small"):
        for field in short:
            values[field] = _field(customer, field, currency, form.key(field))
    for field in (*_LONG, *_FLAGS):
        values[field] = _field(customer, field, currency, form.key(field))
    return values


def _field(customer: Customer, field: str, currency: str, key: str) -> Any:
    """The widget of a field, filled with what is stored; its value as the form takes it."""
    title, stored = escaped(name("profile_field", field)), getattr(customer, field)
    if field in _CODES:
        family = _CODES[field]
        options = (None, *codes(family))
        place = options.index(stored) if stored in options else 0
        return st.selectbox(title, options, place, format_func=lambda code: name(family, code), key=key)
    if field in _FLAGS:
        return st.checkbox(title, stored, key=key)
    if field == "lunar_birthday":
        return _calendar(customer, title, key)
    if field in _MONEY:
        amount = st.number_input(
            f"{title} ({currency})", 0.0, value=None if stored is None else stored / 100, step=10_000.0, key=key
        )
        return None if amount is None else round(amount * 100)
    if field == "employees":
        return st.number_input(title, 0, value=stored, step=1, key=key)
    if field in _LONG:
        return st.text_area(title, stored or "", key=key, height=90)
    return st.text_input(title, stored or "", key=key)


def _calendar(customer: Customer, title: str, key: str) -> str | None:
    """By which calendar the birthday is kept: the lunar day is worked out from the day of birth."""
    born = customer.birth_date
    lunar = customer.lunar_birthday or (lunar_key(born) if born else "")
    said = {"": _("公历 {day}").format(day=f"{born:%m-%d}") if born else _("公历"), lunar: lunar_said(lunar)}
    place = 1 if customer.lunar_birthday else 0
    return st.selectbox(title, list(said), place, format_func=said.__getitem__, key=key) or None
