"""What a rule says, in words: its value with unit and the names of its codes."""

from __future__ import annotations

import re
from typing import Any

from lib.rulebook import Entry
from lib.words import NOTHING, _, code_names, integer, money, name, number, percent, translate

#: families whose codes a rule's value speaks in, looked through in this order; the words of its form come first
_FAMILIES: dict[str, tuple[str, ...]] = {
    "complaint.legal_term": ("extension",),
    "complaint.channels": ("complaint_channel",),
    "complaint.businesses": ("complaint_business",),
    "complaint.reasons": ("complaint_reason",),
    "complaint.root_causes": ("root_cause",),
    "complaint.crisis_steps": ("crisis_step",),
    "complaint.stuck_days": ("case_state",),
    "complaint.pause": ("clock", "waiting_for"),
    "approval.stages": ("request_kind", "role"),
    "approval.customer_stages": ("request_kind", "role"),
    "case.kinds": ("case_kind", "clock"),
    "case.kind.churn": ("case_kind", "clock"),
    "churn.moves": ("churn_state", "churn_field", "role"),
    "churn.offers": ("churn_offer",),
    "churn.lost_reasons": ("leaving_reason",),
    "refresh.months": ("customer_kind",),
    "refresh.fields": ("customer_kind", "record_field"),
    "visit.interval_days": ("tier",),
    "steps.order": ("step",),
    "steps.ahead_days": ("step",),
    "rating.response": ("risk_rating", "rating_response"),
    "value.potential": ("potential",),
    "gift.beyond_yearly": ("role",),
    "tier.personal": ("tier",),
    "tier.corporate": ("tier",),
    "customer.size_limits": ("industry",),
    "customer.age_bands": ("age_band",),
    "activity.initiated_kinds": ("txn_kind",),
    "value.contribution_bp": ("category",),
}
_OF_MOVES = ("case_state", "complaint_field")
_CURRENCY = re.compile("[A-Z]{3}")


def value_of(entry: Entry) -> str:
    """The value of an entry of a rule in words."""
    families = _FAMILIES.get(entry.key, _OF_MOVES if entry.key.endswith(".moves") else ())
    said, unit = entry.value, entry.unit
    if isinstance(said, dict) and set(said) <= {"hours", "working_days"}:
        [(unit, said)] = said.items()
    if isinstance(said, int | float) and not isinstance(said, bool):
        return with_unit(said, unit, is_target=entry.key.startswith("target."))
    return _said(said, ("rule_word", *families), unit if unit in _COUNTED else "")


_COUNTED = ("days", "months", "years", "quarters", "characters", "basis_points")


def with_unit(said: float, unit: str, *, is_target: bool = False) -> str:
    """A figure with its unit; targets of shares are parts of one, other percentages are written as they are read."""
    if unit == "percent":
        return percent(said) if is_target else _("{n}%").format(n=_figure(said))
    if unit not in code_names()["rule_unit"]:
        return _figure(said)
    return _("{n} {unit}").format(n=_figure(said), unit=name("rule_unit", unit))


def _said(said: Any, families: tuple[str, ...], unit: str) -> str:
    if isinstance(said, bool):
        return _("是") if said else _("否")
    if isinstance(said, int | float):
        return with_unit(said, unit) if unit else _figure(said)
    if isinstance(said, str):
        return _word(said, families)
    if isinstance(said, list):
        return _("、").join(_said(one, families, unit) for one in said) or NOTHING
    return _fields(said, families, unit)


def _fields(said: dict[str, Any], families: tuple[str, ...], unit: str) -> str:
    """A table of values; of one that describes a code only the code's name and what else it says."""
    if all(_CURRENCY.fullmatch(key) for key in said):
        return _("、").join(money(amount, currency) for currency, amount in said.items())
    if "code" in said:
        rest = {
            key: value for key, value in said.items() if key not in ("code", "name") and value not in ("", [], False)
        }
        title = translate(said["name"]) if said.get("name") else _word(said["code"], families)
        if "parent" in rest:
            return _("{title}（属于{parent}）").format(title=title, parent=_word(rest["parent"], families))
        return _("{title}（{rest}）").format(title=title, rest=_fields(rest, families, unit)) if rest else title
    if {"from", "to"} <= set(said) and isinstance(said["from"], str):
        ends = (_word(said["from"], families), _word(said["to"], families))
        return _("{before} → {after}").format(before=ends[0], after=ends[1])
    return _("；").join(
        _("{field}：{value}").format(field=_word(key, families), value=_said(value, families, unit))
        for key, value in said.items()
    )


def _word(code: str, families: tuple[str, ...]) -> str:
    known = code_names()
    family = next((one for one in families[1:] if code in known[one]), None)
    if family is None and code in known[families[0]]:
        family = families[0]
    return name(family, code) if family and code else translate(code) or NOTHING


def _figure(said: float) -> str:
    return integer(said) if isinstance(said, int) else number(said, 2)
