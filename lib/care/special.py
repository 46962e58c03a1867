"""Special customers (管理 §7.2: elderly, disabled): who is marked, their wishes, their last and next visits."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Select, func, or_, select

from lib.rulebook import Rulebook
from lib.settings import today
from lib.store.ids import new_id
from lib.store.models import Branch, Contact, Customer, DueItem, LifeEvent, Staff
from lib.store.session import Refused, StoreSession, save
from lib.words import _, codes
from lib.work.contacts import REACHED
from lib.work.moves import Problem

#: what the list may show
SHOWN = ("marked", "overdue", "home", "suggested")
FIELDS = ("special_care", "home_visit", "service_wishes")
LONGEST_WISHES, LONGEST_REASON = 1000, 400
#: the kind of due item by which a special customer is visited regularly
CHECK = "check"


@dataclass(frozen=True)
class SpecialForm:
    """How a person is served: the mark (elderly | disabled, empty for none), visits at home, wishes in words.

    `reason` says why the mark was set, changed or taken away; it is needed for that alone.
    """

    special_care: str = ""
    home_visit: bool = False
    service_wishes: str = ""
    reason: str = ""

    def problems(self, before: str | None) -> list[Problem]:
        """What keeps it from being saved, given the mark there was; empty if nothing does."""
        found = []
        if self.special_care and self.special_care not in codes("special_care"):
            found.append(Problem("special_care", _("请从列表中选择特殊客户的类别。")))
        if self.special_care != (before or "") and not self.reason.strip():
            found.append(Problem("reason", _("请写明标记或取消标记的理由。")))
        for field, most in (("service_wishes", LONGEST_WISHES), ("reason", LONGEST_REASON)):
            if len(getattr(self, field)) > most:
                found.append(Problem(field, _("内容太长，最多 {n} 字。").format(n=most)))
        return found


@dataclass(frozen=True)
class Wanted:
    """What the list shows: one of SHOWN; `care` one mark, empty for any."""

    show: str = "marked"
    care: str = ""


def mark(
    session: StoreSession, customer_id: int, read_version: int, form: SpecialForm, keep: Collection[str] = ()
) -> None:
    """Save how a person is served; a mark set, changed or taken away is kept with its reason in the customer's story.

    Fields to `keep` stay as they are stored. Raises Conflict when the customer was saved since `read_version`, Refused
    when it is out of reach, a firm, or the form has problems.
    """
    customer = session.scalars(select(Customer).where(Customer.customer_id == customer_id)).one_or_none()
    if customer is None:
        raise Refused(_("这位客户不在你的范围内。"))
    if customer.kind != "personal" or customer.stage == "outsider":
        raise Refused(_("特殊客户标记只适用于本行的个人客户。"))
    theirs: dict[str, Any] = {field: getattr(customer, field) or "" for field in keep}
    form = replace(form, **theirs)
    problems = form.problems(customer.special_care)
    if problems:
        raise Refused(_("；").join(one.sentence for one in problems))
    before = customer.special_care
    save(session, customer, read_version, {
        "special_care": form.special_care or None, "home_visit": bool(form.home_visit),
        "service_wishes": form.service_wishes.strip() or None,
    })  # fmt: skip
    if form.special_care != (before or ""):
        kind = f"special_{form.special_care}" if form.special_care else "special_ended"
        session.add(LifeEvent(customer_id=customer_id, id=new_id(), kind=kind, happened_on=today(),
                              note=form.reason.strip()))  # fmt: skip
    session.flush()


def listed(wanted: Wanted, on: date, book: Rulebook) -> Select:
    """The special customers in scope, those whose next visit is due first on top; or who might become one.

    number, version, name, kind, special_care, home_visit, service_wishes, birth_date, manager, branch, last_contact
    and last_visit (of conversations that reached them; None: never), next_check (the open visit's day).
    """
    c, check = Customer, _check()
    query = (
        select(
            c.customer_id, c.number, c.version, c.name, c.kind, c.special_care, c.home_visit, c.service_wishes,
            c.birth_date, c.do_not_contact, Staff.name.label("manager"), Branch.name.label("branch"),
            _last().label("last_contact"), _last(Contact.channel == "visit").label("last_visit"),
            check.label("next_check"),
        )
        .outerjoin(Staff, Staff.id == c.manager_id)
        .outerjoin(Branch, Branch.id == c.branch_id)
        .where(*_conditions(wanted, on, book))
    )  # fmt: skip
    if wanted.show == "suggested":
        return query.order_by(c.birth_date, c.customer_id)
    return query.order_by(func.coalesce(check, date.max), c.customer_id)


def who(wanted: Wanted, on: date, book: Rulebook) -> Select:
    """The ids of those the list would show, to be counted."""
    return select(Customer.customer_id).where(*_conditions(wanted, on, book))


def born_until(on: date, book: Rulebook) -> date:
    """The last birthday of those old enough to be suggested (rule special.suggest_age)."""
    year = on.year - int(book.value("special.suggest_age", on))
    leap = (on.month, on.day) == (2, 29) and not (year % 4 == 0 and (year % 100 or year % 400 == 0))
    return date(year, 2, 28) if leap else on.replace(year=year)


def _conditions(wanted: Wanted, on: date, book: Rulebook) -> list[ColumnElement[bool]]:
    c = Customer
    living: list[ColumnElement[bool]] = [c.stage.in_(("customer", "prospect")), c.merged_into_id.is_(None)]
    if wanted.show == "suggested":
        return [*living, c.kind == "personal", c.special_care.is_(None), c.birth_date <= born_until(on, book)]
    marked = c.special_care == wanted.care if wanted.care else or_(c.special_care.is_not(None), c.home_visit.is_(True))
    found = [*living, marked]
    if wanted.show == "home":
        found.append(c.home_visit.is_(True))
    if wanted.show == "overdue":
        late = (DueItem.customer_id == c.customer_id, DueItem.kind == CHECK, DueItem.state == "open",
                DueItem.due_on < on)  # fmt: skip
        found.append(select(DueItem.id).where(*late).correlate(c).exists())
    return found


def _last(*how: ColumnElement[bool]) -> Any:
    """The moment of the last conversation that reached the customer."""
    reached = (Contact.customer_id == Customer.customer_id, Contact.outcome.in_(REACHED), *how)
    return select(func.max(Contact.happened_at)).where(*reached).correlate(Customer).scalar_subquery()


def _check() -> Any:
    """The day of the customer's next visit."""
    mine = (DueItem.customer_id == Customer.customer_id, DueItem.kind == CHECK, DueItem.state == "open")
    return select(func.min(DueItem.due_on)).where(*mine).correlate(Customer).scalar_subquery()
