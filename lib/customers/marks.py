"""Tags set by hand (方案 §2.2): in one of the four families, with a reason as evidence; ended, never taken away."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Select, select

from lib.settings import today
from lib.store.book import rulebook
from lib.store.models import Customer, CustomerTag
from lib.store.session import Refused, StoreSession
from lib.words import _, codes, translate

LONGEST = 20
_LONGEST_REASON = 200


def tag_problem(tag: str, family: str, why: str) -> str | None:
    """Why a tag cannot be set, as a sentence; None if it can."""
    if not tag.strip():
        return _("请填写标签。")
    if len(tag.strip()) > LONGEST:
        return _("标签最多 {n} 字。").format(n=LONGEST)
    if family not in codes("tag_family"):
        return _("请选择标签类别。")
    if not why.strip():
        return _("请写明依据：标签须有凭据。")
    if len(why.strip()) > _LONGEST_REASON:
        return _("依据最多 {n} 字。").format(n=_LONGEST_REASON)
    ruled = {one.key for one in rulebook().tags(today())} | {translate(one.title) for one in rulebook().tags(today())}
    return _("这个标签由规则计算，不能手工设置。") if tag.strip() in ruled else None


def set_tag(session: StoreSession, customer_id: int, tag: str, family: str, why: str) -> CustomerTag:
    """Give a customer a tag by hand, or give it again; raises Refused with a sentence for what is wrong with it."""
    problem = tag_problem(tag, family, why)
    if problem:
        raise Refused(problem)
    if session.scalar(select(Customer.customer_id).where(Customer.customer_id == customer_id)) is None:
        raise Refused(_("这位客户不在你的范围内。"))
    evidence: dict[str, object] = {"why": why.strip(), "by": session.scope.name}
    known = _tag(session, customer_id, tag.strip())
    if known is not None:
        if known.by_rule:
            raise Refused(_("这个标签由规则计算，不能手工设置。"))
        known.family, known.evidence, known.until_day = family, evidence, None
        return known
    made = CustomerTag(customer_id=customer_id, tag=tag.strip(), family=family, by_rule=False, evidence=evidence,
                       since_day=today())  # fmt: skip
    session.add(made)
    session.flush()
    return made


def end_tag(session: StoreSession, customer_id: int, tag: str, why: str) -> None:
    """End a tag set by hand, for a reason that stays with it; one by rule ends when its rule does not hold."""
    if not why.strip():
        raise Refused(_("请写明理由。"))
    known = _tag(session, customer_id, tag)
    if known is None or known.until_day is not None:
        raise Refused(_("客户没有这个标签。"))
    if known.by_rule:
        raise Refused(_("由规则计算的标签不能手工取消：规则不再成立时自动消失。"))
    known.until_day = today()
    known.evidence = {**(known.evidence or {}), "ended": why.strip(), "ended_by": session.scope.name}
    session.flush()


def _tag(session: StoreSession, customer_id: int, tag: str) -> CustomerTag | None:
    mine = (CustomerTag.customer_id == customer_id, CustomerTag.tag == tag)
    return session.scalars(select(CustomerTag).where(*mine)).one_or_none()


def ended_tags(ids: Sequence[int]) -> Select[CustomerTag]:
    """The tags set by hand that were ended, the latest first; their evidence says why and by whom."""
    over = (CustomerTag.customer_id.in_(ids), CustomerTag.by_rule.is_(False), CustomerTag.until_day.is_not(None))
    return select(CustomerTag).where(*over).order_by(CustomerTag.until_day.desc(), CustomerTag.tag)
