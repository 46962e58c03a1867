"""Who stands on the sign-in page."""

from __future__ import annotations

from sqlalchemy import update

from lib.store import people
from lib.store.bulk import bulk
from lib.store.models import Staff
from tests.cast import SmallBank


def test_the_cast_by_role_with_branches(bank: SmallBank) -> None:
    assert people.bank_name() == "示范银行"
    cast = people.cast()
    assert [member.login for member in cast[:4]] == ["rm.zhang", "rm.li", "head.wang", "head.zhu"]
    assert cast[0].branch == "城北支行" and cast[-1] == ("admin.wu", "吴迪", "admin", "")
    assert {member.login for member in cast} == set(people.CAST)


def test_who_left_is_not_offered(sqlite_bank: SmallBank) -> None:
    with bulk("leave") as session:
        session.execute(update(Staff).where(Staff.login == "rm.li").values(active=False))
    assert "rm.li" not in {member.login for member in people.cast()}
