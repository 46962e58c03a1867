"""The widgets of the registration form: the common path in sight, the rest folded away by topic."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import streamlit as st
from sqlalchemy import select

from lib.complaints.parties import ACT_FOR, Party
from lib.complaints.rules import LONGEST, ComplaintForm, code_list
from lib.complaints.write import Registration
from lib.settings import BANK_ZONE
from lib.store.models import Product, Staff
from lib.ui.cases.attachments import uploader
from lib.ui.cases.whom import Whom
from lib.ui.forms import SaveForm
from lib.ui.page import Page
from lib.ui.plain import escaped
from lib.words import _, name


@dataclass(frozen=True)
class About:
    """The branch complained about and the people there."""

    branch_id: int | None
    people: tuple[Staff, ...]


def asked(form: SaveForm, page: Page, kind: str, whom: Whom, about: About, speaker: str) -> Registration:
    """Draw the form's fields and give what they say."""
    complaint = kind == "complaint"
    person = _outsider(form, whom.kind) if whom.known is None else {}
    with st.grid(3, min_column_width=200, gap="small"):
        channel = _code("channel", form, page, _usual_channel(page))
        business = _code("business", form, page)
        reason = _code("reason", form, page) if complaint else ""
    with st.grid(2 if complaint else 1, min_column_width=300, gap="small"):
        summary = _text("summary", form, 120, "" if complaint else name("complaint_field", "suggestion"))
        demand = _text("demand", form, 120) if complaint else ""
    usual = page.scope.role in ("complaint_officer", "crm")
    hold = st.checkbox(escaped(_("由我处理")), value=usual, key=form.key("hold"))
    people = _people(form, page, speaker)
    staff_id, product_id, grounds = _subject(form, page, about, blames=complaint)
    received, complex_, number, due = _circumstances(form, page, whom.kind, channel)
    with st.expander(escaped(_("附件"))):
        uploads = uploader(form, page)
    said = ComplaintForm(
        kind=kind, customer_kind=whom.kind, complainant=person.pop("complainant", ""), channel=channel,
        business=business, reason=reason, summary=summary, demand=demand, received_at=received, complex=complex_,
        grounds=grounds, product_id=product_id, outside_number=number, outside_due_at=due, parties=people, **person,
    )  # fmt: skip
    known = whom.known.number if whom.known else ""
    return Registration(said, known, about.branch_id, staff_id, hold, uploads)


def _outsider(form: SaveForm, kind: str) -> dict[str, str]:
    """What describes one who is no customer, by field."""
    firm = kind == "corporate"
    labels = {
        "complainant": _("单位名称") if firm else name("complaint_field", "complainant"),
        "contact": _("电话或电子邮箱"),
        "identity": name("complaint_field", "credit_code" if firm else "identity"),
        **({field: name("complaint_field", field) for field in ("legal_representative", "address")} if firm else {}),
    }
    with st.grid(3, min_column_width=200, gap="small"):
        return {field: st.text_input(escaped(label), key=form.key(field)) for field, label in labels.items()}


def _text(field: str, form: SaveForm, height: int, label: str = "") -> str:
    return st.text_area(escaped(label) or _field(field), key=form.key(field), max_chars=LONGEST, height=height)


def _people(form: SaveForm, page: Page, speaker: str) -> tuple[Party, ...]:
    """Who speaks beside the complainant; the first is always asked for, empty further rows are nobody."""
    if speaker == "self":
        return ()
    limit = page.book.find("complaint.representatives", page.today)
    rows = limit.value if limit and speaker == "representative" else 1
    fields = ("party_name", "identity", "phone", *(("authorisation",) if speaker in ACT_FOR else ()))
    found = []
    with (
        st.expander(escaped(name("party_role", speaker)), expanded=True),
        st.grid(len(fields), min_column_width=160, gap="small"),
    ):
        for row in range(rows):
            said = [st.text_input(_numbered(field, row, rows), key=form.key(f"{speaker}-{row}-{field}"))
                    for field in fields]  # fmt: skip
            if row == 0 or any(one.strip() for one in said):
                found.append(Party(speaker, *said))
    return tuple(found)


def _subject(form: SaveForm, page: Page, about: About, *, blames: bool) -> tuple[int | None, int | None, str]:
    """Whom and what it is about: staff (where somebody is blamed), product, grounds."""
    with page.session() as session:
        products = dict(
            session.execute(
                select(Product.id, Product.name).where(Product.active).order_by(Product.name, Product.id)
            ).all()
        )
    with st.expander(escaped(_("涉及的人员、产品与依据"))):
        with st.grid(2, min_column_width=200, gap="small"):
            staff = _staff(form, about) if blames else None
            product = st.selectbox(_field("product_id"), list(products), index=None, key=form.key("product"),
                                   format_func=products.__getitem__, placeholder=_("请选择"))  # fmt: skip
        grounds = _text("grounds", form, 70)
    return staff.id if staff else None, product, grounds


def _staff(form: SaveForm, about: About) -> Staff | None:
    return st.selectbox(escaped(_("被投诉人员")), about.people, index=None, key=form.key("staff"),
                        format_func=lambda one: one.name, placeholder=_("请选择"))  # fmt: skip


def _circumstances(
    form: SaveForm, page: Page, customer_kind: str, channel: str
) -> tuple[datetime, bool, str, datetime | None]:
    """When it came, how hard it is, and who passed it on under which number and term."""
    passed_on = channel in {one.code for one in code_list("channel", page.book, page.today) if one.outside}
    firm, at = customer_kind == "corporate", _local(page.now)
    with (
        st.expander(escaped(_("收到时间与转办")), expanded=passed_on),
        st.grid(3, min_column_width=200, gap="small", vertical_alignment="bottom"),
    ):
        received = st.datetime_input(_field("received_at"), value=at, key=form.key("received_at"), step=60)
        number = st.text_input(escaped(_("监管或热线转办编号")), key=form.key("outside_number"))
        due = st.datetime_input(_field("outside_due_at"), value=None, key=form.key("outside_due_at"), step=60)
        complex_ = firm and st.checkbox(escaped(_("复杂事项（企业）")), key=form.key("complex"))
    return _moment(received) or page.now, complex_, number, _moment(due)


def _code(family: str, form: SaveForm, page: Page, usual: str = "") -> str:
    options = {one.code: one.name for one in code_list(family, page.book, page.today)}
    at = list(options).index(usual) if usual in options else None
    chosen = st.selectbox(_field(family), list(options), index=at, key=form.key(family),
                          format_func=options.__getitem__, placeholder=_("请选择"))  # fmt: skip
    return chosen or ""


def _usual_channel(page: Page) -> str:
    return "branch" if page.scope.branch_id else "hotline"


def _local(moment: datetime) -> datetime:
    return moment.astimezone(BANK_ZONE).replace(second=0, microsecond=0, tzinfo=None)


def _moment(chosen: datetime | None) -> datetime | None:
    return chosen and chosen.replace(tzinfo=BANK_ZONE)


def _field(field: str) -> str:
    return escaped(name("complaint_field", field))


def _numbered(field: str, row: int, rows: int) -> str:
    label = name("complaint_field", field)
    return escaped(f"{label} {row + 1}" if rows > 1 else label)
