"""季度评审, closing: each role sees what is its own; the department closes, sees it frozen, corrects, compares."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select, update
from streamlit.testing.v1 import AppTest

from lib.jobs import close_order as orders
from lib.jobs.close import carry_on, order
from lib.settings import day_end, now
from lib.store import models as m
from lib.store.bulk import bulk
from lib.ui.nav import lines_for
from tests.review.closable import (
    LAST,
    add_late_rows,
    closable_made,
    closable_on_sqlite,
    crm,
    quiet,
    runs,
)
from tests.screen import page, words_of

_ = (closable_made, closable_on_sqlite)
READERS = ("rm.zhang", "head.wang", "care.chen", "product.he", "legal.qian", "exec.zhou")
WITH_CHECKS = ("head.wang", "legal.qian", "exec.zhou")


def opened(login: str, locale: str = "zh_CN", **query: str) -> AppTest:
    return page("management/review.py", login, locale, view="close", **query)


def settled() -> None:
    """Nothing warns any more."""
    with bulk("test") as session:
        session.rows(update(m.Case).values(state="closed", closed_at=now()))
        session.rows(update(m.ChangeRequest).values(state="withdrawn", stage_role=""))
        session.note("case", 1)


def unsettled() -> None:
    """One complaint of the quarter is open."""
    settled()
    with bulk("test") as session:
        its = (m.Case.kind == "complaint", m.Case.received_at < day_end(LAST.end))
        one = session.scalars(select(m.Case).where(*its).order_by(m.Case.id).limit(1)).one()
        one.state, one.closed_at = "investigating", None


def closed_and_corrected() -> tuple[int, int]:
    settled()
    order(LAST, crm())
    first = carry_on(LAST, crm(), quiet)
    assert add_late_rows(LAST)
    order(LAST, crm(), "correct", "补录流水")
    return first.version, carry_on(LAST, crm(), quiet).version


def buttons(at: AppTest) -> set[str]:
    return {button.label for button in at.button}


def press(at: AppTest, label: str) -> AppTest:
    next(button for button in at.button if button.label == label).click()
    at.run()
    assert not at.exception
    return at


def table(at: AppTest, column: str) -> Any:
    """The table that has this column."""
    return next(frame.value for frame in at.dataframe if column in frame.value.columns)


@pytest.mark.parametrize("login", READERS)
def test_others_see_the_quarter_and_close_nothing(closable_on_sqlite: str, login: str) -> None:
    settled()
    at = opened(login)
    said = words_of(at)
    assert not {"关账", "更正"} & buttons(at)
    assert ("检查全部通过，可以关账" in said) == (login in WITH_CHECKS)
    assert "由客户关系管理部办理" in said


@pytest.mark.parametrize("login", ["crm.zhao", *READERS])
def test_everyone_reads_versions_and_the_own_difference(closable_on_sqlite: str, login: str) -> None:
    first, second = closed_and_corrected()
    at = opened(login)
    assert list(table(at, "closed_by")["version"]) == [second, first]
    assert table(at, "closed_by")["reason"].iloc[0] == "补录流水"
    assert ("关账后没有新到的数据。" in words_of(at)) == (login in ("crm.zhao", *WITH_CHECKS))
    if login in ("crm.zhao", "legal.qian", "exec.zhou"):
        assert {"活跃率", "合计"} <= {*table(at, "parts")["title"], *table(at, "parts")["where"]}
    assert ("更正" in buttons(at)) == (login == "crm.zhao")


@pytest.mark.parametrize("role", ["reviewer", "admin"])
def test_who_has_no_right_has_no_such_page(role: str) -> None:
    assert "review" not in {line.key for line in lines_for(role)}


def test_the_department_closes_and_sees_it_frozen(closable_on_sqlite: str) -> None:
    settled()
    at = press(opened("crm.zhao"), "关账")
    assert "closed" in runs(LAST).values()
    said = words_of(at)
    assert "已结账" in said and "关账后没有新到的数据。" in said
    assert "关账" not in buttons(at) and "更正" in buttons(at)
    assert list(table(at, "closed_by")["closed_by"]) == ["赵文静"]
    assert len(table(at, "formula")) > 20


def test_a_warning_needs_a_word(closable_on_sqlite: str) -> None:
    unsettled()
    at = opened("crm.zhao")
    assert "可以关账；有 1 项提示，须写明理由" in words_of(at)
    at = press(at, "关账")
    assert "请写明有提示仍要关账的理由。" in words_of(at) and "closed" not in runs(LAST).values()
    at.text_area[0].set_value("投诉在途，不影响")
    at = press(at, "关账")
    assert "closed" in runs(LAST).values()
    assert "投诉在途，不影响" in list(table(at, "closed_by")["reason"])


def test_late_rows_wait_and_are_taken_in_by_a_correction(closable_on_sqlite: str) -> None:
    settled()
    order(LAST, crm())
    carry_on(LAST, crm(), quiet)
    rows = add_late_rows(LAST)
    at = opened("crm.zhao")
    assert f"又记录了 {rows} 条属于该季度的数据" in words_of(at)
    at = press(at, "更正")
    assert "请写明更正的理由。" in words_of(at)
    at.text_area[0].set_value("七月流水补录")
    at = press(at, "更正")
    assert sorted(runs(LAST).values())[:2] == ["closed", "corrected"]
    assert "项指标改变" in words_of(at) and "活跃率" in list(table(at, "parts")["title"])


def test_what_was_begun_goes_on(closable_on_sqlite: str) -> None:
    settled()
    order(LAST, crm(), "close", "理由在此", "review")
    assert "关账进行中" in words_of(opened("exec.zhou"))
    at = opened("crm.zhao")
    assert "关账进行中：赵文静" in words_of(at) and "理由在此" in words_of(at)
    at = press(at, "接着做")
    assert "closed" in runs(LAST).values() and orders.under_way(LAST) is None
    assert "进行中：" not in words_of(at)


def test_a_check_that_fails_stops_it(closable_on_sqlite: str) -> None:
    settled()
    at = opened("crm.zhao", quarter=str(LAST.shift(1)))
    assert "项检查不通过，还不能关账" in words_of(at) and "关账" not in buttons(at)


def test_the_old_version_is_read_by_its_number_in_the_address(closable_on_sqlite: str) -> None:
    first, second = closed_and_corrected()
    figures = {}
    for version in (first, second):
        at = page("management/kpis.py", "crm.zhao", quarter=str(LAST), version=str(version), kpi="active_rate")
        said = words_of(at)
        assert ("更正前的旧版" in said) == (version == first)
        assert f"第 {version} 版" in said
        figures[version] = table(at, "numerator")["numerator"].sum()
    assert figures[first] < figures[second]
    at = opened("crm.zhao", version=str(first))
    assert "更正前的旧版" in words_of(at) and "更正" not in buttons(at)
    assert "更正前的旧版" not in words_of(opened("crm.zhao", version="999"))


def test_in_english(closable_on_sqlite: str) -> None:
    closed_and_corrected()
    said = words_of(opened("crm.zhao", "en"))
    assert "What the correction changed" in said and "Nothing came after the closing." in said
