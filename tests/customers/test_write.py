"""Saving a customer's profile and logging contacts: once, by whom it may, and never over somebody else's save."""

from __future__ import annotations

import threading
from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import select

from lib.customers.rules import ProfileForm
from lib.customers.write import edit_profile
from lib.settings import business_now
from lib.store import models as m
from lib.store.bulk import bulk
from lib.store.session import Conflict, Refused, open_session
from lib.work.contacts import ContactForm, FormRefused, log_contact
from tests import cast

PERSONAL = ProfileForm("personal", preferred_channel="phone", occupation=" 律师 ", notes="", income_fen=30_000_000)
FIRM = ProfileForm("corporate", industry="manufacturing", employees=1000, revenue_fen=40_000 * 10_000 * 100)


def contact(**changes: object) -> ContactForm:
    form = ContactForm("phone", "visit", "reached", business_now() - timedelta(minutes=5), note="谈了存款")
    return replace(form, **changes)


def stored(customer_id: int) -> m.Customer:
    with bulk("test", write=False) as session:
        return session.get(m.Customer, customer_id)


def edit(login: str, customer_id: int, form: ProfileForm, version: int = 1) -> None:
    with open_session(cast.scope(login), "portrait", write=True) as session:
        edit_profile(session, customer_id, version, form)


def log(login: str, customer_id: int, form: ContactForm, key: str) -> None:
    with open_session(cast.scope(login), "portrait", write=True) as session:
        log_contact(session, customer_id, form, key)


def contacts(customer_id: int) -> list[m.Contact]:
    with bulk("test", write=False) as session:
        return list(
            session.scalars(
                select(m.Contact).where(m.Contact.customer_id == customer_id, m.Contact.form_key.is_not(None))
            )
        )


@pytest.mark.parametrize(("born", "asked", "said"), [
    (date(1955, 9, 30), "08-15", ""), (date(1955, 9, 30), None, ""), (date(1955, 9, 30), "08-16", "出生日期一致"),
    (None, "08-15", "出生日期一致"), (date(2025, 8, 8), "L06-15", ""), (date(2025, 8, 8), "06-15", "出生日期一致"),
])  # fmt: skip
def test_a_lunar_birthday_is_that_of_the_day_of_birth(
    sqlite_bank: cast.SmallBank, born: date | None, asked: str | None, said: str
) -> None:
    with bulk("test") as session:
        session.get_one(m.Customer, cast.OWN).birth_date = born
    form = replace(PERSONAL, lunar_birthday=asked)
    if said:
        with pytest.raises(Refused, match=said):
            edit("rm.zhang", cast.OWN, form, 2)
    else:
        edit("rm.zhang", cast.OWN, form, 2)
    assert stored(cast.OWN).lunar_birthday == (None if said else asked)


def test_an_edit_is_saved_and_audited(bank: cast.SmallBank) -> None:
    edit("rm.zhang", cast.OWN, PERSONAL)
    now = stored(cast.OWN)
    assert (now.occupation, now.preferred_channel, now.notes, now.version) == ("律师", "phone", None, 2)
    assert now.name == "欧阳小明" and now.employer is None
    with bulk("test", write=False) as session:
        entry = session.scalars(select(m.AuditEntry).order_by(m.AuditEntry.id.desc())).first()
        assert entry is not None and entry.actor == "rm.zhang"
        assert entry.before["occupation"] == "教师" and entry.after["occupation"] == "律师"


def test_saving_what_is_there_changes_nothing(bank: cast.SmallBank) -> None:
    edit("rm.zhang", cast.OWN, PERSONAL)
    edit("rm.zhang", cast.OWN, PERSONAL, version=2)
    assert stored(cast.OWN).version == 2


def test_a_stale_edit_shows_theirs_and_loses_nothing(bank: cast.SmallBank) -> None:
    edit("rm.zhang", cast.OWN, PERSONAL)
    with pytest.raises(Conflict) as conflict:
        edit("head.wang", cast.OWN, replace(PERSONAL, occupation="医生"))
    assert conflict.value.theirs["occupation"] == "律师"
    assert conflict.value.version == 2
    assert stored(cast.OWN).occupation == "律师"
    edit("head.wang", cast.OWN, replace(PERSONAL, occupation="医生"), version=2)
    assert stored(cast.OWN).occupation == "医生"


def test_of_two_savers_at_once_one_is_told(bank: cast.SmallBank) -> None:
    start, outcomes = threading.Barrier(2), []

    def save(login: str, occupation: str) -> None:
        start.wait()
        try:
            edit(login, cast.OWN, replace(PERSONAL, occupation=occupation))
            outcomes.append("saved")
        except Conflict:
            outcomes.append("told")

    threads = [threading.Thread(target=save, args=who) for who in (("rm.zhang", "甲"), ("head.wang", "乙"))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["saved", "told"]
    assert stored(cast.OWN).version == 2


@pytest.mark.parametrize(
    "login", ["rm.li", "head.zhu", "care.chen", "legal.qian", "exec.zhou", "check.sun", "admin.wu"]
)
def test_others_neither_edit_nor_log(sqlite_bank: cast.SmallBank, login: str) -> None:
    with pytest.raises(Refused):
        edit(login, cast.OWN, PERSONAL)
    with pytest.raises(Refused):
        log(login, cast.OWN, contact(), "key")
    assert stored(cast.OWN).version == 1 and contacts(cast.OWN) == []


def test_a_firms_size_follows_its_figures(bank: cast.SmallBank) -> None:
    edit("rm.zhang", cast.FIRM, FIRM)
    assert stored(cast.FIRM).size_class == "large"
    edit("rm.zhang", cast.FIRM, replace(FIRM, employees=None), version=2)
    assert stored(cast.FIRM).size_class == "missing"


def test_a_form_of_another_kind_or_with_problems_is_refused(sqlite_bank: cast.SmallBank) -> None:
    with pytest.raises(Refused):
        edit("rm.zhang", cast.OWN, FIRM)
    with pytest.raises(FormRefused, match="income_fen"):
        edit("rm.zhang", cast.OWN, replace(PERSONAL, income_fen=-1))
    with pytest.raises(FormRefused, match="next_step"):
        log("rm.zhang", cast.OWN, contact(outcome="follow_up"), "key")


def test_a_contact_is_logged_by_who_is_signed_in(bank: cast.SmallBank) -> None:
    log("head.wang", cast.OWN, contact(next_step="  "), "key")
    (row,) = contacts(cast.OWN)
    assert (row.staff_id, row.note, row.next_step) == (cast.WANG, "谈了存款", None)


def test_one_form_writes_one_contact(bank: cast.SmallBank) -> None:
    form = contact()
    for key in ("a", "a", "b"):
        log("rm.zhang", cast.OWN, form, key)
    log("rm.zhang", cast.FIRM, form, "a")
    assert len(contacts(cast.OWN)) == 2
    assert len(contacts(cast.FIRM)) == 1


def test_one_form_sent_twice_at_once_writes_one_contact(bank: cast.SmallBank) -> None:
    start, errors, form = threading.Barrier(4), [], contact()

    def send() -> None:
        start.wait()
        try:
            log("rm.zhang", cast.OWN, form, "same")
        except Exception as error:
            errors.append(error)

    threads = [threading.Thread(target=send) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []
    assert len(contacts(cast.OWN)) == 1


def test_a_field_to_keep_stays_as_the_other_saved_it(bank: cast.SmallBank) -> None:
    edit("rm.zhang", cast.OWN, PERSONAL)
    mine = replace(PERSONAL, occupation="医生", employer="二院")
    with open_session(cast.scope("head.wang"), "portrait", write=True) as session:
        edit_profile(session, cast.OWN, 2, mine, keep={"occupation"})
    assert (stored(cast.OWN).occupation, stored(cast.OWN).employer) == ("律师", "二院")


def test_the_size_of_a_firm_follows_the_figures_that_were_kept(sqlite_bank: cast.SmallBank) -> None:
    edit("rm.zhang", cast.FIRM, replace(FIRM, employees=5))
    with open_session(cast.scope("rm.zhang"), "portrait", write=True) as session:
        edit_profile(session, cast.FIRM, 2, FIRM, keep={"employees"})
    assert (stored(cast.FIRM).employees, stored(cast.FIRM).size_class) == (5, "small")  # the form itself says large
