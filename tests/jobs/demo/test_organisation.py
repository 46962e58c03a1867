"""The cast can sign in as the design says, and every branch has people."""

from __future__ import annotations

from collections import Counter

from tests.jobs.demo.bank import Rows

CAST = {
    "rm.zhang": ("manager", 1), "rm.li": ("manager", 2), "head.wang": ("head", 1), "head.zhu": ("head", 2),
    "care.chen": ("complaint_officer", None), "care.lin": ("complaint_officer", None), "product.he": ("product", None),
    "crm.zhao": ("crm", None), "check.sun": ("reviewer", None), "legal.qian": ("legal", None),
    "exec.zhou": ("leadership", None), "admin.wu": ("admin", None),
}  # fmt: skip


def test_it_says_that_it_is_a_demonstration(demo: Rows) -> None:
    (bank,) = demo["bank"]
    assert (bank.is_demo, bank.base_currency, bank.seed) == (True, "CNY", 1)


def test_the_cast_has_its_logins_roles_and_branches(demo: Rows) -> None:
    staff = {person.login: (person.role, person.branch_id) for person in demo["staff"] if person.active}
    assert CAST.items() <= staff.items()


def test_every_branch_has_one_head_and_managers(demo: Rows) -> None:
    heads = Counter(person.branch_id for person in demo["staff"] if person.role == "head")
    managed = {person.branch_id for person in demo["staff"] if person.role == "manager" and person.active}
    branches = {branch.id for branch in demo["branch"]}
    assert heads == dict.fromkeys(branches, 1)
    assert managed == branches


def test_those_who_left_have_no_customers_now(demo: Rows) -> None:
    gone = {person.id for person in demo["staff"] if not person.active}
    assert gone
    assert not gone & {customer.manager_id for customer in demo["customer"]}


def test_names_and_logins_are_not_repeated(demo: Rows) -> None:
    for table, column in (("staff", "login"), ("branch", "name"), ("branch", "code"), ("product", "code")):
        values = [getattr(row, column) for row in demo[table]]
        assert len(values) == len(set(values))
