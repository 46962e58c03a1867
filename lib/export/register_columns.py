"""The columns of the complaint register, in the order the law names what is registered; each tells one cell."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime

from babel.numbers import get_currency_precision

from lib.export.cells import Cell
from lib.export.register_rows import Entry
from lib.settings import BANK_ZONE
from lib.words import _, name
from lib.work.causes import cause_title


def cells(entry: Entry) -> list[Cell]:
    """The row of a complaint, in the order of `titles()`."""
    return [tell(entry) for _title, tell in _COLUMNS]


def titles() -> list[Cell]:
    """The heading of each column."""
    return [title() for title, _tell in _COLUMNS]


def _moment(moment: datetime | None) -> Cell:
    return None if moment is None else moment.astimezone(BANK_ZONE).replace(tzinfo=None)


def _met(due: datetime | None, met: datetime | None) -> str:
    if due is None or met is None:
        return ""
    return name("timely", "yes" if met <= due else "no")


def _of_customer(column: str) -> Callable[[Entry], Cell]:
    return lambda entry: getattr(entry.customer, column, None)


def _of_case(column: str) -> Callable[[Entry], Cell]:
    return lambda entry: getattr(entry.case, column)


def _named(family: str, column: str) -> Callable[[Entry], Cell]:
    return lambda entry: name(family, getattr(entry.case, column)) if getattr(entry.case, column) else None


def _when(column: str) -> Callable[[Entry], Cell]:
    return lambda entry: _moment(getattr(entry.case, column))


def _person(column: str) -> Callable[[Entry], Cell]:
    return lambda entry: entry.names.staff.get(getattr(entry.case, column))


def _branch(column: str) -> Callable[[Entry], Cell]:
    return lambda entry: entry.names.branches.get(getattr(entry.case, column))


def _protected(column: str) -> Callable[[Entry], Cell]:
    masked = _of_customer(f"{column}_masked")
    return lambda entry: getattr(entry.clear, column) if entry.clear else masked(entry)


def _role(role: str) -> Callable[[Entry], Cell]:
    return lambda entry: entry.parties_as(role) or None


def _code(family: str, part: int) -> Callable[[Entry], Cell]:
    return lambda entry: entry.code(family)[part] or None


def _compensation(entry: Entry) -> Cell:
    paid = entry.case.compensation_fen
    return None if paid is None else paid / 10 ** get_currency_precision(entry.names.currency)


def _cause(entry: Entry) -> Cell:
    return cause_title(entry.case.root_cause, entry.names.causes) if entry.case.root_cause else None


def _reviewed(entry: Entry) -> Cell:
    said = [f"{one.body} {name('review_conclusion', one.conclusion)}" for one in entry.reviews]
    return _("；").join(said) or None


def _complainant(entry: Entry) -> Cell:
    return entry.case.complainant or (entry.customer.name if entry.customer else None)


#: 银行业保险业消费投诉处理管理办法 §十二–十四 (what is registered), 制度 §六, JR/T 0169-2018 (the standard's codes)
_COLUMNS: Sequence[tuple[Callable[[], str], Callable[[Entry], Cell]]] = (
    (lambda: _("编号"), _of_case("number")),
    (lambda: _("状态"), _named("case_state", "state")),
    (lambda: _("收到时间"), _when("received_at")),
    (lambda: _("渠道"), _code("channel", 0)),
    (lambda: _("渠道标准代码"), _code("channel", 1)),
    (lambda: _("转办编号"), _of_case("outside_number")),
    (lambda: _("转办时限"), _when("outside_due_at")),
    (lambda: _("投诉人"), _complainant),
    (lambda: _("客户类别"), _named("customer_kind", "customer_kind")),
    (lambda: _("客户号"), _of_customer("number")),
    (lambda: _("证件号"), _protected("identity")),
    (lambda: _("联系电话"), _protected("phone")),
    (lambda: _("电子邮箱"), _of_customer("email")),
    (lambda: _("地址"), _of_customer("address")),
    (lambda: _("法定代表人"), _of_customer("legal_representative")),
    (lambda: _("代理人"), _role("agent")),
    (lambda: _("继承人"), _role("heir")),
    (lambda: _("共同投诉代表"), _role("representative")),
    (lambda: _("被投诉机构"), _branch("about_branch_id")),
    (lambda: _("被投诉人员"), _person("about_staff_id")),
    (lambda: _("业务"), _code("business", 0)),
    (lambda: _("业务代码"), _of_case("business")),
    (lambda: _("业务标准代码"), _code("business", 1)),
    (lambda: _("原因"), _code("reason", 0)),
    (lambda: _("原因代码"), _of_case("reason")),
    (lambda: _("原因标准代码"), _code("reason", 1)),
    (lambda: _("登记的标准代码"), _of_case("standard_code")),
    (lambda: _("涉及产品"), lambda entry: entry.names.products.get(entry.case.product_id or 0)),
    (lambda: _("投诉内容"), _of_case("summary")),
    (lambda: _("投诉请求"), _of_case("demand")),
    (lambda: _("相关依据"), _of_case("grounds")),
    (lambda: _("附件数"), lambda entry: entry.files or None),
    (lambda: _("复杂事项"), lambda entry: _("是") if entry.case.complex else _("否")),
    (lambda: _("承诺答复期限"), _when("promise_due_at")),
    (lambda: _("首次实质答复"), _when("promise_met_at")),
    (lambda: _("承诺是否按时"), lambda entry: _met(entry.case.promise_due_at, entry.case.promise_met_at)),
    (lambda: _("法定期限"), _when("legal_due_at")),
    (lambda: _("答复时间"), _when("answered_at")),
    (lambda: _("法定是否按时"), lambda entry: _met(entry.case.legal_due_at, entry.case.answered_at)),
    (lambda: _("来源所报是否按时"), _named("timely", "timely_as_reported")),
    (lambda: _("延期"), _named("extension", "extension")),
    (lambda: _("答复内容"), _of_case("answer")),
    (lambda: _("处理结果"), _of_case("outcome")),
    (lambda: _("责任认定"), _named("responsibility", "fault")),
    (lambda: _("致歉"), _named("apology", "apology")),
    (lambda: _("补偿金额"), _compensation),
    (lambda: _("根本原因"), _cause),
    (lambda: _("满意度"), _of_case("satisfaction")),
    (lambda: _("办结时间"), _when("closed_at")),
    (lambda: _("核查"), _reviewed),
    (lambda: _("所属机构"), _branch("branch_id")),
    (lambda: _("首问责任人"), _person("first_owner_id")),
    (lambda: _("处理人"), _person("handler_id")),
)
