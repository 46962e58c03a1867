"""Prospects (制度 §四): looked for before they are registered, made customers when an account is opened."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select

from lib.customers.identity import gender
from lib.customers.info import InfoForm
from lib.settings import business_now, today
from lib.store.entering import Newcomer
from lib.store.identities import kind_of_paper
from lib.store.ids import new_id
from lib.store.models import Customer, LifeEvent
from lib.store.prospect import enter_prospect, on_record, referrer
from lib.store.search import matches
from lib.store.session import Refused, StoreSession
from lib.store.stages import held_customer, move_stage
from lib.words import _, codes, day
from lib.work.identity import birth_date

SOURCES = "prospect_source"
LONGEST_NOTE = 2000


@dataclass(frozen=True)
class ProspectForm:
    """A prospect to be registered. `identity` is a person's paper or a firm's credit code, `referred_by` a number."""

    kind: str
    name: str
    phone: str
    manager_id: int | None
    source: str
    identity: str = ""
    referred_by: str = ""
    note: str = ""

    @property
    def key_fields(self) -> InfoForm:
        """The key fields, checked by the same rules as their change."""
        return InfoForm(self.kind, name=self.name, phone=self.phone, identity=self.identity.strip() or None)

    def problems(self, now: datetime) -> list[str]:
        """What keeps it from being registered, as sentences; empty if nothing does."""
        if self.kind not in codes("customer_kind"):
            return [_("请选择个人或企业。")]
        found = [problem.sentence for problem in self.key_fields.problems(now)]
        if self.source not in codes(SOURCES):
            found.append(_("请选择客户来源。"))
        if self.manager_id is None:
            found.append(_("请选择客户经理。"))
        if len(self.note.strip()) > LONGEST_NOTE:
            found.append(_("备注最多 {n} 字。").format(n=LONGEST_NOTE))
        return found


@dataclass(frozen=True)
class Known:
    """One who may be the prospect: what says so, whether it is surely the same, and the record where within reach."""

    why: str
    certain: bool
    customer: Customer | None


def known_already(session: StoreSession, form: ProspectForm) -> list[Known]:
    """Who is on record: by identity number or phone whoever's they are, by name and birth date within reach.

    Every look past the scope is ledgered; it needs a session opened for writing. The certain ones come first.
    """
    who = _newcomer(form)
    paper = _("证件号相同") if form.kind == "personal" else _("信用代码相同")
    found = []
    for one in on_record(session, who):
        why = paper if one.by_identity else _("电话与名称相同") if one.same_name else _("电话相同，名称不同")
        found.append(Known(why, one.by_identity or one.same_name, one.customer))
    seen = {one.customer.customer_id for one in found if one.customer is not None}
    why = _("姓名与出生日期相同") if form.kind == "personal" else _("名称相同")
    found += [Known(why, False, one) for one in _namesakes(session, who) if one.customer_id not in seen]
    return sorted(found, key=lambda one: not one.certain)


def register_prospect(session: StoreSession, form: ProspectForm, *, despite: bool = False) -> str:
    """Register a prospect with its owner and return its number; `despite` once uncertain namesakes were looked at.

    Raises Refused with a sentence: a problem of the form, somebody on record already, an unknown referrer, an owner
    who is not the scope's to choose.
    """
    problems = form.problems(business_now())
    if problems:
        raise Refused(_("；").join(problems))
    known = known_already(session, form)
    if any(one.certain for one in known):
        raise Refused(_("已有这位客户，不再重复登记。"))
    if known and not despite:
        raise Refused(_("可能已有这位客户：请先核对；确是另一位的，勾选后再登记。"))
    referred_by = referrer(session, form.referred_by) if form.referred_by.strip() else None
    if form.referred_by.strip() and referred_by is None:
        raise Refused(_("没有客户号为“{number}”的推荐客户。").format(number=form.referred_by.strip()))
    _customer_id, number = enter_prospect(session, _newcomer(form, referred_by), form.manager_id or 0)
    return number


def make_prospect(session: StoreSession, customer_id: int, read_version: int) -> None:
    """A person or firm that was none of the bank's, such as a complainant, becomes a prospect; an owner by transfer.

    Raises Refused out of reach or for any other stage, Conflict when it was saved since `read_version`.
    """
    customer = held_customer(session, customer_id, read_version)
    if customer.stage != "outsider":
        raise Refused(_("这位客户已不是非本行客户。"))
    move_stage(session, customer, "prospect")


def opening_problem(customer: Customer, opened_on: date | None, on: date) -> str | None:
    """Why a prospect does not become a customer opened on a day, as a sentence; None if it does."""
    if customer.identity_hash is None:
        return _("还没有证件号：请先在“资料”中申请修改关键信息，经信息复核后再转为正式客户。")
    if opened_on is None:
        return _("请填写开户日。")
    if opened_on > on:
        return _("开户日不能晚于今天。")
    if opened_on < customer.known_since:
        return _("开户日不能早于建档日 {day}。").format(day=day(customer.known_since))
    return None


def make_customer(session: StoreSession, customer_id: int, read_version: int, opened_on: date) -> None:
    """A prospect becomes a customer on the day the core system opened the account, which its milestones record.

    Raises Refused with a sentence: out of reach, no prospect (any more), no identity number, an impossible day;
    Conflict when it was saved since `read_version`. Figures count it from the next refresh on.
    """
    customer = held_customer(session, customer_id, read_version)
    if customer.stage != "prospect":
        raise Refused(_("这位客户已不是潜在客户。"))
    problem = opening_problem(customer, opened_on, today())
    if problem:
        raise Refused(problem)
    move_stage(session, customer, "customer", opened_on)
    session.add(LifeEvent(customer_id=customer_id, id=new_id(), kind="account_opened", happened_on=opened_on,
                          source="prospect"))  # fmt: skip
    session.flush()


def _newcomer(form: ProspectForm, referred_by: int | None = None) -> Newcomer:
    """What is kept of the form: numbers tidied, birth date and gender from a resident's number."""
    wanted = form.key_fields.wanted
    identity = wanted.get("identity")
    resident = identity if identity and kind_of_paper(form.kind, identity) == "resident_id" else None
    return Newcomer(
        form.kind, wanted["name"], wanted["phone"], identity, gender=gender(resident) if resident else None,
        birth_date=birth_date(resident) if resident else None, source=form.source, notes=form.note.strip() or None,
        referred_by_id=referred_by,
    )  # fmt: skip


def _namesakes(session: StoreSession, who: Newcomer) -> list[Customer]:
    """Those within reach with the same name: firms by it alone, people with their birth date."""
    if who.kind == "personal" and who.birth_date is None:
        return []
    c = Customer
    same = (c.kind == who.kind, c.name == who.name, c.merged_into_id.is_(None))
    born = (c.birth_date == who.birth_date,) if who.kind == "personal" else ()
    found = select(c).where(matches(c.customer_id, who.name), *same, *born).order_by(c.customer_id)
    return list(session.scalars(found))
