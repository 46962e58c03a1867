"""What-if on screen: worked out by who proposes, kept with the request, seen by who reviews it, taken away masked."""

from __future__ import annotations

from io import BytesIO
from typing import Any

import openpyxl
import pytest
from sqlalchemy import select
from streamlit.testing.v1 import AppTest

from lib.export import what_if
from lib.store import models as m
from lib.store.bulk import bulk
from lib.store.scope import Scope, scope_of
from lib.store.session import Refused
from tests.kpi.ten import ten_bank, ten_made
from tests.screen import page, script, words_of

_ = (ten_bank, ten_made)
TIERS = "tier.personal"


def scope(login: str) -> Scope:
    with bulk("test", write=False) as session:
        staff = session.scalars(select(m.Staff).where(m.Staff.login == login)).one()
    return scope_of(staff.id, staff.login, staff.name, staff.role, staff.branch_id)


def proposal(yuan: float) -> AppTest:
    """The department moves the line of the VIPs and lets the examples be restated."""
    at = page("governance/rulebook.py", "crm.zhao", rule=TIERS, edit="yes")
    at.number_input(key="rule-vip-CNY").set_value(yuan)
    at.button(key="rule-check").click().run()
    for box in at.checkbox:
        if str(box.key).startswith("rule-restate-"):
            box.check()
    return at.run()


def cards(at: AppTest) -> dict[str, str]:
    return {one.label: one.value for one in at.metric}


def asked() -> m.ChangeRequest:
    with bulk("look", write=False) as session:
        return session.scalars(select(m.ChangeRequest).where(m.ChangeRequest.kind == "rule_change")).one()


def who_would_move(below: int) -> dict[str, str]:
    """By hand: persons of the newest quarter whose AUM reaches the lower line but not the one in force."""
    q, c = m.CustomerQuarter, m.Customer
    with bulk("test", write=False) as session:
        run = session.scalars(
            select(m.QuarterRun).where(m.QuarterRun.state == "open").order_by(m.QuarterRun.quarter.desc())
        ).first()
        assert run is not None
        rows = session.execute(
            select(c.number, q.tier).join(c, c.customer_id == q.customer_id).where(
                q.quarter == run.quarter, q.version == run.version, q.closed == 0, q.kind == "personal",
                q.tier == "potential", q.aum_fen >= below))  # fmt: skip
        return dict(rows.all())  # type: ignore[arg-type]


def test_the_proposer_sees_who_would_move_and_the_request_keeps_it(ten_bank: str) -> None:
    expected = who_would_move(20_000_000)
    assert expected, "somebody must move, or nothing is shown"
    at = proposal(200_000.0)
    assert "会上调" not in cards(at), "nothing is worked out before it is asked for"
    at.button(key="what-if-run").click().run()
    assert not at.exception
    assert cards(at)["会上调"].startswith(str(len(expected))) and cards(at)["会下调"].startswith("0")
    at.text_area(key=f"propose-{TIERS}-reason").set_value("行办公会决定")
    at.button(key=f"propose-{TIERS}-save").click().run()
    kept = asked().after["what_if"]
    assert kept["ways"] == [["personal", "potential", "vip", len(expected), kept["ways"][0][4]]]  # type: ignore[index]


def test_who_reviews_sees_figures_and_nobody_s_name(ten_bank: str) -> None:
    at = proposal(200_000.0)
    at.button(key="what-if-run").click().run()
    at.text_area(key=f"propose-{TIERS}-reason").set_value("行办公会决定")
    at.button(key=f"propose-{TIERS}-save").click().run()
    request = asked()
    seen = page("governance/approvals.py", "legal.qian", request=str(request.id))
    assert "试算" in words_of(seen) and "会上调" in cards(seen)
    with bulk("look", write=False) as session:
        names = list(session.scalars(select(m.Customer.name)))
    shown = words_of(seen) + "".join(frame.value.to_string() for frame in seen.dataframe)
    assert not any(name in shown for name in names)
    with pytest.raises(Refused):
        what_if.make(scope("product.he"), {"request": str(request.id)})


def test_the_list_is_taken_away_within_one_s_reach(ten_bank: str) -> None:
    expected = who_would_move(20_000_000)
    at = proposal(200_000.0)
    at.text_area(key=f"propose-{TIERS}-reason").set_value("行办公会决定")
    at.button(key=f"propose-{TIERS}-save").click().run()
    name, _kind, content = what_if.make(scope("crm.zhao"), {"request": str(asked().id)})
    rows = list(openpyxl.load_workbook(BytesIO(b"".join(content))).active.values)  # type: ignore[union-attr]
    assert name.endswith(".xlsx") and "不得外传" in str(rows[0][0])
    assert {row[0] for row in rows[2:]} == set(expected)
    with pytest.raises(Refused):
        what_if.make(scope("rm.ma"), {"request": str(asked().id)})
    with pytest.raises(ValueError, match="申请"):
        what_if.make(scope("crm.zhao"), {"request": "x"})


@pytest.mark.parametrize("key", ["tier.score", "churn.score"])
def test_the_form_of_a_score_gives_back_what_stood_there(ten_bank: str, key: str) -> None:
    def drawn(key: str) -> None:
        import streamlit as st

        from lib.store.book import rulebook
        from lib.ui.rulebook.score_fields import score_fields

        said = rulebook().history("rule", key)[-1].value
        st.session_state["same"] = score_fields(key, said, lambda part: part) == said

    at: Any = script(drawn, "crm.zhao", key=key)
    assert not at.exception and at.session_state["same"] is True


def test_a_weight_edited_is_the_weight_proposed(ten_bank: str) -> None:
    at = page("governance/rulebook.py", "crm.zhao", rule="churn.score", edit="yes")
    at.session_state["rule-weights"] = {"edited_rows": {0: {"weight": 40}}, "added_rows": [], "deleted_rows": []}
    at.number_input(key="rule-limit-flag_from").set_value(10)
    at.button(key="rule-check").click().run()
    assert not at.exception
    at.button(key="what-if-run").click().run()
    assert not at.exception and "会列入" in cards(at)
