"""流失预警 on screen: every role sees its own list, reasons stand on both sides, a case is opened and moved on."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from sqlalchemy import select, update
from streamlit.testing.v1 import AppTest

from lib.store import models as m
from lib.store.bulk import bulk
from tests.cast import OTHER, OWN, PEER, SmallBank, filled, number_of
from tests.churn.rows import QUARTER, listed
from tests.churn.test_write import opened as open_case
from tests.churn.test_write import step, talked
from tests.screen import application, page, words_of

SEEN = {
    "rm.zhang": ["欧阳小明", "江河机械有限公司"],
    "rm.li": ["秦岭"],
    "head.wang": ["欧阳小明", "江河机械有限公司", "孟芳", "贺平"],
    "crm.zhao": ["欧阳小明", "秦岭", "江河机械有限公司", "孟芳", "贺平"],
    "legal.qian": ["欧阳小明", "秦岭", "江河机械有限公司", "孟芳", "贺平"],
    "exec.zhou": ["欧***", "秦*", "江***", "孟*", "贺*"],
}


@pytest.fixture
def flagged(sqlite_bank: SmallBank) -> SmallBank:
    """The small bank with a warning list and its stored figures."""
    listed()
    with bulk("churn tests") as session:
        for level, branch, staff in (("bank", 0, 0), ("branch", 1, 0), ("manager", 1, 1), ("manager", 1, 13)):
            for measure, value in (("churn_flagged", 4), ("customers", 10), ("churn_at_risk_fen", 220_000)):
                session.add(filled(
                    m.MeasureQuarter, quarter=QUARTER, version=1, level=level, branch_id=branch, staff_id=staff,
                    measure=measure, value=value, kind="personal", tier="vip",
                ))  # fmt: skip
    return sqlite_bank


def opened(login: str, locale: str = "zh_CN", **query: str) -> AppTest:
    return page("customers/churn.py", login, locale, **query)


def names(at: AppTest) -> list[str]:
    return next((list(frame.value["name"]) for frame in at.dataframe if "name" in frame.value), [])


@pytest.mark.parametrize("login", SEEN)
def test_each_sees_the_list_of_the_own_scope(flagged: SmallBank, login: str) -> None:
    at = opened(login)
    assert len(names(at)) == len(SEEN[login])
    assert [one[0] for one in names(at)] == [one[0] for one in SEEN[login]]
    assert ("在办个案" in [metric.label for metric in at.metric]) == (login != "exec.zhou")


@pytest.mark.parametrize("login", ["care.chen", "product.he", "check.sun", "admin.wu"])
def test_posts_without_the_page_cannot_open_it(flagged: SmallBank, login: str) -> None:
    with pytest.raises(ValueError, match="navigation page"):
        application(login).switch_page("../../pages/customers/churn.py")


def test_the_first_reason_stands_in_the_list_and_masked_names_stay_masked(flagged: SmallBank) -> None:
    frame = next(one.value for one in opened("exec.zhou").dataframe if "why" in one.value)
    assert all("为过去 4 季最高" in said for said in frame["why"])
    assert "欧阳小明" not in set(frame["name"]) and "case" not in frame


def test_before_any_quarter_it_says_so(sqlite_bank: SmallBank) -> None:
    with bulk("churn tests") as session:
        session.execute(update(m.QuarterRun).values(state="replaced"))
    assert "还没有季度数据" in words_of(opened("rm.zhang"))


@pytest.mark.parametrize(
    ("query", "people"),
    [
        ({"kind": "corporate"}, ["江河机械有限公司"]),
        ({"manager": "rm.gao"}, ["孟芳"]),
        ({"contact": "no"}, []),
        ({"opened": "with"}, ["孟芳"]),
    ],
)
def test_the_filters_are_in_the_address(flagged: SmallBank, query: dict[str, str], people: list[str]) -> None:
    open_case("head.wang", PEER)
    assert names(opened("head.wang", **query)) == people


def test_reasons_for_and_against_with_their_numbers(flagged: SmallBank) -> None:
    said = words_of(opened("rm.zhang", customer=number_of(OWN)))
    assert "支持预警的理由" in said and "AUM 30 万元，为过去 4 季最高 100 万元 的 30%" in said
    assert "不支持预警的理由" in said and "本季有主动交易 3 笔" in said


@pytest.mark.parametrize(("login", "number"), [("rm.zhang", OTHER), ("rm.li", OWN), ("head.zhu", OWN)])
def test_nobody_reads_one_beyond_the_own_reach(flagged: SmallBank, login: str, number: int) -> None:
    assert "不在你的权限范围内" in words_of(opened(login, customer=number_of(number)))


def test_a_case_is_opened_and_a_contact_logged(flagged: SmallBank) -> None:
    at = opened("rm.zhang", customer=number_of(OWN))
    at.button(key=f"churn-open-{number_of(OWN)}-save").click().run()
    with bulk("look", write=False) as session:
        case = session.scalars(select(m.Case).where(m.Case.kind == "churn")).one()
    assert case.number in words_of(at).replace("\\", "")
    at.button(key=f"churn-contacted-{case.number}-{case.version}-save").click().run()
    assert not at.exception
    with bulk("look", write=False) as session:
        assert session.scalars(select(m.Case.state).where(m.Case.kind == "churn")).one() == "contacted"
        assert session.scalars(select(m.Contact.purpose).where(m.Contact.purpose == "churn")).all() == ["churn"]


@pytest.mark.parametrize("login", ["legal.qian", "exec.zhou"])
def test_who_only_reads_is_offered_no_form(flagged: SmallBank, login: str) -> None:
    at = opened(login, customer=number_of(OWN))
    assert not [one for one in at.button if "save" in (one.key or "")]


def test_legals_reading_is_ledgered(flagged: SmallBank) -> None:
    opened("legal.qian", customer=number_of(OTHER))
    with bulk("look", write=False) as session:
        entry = m.AccessEntry
        found = session.scalars(select(entry.customer_id).where(entry.actor == "legal.qian", entry.page == "churn"))
        assert OTHER in set(found)


def test_no_offer_to_who_opted_out(flagged: SmallBank) -> None:
    with bulk("set") as session:
        session.execute(update(m.Customer).where(m.Customer.customer_id == OWN).values(no_automated_advice=True))
    number = open_case()
    step(number, talked())
    at = opened("rm.zhang", case=number)
    offered = next(one for one in at.get("button_group") if (one.key or "").startswith("churn-step"))
    assert "提出方案" not in offered.options and "登记结果" in offered.options
    assert "不提挽留方案" in words_of(at)


def test_the_list_of_cases_and_their_results(flagged: SmallBank) -> None:
    number = open_case()
    at = opened("head.wang", view="cases")
    frame = next(one.value for one in at.dataframe if "age" in one.value)
    assert list(frame["number"]) == [number] and list(frame["age"]) == [0]
    assert "近四季还没有结束的个案" in words_of(at)


def test_a_churn_case_is_shown_on_its_own_page(flagged: SmallBank) -> None:
    number = open_case()
    at = page("service/complaints.py", "rm.zhang", case=number)
    assert number in words_of(at).replace("\\", "") and "支持预警的理由" in words_of(at)


def trial(lost: int) -> None:
    with bulk("churn tests") as session:
        for part in ("whole", "test"):
            session.add(m.ChurnTrial(
                quarter="2026Q2", part=part, quarters=4, left_out=["2023Q4"], rule_version="churn.score@always",
                customers=16_342, lost=lost, flagged=1_000, flagged_lost=lost // 2, auc_bp=9_320, lift_hundredths=780,
                deciles=[{"from": 0, "to": 29, "customers": 15_342, "lost": lost - lost // 2},
                         {"from": 30, "to": 90, "customers": 1_000, "lost": lost // 2}],
                at=datetime(2027, 1, 5, 20, tzinfo=UTC),
            ))  # fmt: skip


def test_how_good_the_score_is_with_date_n_and_rule(flagged: SmallBank) -> None:
    trial(271)
    at = opened("head.wang", view="quality")
    said = words_of(at).replace("\\", "")
    assert "2027-01-06 04:00" in said and "churn.score@always" in said and "2023 年四季度" in said
    assert "评分规则在检验之后改过" in said and "0.5 等于瞎猜" in said
    card = next(metric for metric in at.metric if "AUC" in metric.label)
    assert card.value == "0.93" and "n=16,342" in said


def test_too_few_lost_is_said_and_no_figure_claimed(flagged: SmallBank) -> None:
    trial(4)
    at = opened("head.wang")
    card = next(metric for metric in at.metric if "AUC" in metric.label)
    assert card.value == "–" and "流失仅 4 位" in words_of(at)


def test_never_measured_is_said(flagged: SmallBank) -> None:
    with bulk("churn tests") as session:
        for row in session.scalars(select(m.ChurnTrial)):
            session.delete(row)
    at = opened("rm.zhang", "en", view="quality")
    assert "Not measured yet" in words_of(at)


def test_the_portrait_says_why(flagged: SmallBank) -> None:
    said = words_of(page("customers/portrait.py", "rm.zhang", customer=number_of(OWN)))
    assert "流失预警" in said and "为过去 4 季最高" in said


def lost(session: object) -> None:
    from tests.churn.rows import quarter_row

    add = session.add_all  # type: ignore[attr-defined]
    add(quarter_row(one, lost=1, lost_reason=why, opening_aum_fen=fen, churn_flag=0, branch_id=1 if one == OWN else 2)
        for one, why, fen in ((OWN, "price", 500_000), (OTHER, "closed", 900_000)))  # fmt: skip
    for level, branch, staff, reason, n in (
        ("bank", 0, 0, "price", 1), ("bank", 0, 0, "closed", 1), ("branch", 1, 0, "price", 1),
        ("branch", 2, 0, "closed", 1), ("manager", 1, 1, "price", 1),
    ):  # fmt: skip
        session.add(filled(  # type: ignore[attr-defined]
            m.ProfileQuarter, quarter=QUARTER, version=1, level=level, branch_id=branch, staff_id=staff,
            dimension="lost_reason", bucket=reason, kind="personal", tier="vip", customers=n, aum_fen=500_000,
        ))  # fmt: skip


@pytest.fixture
def left(sqlite_bank: SmallBank) -> SmallBank:
    """The small bank with two customers lost in the third quarter."""
    from tests.churn.rows import run

    with bulk("churn tests") as session:
        session.add(run(QUARTER, "2026-09-30"))
        lost(session)
    return sqlite_bank


@pytest.mark.parametrize(
    ("login", "people"),
    [("rm.zhang", ["欧阳小明"]), ("head.wang", ["欧阳小明"]), ("crm.zhao", ["秦岭", "欧阳小明"]),
     ("legal.qian", ["秦岭", "欧阳小明"]), ("exec.zhou", ["秦*", "欧***"])],
)  # fmt: skip
def test_each_sees_the_lost_of_the_own_scope_with_their_reasons(left: SmallBank, login: str, people: list[str]) -> None:
    at = opened(login, view="leaving")
    shown = next(frame.value for frame in at.dataframe if "reason" in frame.value)
    assert list(shown["name"]) == people
    assert ("words" in shown) == (login != "exec.zhou")
    assert "价格与收益" in words_of(at) + " ".join(str(frame.value) for frame in at.dataframe)


def test_the_lost_of_one_reason(left: SmallBank) -> None:
    at = opened("crm.zhao", view="leaving", reason="price", lost_by="branch")
    assert list(next(frame.value for frame in at.dataframe if "reason" in frame.value)["name"]) == ["欧阳小明"]


def test_a_quarter_without_losses_says_so(flagged: SmallBank) -> None:
    assert "没有流失客户" in words_of(opened("rm.zhang", view="leaving"))


def test_who_is_to_be_asked_stands_on_top(left: SmallBank) -> None:
    with bulk("due") as session:
        session.add(filled(m.DueItem, customer_id=OWN, id=78, kind="leaving", owner_id=1, branch_id=1))
    at = opened("rm.zhang", view="leaving")
    assert any("待问离行原因 1 位" in box.label for box in at.expander)
    assert not any("待问离行原因" in box.label for box in opened("exec.zhou", view="leaving").expander)
