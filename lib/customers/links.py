"""Addresses kept with a customer: web addresses only, checked before they are kept; ended, never taken away."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from contextlib import suppress
from ipaddress import IPv6Address
from urllib.parse import SplitResult, urlsplit

from sqlalchemy import Select, select

from lib.customers.entry import customer_for_entry
from lib.settings import now
from lib.store.ids import new_id
from lib.store.models import CustomerLink, Staff
from lib.store.session import Refused, StoreSession, save
from lib.words import _

LONGEST_TITLE = 80
LONGEST = 500
_HOST = re.compile(r"(?!-)[^\W_]([\w-]*[^\W_])?(\.[^\W_]([\w-]*[^\W_])?)*\.?")
#: what an address writes encoded (RFC 3986), and what browsers read in their own way
_ENCODED = set("<>\"'`{}|\\^")


def link_problem(title: str, address: str) -> str | None:
    """Why a link cannot be kept, as a sentence; None if it can."""
    if not title.strip():
        return _("请填写链接名称。")
    if len(title.strip()) > LONGEST_TITLE:
        return _("链接名称最多 {n} 字。").format(n=LONGEST_TITLE)
    if not address.strip():
        return _("请填写网址。")
    if len(address.strip()) > LONGEST:
        return _("网址最多 {n} 字符。").format(n=LONGEST)
    parts = _parts(address.strip())
    if parts is None:
        return _("网址须以 http:// 或 https:// 开头，并写明网站，例如 https://www.example.com。")
    return _("网址中不能带用户名和密码。") if "@" in parts.netloc else None


def host_of(address: str) -> str:
    """The site an address leads to, for people to see before they follow it."""
    return urlsplit(address).hostname or ""


def _parts(address: str) -> SplitResult | None:
    """The parts of a web address; None for anything else."""
    if any(unicodedata.category(one)[0] in "CZ" or one in _ENCODED for one in address):
        return None  # urlsplit would silently drop some of these
    with suppress(ValueError):
        parts = urlsplit(address)
        if parts.scheme in ("http", "https") and parts.port != 0 and _is_host(parts.hostname or ""):
            return parts
    return None


def _is_host(host: str) -> bool:
    if ":" in host:
        return bool(IPv6Address(host))
    return _HOST.fullmatch(host) is not None


def links(ids: Sequence[int]) -> Select:
    """The standing links as `CustomerLink`, in the order they were added, and by whom as `staff`."""
    row = CustomerLink
    standing = select(row, Staff.name.label("staff")).outerjoin(Staff, Staff.id == row.staff_id)
    return standing.where(row.customer_id.in_(ids), row.ended_at.is_(None)).order_by(row.added_at, row.id)


def add_link(session: StoreSession, customer_id: int, title: str, address: str) -> None:
    """Keep an address in the name of the session's person; raises Refused with a sentence."""
    customer_for_entry(session, customer_id)
    problem = link_problem(title, address)
    if problem:
        raise Refused(problem)
    standing = [row.CustomerLink.address for row in session.execute(links([customer_id]))]
    if address.strip() in standing:
        raise Refused(_("这个网址已经在链接中。"))
    session.add(CustomerLink(customer_id=customer_id, id=new_id(), title=title.strip(), address=address.strip(),
                             staff_id=session.scope.staff_id))  # fmt: skip
    session.flush()


def end_link(session: StoreSession, customer_id: int, link_id: int, read_version: int) -> None:
    """End a link; raises Conflict when it was saved since `read_version`, Refused out of reach or ended already."""
    row = session.get(CustomerLink, (customer_id, link_id))
    if row is None or row.ended_at is not None:
        raise Refused(_("客户没有这个链接。"))
    save(session, row, read_version, {"ended_at": now()})
    session.flush()
