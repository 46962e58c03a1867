"""What lies on the desks: requests for longer terms, a wait, a crisis, a review, files, actions, saved filters."""

from __future__ import annotations

import hashlib
from datetime import datetime, timedelta
from typing import Any

from lib.jobs.demo.cases import Asked, Course, Event, approver
from lib.jobs.demo.organisation import Organisation
from lib.jobs.demo.plan import Plan, material
from lib.store import models as m
from lib.store.bulk import BulkSession
from lib.store.sealedfile import keep
from lib.work.clock import legal_term, review_term


def mark(plan: Plan, org: Organisation, course: Course, matter: str) -> Course:
    """Add to an open matter what it is to be found with."""
    words, said = material("words")["desk"], course.said
    officer = said["handler_id"]
    if matter == "waiting_customer":
        at = plan.now - timedelta(days=2, hours=5)
        course.events.append(Event(at, officer, "wait", text=words["waiting"], details={"for": "customer"}))
        said.update(waiting_for="customer", waiting_since=at)
    if matter == "crisis":
        _crisis(plan, course, officer, words["crisis"])
    if matter == "reviewed":
        course.review = _review(plan, said, officer, words["review"])
        course.events.append(Event(course.review["asked_at"], officer, "review", text=words["review"],
                                   details={"body": words["body"]}))  # fmt: skip
    if matter in ("asking", "asking_again", "reviewed", "crisis"):
        course.paper = words["paper"]
    return course


def _crisis(plan: Plan, course: Course, officer: int, words: dict[str, Any]) -> None:
    begun = plan.now - timedelta(days=1, hours=9)
    course.events.append(Event(begun, officer, "crisis", text=words["begin"], details={"begin": True}))
    for hours, step in enumerate(("contact_customer", "inform_leadership", "keep_evidence"), 1):
        at = begun + timedelta(hours=hours)
        course.events.append(Event(at, officer, "crisis", text=words[step], details={"step": step}))
    course.said["crisis_since"] = begun


def _review(plan: Plan, said: dict[str, Any], officer: int, grounds: str) -> dict[str, Any]:
    at = plan.now - timedelta(days=1, hours=6)
    return {
        "asked_at": at, "body": material("words")["desk"]["body"], "outside_number": "HC20261120", "grounds": grounds,
        "in_time": True, "due_at": review_term("answer", at, plan.book), "staff_id": officer,
    }  # fmt: skip


def write_desks(
    session: BulkSession, plan: Plan, org: Organisation, found: list[tuple[dict[str, Any], Course]], ids: Any
) -> None:
    """Rows beside the cases of a chunk, given as columns with their course; `ids(table, n)` numbers them."""
    for case, course in found:
        for asked in course.asked:
            _write_request(session, plan, org, case, asked, ids)
        if course.review is not None:
            (number,) = ids("case_review", 1).tolist()
            session.add(m.CaseReview(customer_id=case["customer_id"], id=number, case_id=case["id"], version=1,
                                     **course.review))  # fmt: skip
        if course.paper:
            _write_paper(session, case, course, ids)


def _write_request(
    session: BulkSession, plan: Plan, org: Organisation, case: dict[str, Any], asked: Asked, ids: Any
) -> None:
    (number,) = ids("change_request", 1).tolist()
    request = _request(plan, org, case, asked, number)
    session.add(m.ChangeRequest(**request))
    acts = [(asked.at, asked.by, "asked", request["reason"])]
    if asked.agreed_at:
        acts.append((asked.agreed_at, request["decided_by"], "agreed", None))
    for at, staff, act, text in acts:
        (step,) = ids("change_step", 1).tolist()
        session.add(m.ChangeStep(
            customer_id=case["customer_id"], id=step, request_id=number, at=at, staff_id=staff, requested_by=asked.by,
            agreed_by=staff if act == "agreed" else None, act=act, text=text,
        ))  # fmt: skip


def _request(plan: Plan, org: Organisation, case: dict[str, Any], asked: Asked, number: int) -> dict[str, Any]:
    """A request for a longer term as the officer's form writes it."""
    reasons = material("words")["complaint"]["asking"]
    before = "complex" if asked.to == "specially_complex" else "none"

    def due(extension: str) -> datetime | None:
        return legal_term(case["received_at"], extension, plan.calendar, plan.book).due_at

    return {
        "customer_id": case["customer_id"], "id": number, "kind": f"term_{asked.to}", "subject": "case",
        "subject_key": case["number"], "reason": reasons[number % len(reasons)], "stage": 0, "version": 1,
        "before": {
            "extension": before, "legal_due_at": _iso(due(before)), "kind": case["kind"], "business": case["business"],
            "reason": case["reason"], "channel": case["channel"], "received_at": _iso(case["received_at"]),
            "branch": None, "outside_number": case["outside_number"],
        },
        "after": {"extension": asked.to, "legal_due_at": _iso(due(asked.to))},
        "state": "accepted" if asked.agreed_at else "pending", "branch_id": case["branch_id"],
        "stage_role": "" if asked.agreed_at else {"complex": "crm"}.get(asked.to, "leadership"),
        "requested_by": asked.by, "requested_at": asked.at, "due_at": due(before),
        "decided_by": approver(org, asked.to) if asked.agreed_at else None, "decided_at": asked.agreed_at,
        "carried_out_at": asked.agreed_at,
    }  # fmt: skip


def _write_paper(session: BulkSession, case: dict[str, Any], course: Course, ids: Any) -> None:
    content = course.paper.encode()
    (number,) = ids("attachment", 1).tolist()
    keep(session, m.Attachment(
        customer_id=case["customer_id"], id=number, case_id=case["id"], name="情况说明.txt", media_type="text/plain",
        size=len(content), staff_id=case["handler_id"], digest=hashlib.sha256(content).hexdigest(),
        added_at=case["received_at"] + timedelta(hours=30),
    ), content)  # fmt: skip


def write_measures(session: BulkSession, plan: Plan, org: Organisation) -> None:
    """The improvement actions and the shared filters the bank is found with."""
    for number, said in enumerate(material("words")["action"], 1):
        owner = org.by_login[said["owner"]]
        begun = plan.now - timedelta(days=said["given_before"])
        done = said.get("done_before")
        session.add(m.Action(
            id=number, title=said["title"], steps=said["steps"], cause=said["cause"], kpi_key=said["kpi"],
            expected=said["expected"], owner_id=owner, branch_id=said.get("branch"), version=1,
            due_on=plan.today + timedelta(days=said["due_in"]), state="open" if done is None else "done",
            ended_on=None if done is None else plan.today - timedelta(days=done), evidence=said.get("evidence"),
            created_by=org.crm if not said.get("branch") else int(org.heads[said["branch"] - 1]), created_at=begun,
        ))  # fmt: skip
    for number, said in enumerate(material("words")["view"], 1):
        owner = org.by_login[said["owner"]]
        session.add(m.SavedView(
            id=number, page="complaints", name=said["name"], query=said["query"], shared=said["shared"], owner_id=owner,
            branch_id=said.get("branch"), created_at=plan.now - timedelta(days=40), version=1,
        ))  # fmt: skip


def _iso(at: datetime | None) -> str | None:
    return at.isoformat() if at else None
