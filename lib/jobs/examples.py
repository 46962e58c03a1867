"""Runs the worked examples of rules through the functions that apply the rules; here every subject is known."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from lib.care import drafts, policy
from lib.care.rules import quiet_on, rules_of, templates
from lib.customers.identity import age_band
from lib.customers.rating import propose
from lib.customers.rules import WAN, size_class
from lib.engagement import rules as engagement
from lib.products.needs import Known, needs_of
from lib.rulebook import Calendar, Example, Rulebook, RuleRow, holds, parse_condition
from lib.rulebook.conditions import FACTS
from lib.rulebook.examples import Outcome
from lib.satisfaction.rules import fatigue
from lib.staff import appraisal_steps
from lib.staff.appraisal_rules import Counted, blank_lines, filled, judge, judging
from lib.store.book import calendar
from lib.store.points import good_until
from lib.store.questionnaire import result_of
from lib.tiers.rules import explain, reached_by, scheme, settle
from lib.words import SHANGHAI, _, codes
from lib.work import festivals
from lib.work.check_form import form_of, score_of
from lib.work.clock import legal_term, promise, review_term
from lib.work.months import months_later
from lib.work.moves import moves, moves_from
from lib.work.scorecard import scorecard

Given = Mapping[str, Any]
#: from what is given, on a day, by a book and calendar, to what the rule says
Consumer = Callable[[Given, date, Rulebook, Calendar], Any]


def run(row: RuleRow, examples: Sequence[Example], book: Rulebook) -> list[Outcome]:
    """What an entry gives for each example, as though it had always been in force in this book."""
    tried = book.supposing(row)
    known = calendar()
    return [outcome(example, tried, known) for example in examples]


def outcome(example: Example, book: Rulebook, known: Calendar) -> Outcome:
    """What a book gives for an example; an example that cannot be worked out says why."""
    try:
        return Outcome(example, _found(example, book, known))
    except (LookupError, ValueError, TypeError, AttributeError, AssertionError) as error:
        return Outcome(example, None, _("算例无法计算：{error}").format(error=str(error) or type(error).__name__))


def is_checked(kind: str, key: str) -> bool:
    """Whether examples of this rule can be worked out: by a function named here, or as a condition."""
    return kind == "tag" or key in CONSUMERS


def _found(example: Example, book: Rulebook, known: Calendar) -> Any:
    if example.kind == "tag":
        entry = book.find_of("tag", example.key, example.on)
        assert entry is not None
        return holds(parse_condition(entry.value["when"]), example.given)
    if example.key not in CONSUMERS:
        raise LookupError(_("没有计算这条口径算例的方法。"))
    return CONSUMERS[example.key](example.given, example.on, book, known)


def _at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


def _local(moment: datetime | None) -> str | None:
    return f"{moment.astimezone(SHANGHAI):%Y-%m-%dT%H:%M}" if moment is not None else None


def _tier(kind: str) -> Consumer:
    def consumer(given: Given, on: date, book: Rulebook, _known: Calendar) -> dict[str, Any]:
        lines = scheme(book, kind, given["currency"], on)
        why = explain(given["amount"], lines)
        found = {"tier": reached_by(given["amount"], lines), "next": why.next_tier, "missing": why.missing}
        return {key: value for key, value in found.items() if value is not None}

    return consumer


def _watch(given: Given, on: date, book: Rulebook, _known: Calendar) -> dict[str, Any]:
    """Any currency would do: only the order of the tiers counts."""
    currency = next(iter(book.value("tier.personal", on)["tiers"][0]["line"]))
    lines = scheme(book, "personal", currency, on)
    quarters = book.value("tier.watch_quarters", on)
    return vars(settle(given["reached"], given["previous"], given["watched"], lines, quarters))


def _promised(given: Given, _on: date, book: Rulebook, known: Calendar) -> str | None:
    clock = promise(given["kind"], given.get("complex", False), _at(given["received"]), known, book)
    return _local(clock.due_at)


def _promised_by(rule: str) -> Consumer:
    def consumer(given: Given, _on: date, book: Rulebook, known: Calendar) -> str | None:
        return _local(promise(given["kind"], False, _at(given["received"]), known, book, rule=rule).due_at)

    return consumer


def _termed(given: Given, _on: date, book: Rulebook, known: Calendar) -> str | None:
    return _local(legal_term(_at(given["received"]), given.get("extension", "none"), known, book).due_at)


def _reviewed(given: Given, _on: date, book: Rulebook, _known: Calendar) -> str | None:
    return _local(review_term(given["step"], _at(given["from"]), book))


def _sized(given: Given, on: date, book: Rulebook, _known: Calendar) -> str:
    fen = {key: value * WAN for key, value in given.items() if key in ("revenue", "assets")}
    figures = given.get("employees"), fen.get("revenue"), fen.get("assets")
    return size_class(given["industry"], *figures, book.value("customer.size_limits", on)).code


def _moved(kind: str) -> Consumer:
    def consumer(given: Given, on: date, book: Rulebook, _known: Calendar) -> list[str]:
        return [move.to for move in moves_from(given["state"], given["capability"], moves(kind, book, on))]

    return consumer


def _aged(given: Given, on: date, book: Rulebook, _known: Calendar) -> str:
    return age_band(given["born"], on, book)


def _fell(given: Given, on: date, book: Rulebook, _known: Calendar) -> str:
    known = {one["code"]: one for one in book.value("care.festivals", on)}
    return festivals.day_of(known[given["festival"]], given["year"]).isoformat()


def _drafted(given: Given, on: date, book: Rulebook, _known: Calendar) -> str:
    """The text a template gives for somebody."""
    known = {one.code: one for one in templates(book, on)}
    facts = {key: value for key, value in given.items() if key != "template"}
    return drafts.filled(known[given["template"]].text, drafts.Whom(**{"gender": None, **facts}))


def _channel(given: Given, on: date, book: Rulebook, _known: Calendar) -> str:
    """The channel for somebody's preference, by whether there is a phone and an e-mail address."""
    who = policy.Facts("personal", "customer", False, False, False, None, given["phone"], given["email"],
                       given["preferred"], False, False, None, None)  # fmt: skip
    return policy.choose(who, policy.Sending("birthday", "", on, rules_of(book, on))).channel


def _quiet(given: Given, on: date, book: Rulebook, _known: Calendar) -> bool:
    return quiet_on(date.fromisoformat(given["day"]), book.value("care.quiet", on))


def _scored(key: str) -> Consumer:
    """Amounts of a score are in the base currency, of which examples say nothing: facts are percentages and counts."""

    def consumer(given: Given, on: date, book: Rulebook, _known: Calendar) -> int:
        return scorecard(book.entry(key, on), "").total(given)

    return consumer


def _rated(kind: str) -> Consumer:
    """Nothing where too little is known."""

    def consumer(given: Given, on: date, book: Rulebook, _known: Calendar) -> dict[str, Any]:
        found = propose(kind, given, book, "", on)
        return {"rating": found.rating, "score": found.score} if found.rating else {}

    return consumer


def _answered(given: Given, on: date, book: Rulebook, _known: Calendar) -> dict[str, Any]:
    found = result_of(given, book.value("capacity.questionnaire", on))
    return {"score": found.score, "level": found.level}


def _needed(given: Given, on: date, book: Rulebook, _known: Calendar) -> list[str]:
    """Events are given as the months since they happened; amounts are in the base currency."""
    events = [(kind, months_later(on, -given[kind])) for kind in codes("life_event") if kind in given]
    facts = {fact: value for fact, value in given.items() if fact in FACTS}
    return [need.code for need in needs_of(Known(given["kind"], facts, events), book, on)]


def _checked(kind: str) -> Consumer:
    """What the points given by item come to."""

    def consumer(given: Given, on: date, book: Rulebook, _known: Calendar) -> dict[str, Any]:
        most = {item.code: item.points for item in form_of(book, kind, on)}
        found = score_of({code: (points, most[code]) for code, points in given.items()}, book, on)
        return {"points": found.points, "most": found.most, "passed": found.passed, "poor": list(found.poor)}

    return consumer


def _appraised(level: str) -> Consumer:
    """Sums of a card by KPI: numerator, denominator where it has one; of one manager's quarter, in yuan."""

    def consumer(given: Given, on: date, book: Rulebook, _known: Calendar) -> dict[str, Any]:
        lines = [filled(line, Counted(given[kpi.key][0], 0, *given[kpi.key][1:]) if kpi.key in given else None)
                 for kpi, line in blank_lines(book, level, "CNY", on)]  # fmt: skip
        card = judge(lines, judging(book, on))
        found = {
            "score": None if card.score is None else card.score / 100,
            "grade": card.grade,
            "counted": card.counted,
        }
        return {key: value for key, value in found.items() if value is not None}

    return consumer


def _waited(given: Given, on: date, book: Rulebook, _known: Calendar) -> bool:
    """Whether so many seconds keep the promise: a begun minute counts."""
    kept: bool = -(-given["seconds"] // 60) <= book.value("quality.wait_minutes", on)["waiting"]
    return kept


def _event_moves(given: Given, on: date, book: Rulebook, _known: Calendar) -> list[str]:
    return list(engagement.moves_from(given["state"], book, on))


def _followed(given: Given, on: date, book: Rulebook, _known: Calendar) -> str:
    return engagement.follow_up_by(date.fromisoformat(given["held"]), book, on).isoformat()


def _rewarded(given: Given, on: date, book: Rulebook, _known: Calendar) -> str:
    return engagement.owed(given["given_in_quarter"], book, on)


def _good_until(given: Given, on: date, book: Rulebook, _known: Calendar) -> str:
    return good_until(date.fromisoformat(given["booked"]), book.value("points.expiry_years", on)).isoformat()


def _stepped(given: Given, on: date, book: Rulebook, _known: Calendar) -> list[str]:
    return [move.to for move in appraisal_steps.steps_from(given["state"], frozenset(given["as"]), book, on)]


def _tired(given: Given, on: date, book: Rulebook, _known: Calendar) -> str:
    """Why somebody may not be asked again yet; `may_ask` where they may."""
    why = fatigue(book, on).why_not(given["days_since"], given["asked_in_year"], pulse=given["pulse"])
    return why or "may_ask"


CONSUMERS: dict[str, Consumer] = {
    "appraisal.manager": _appraised("manager"),
    "appraisal.branch": _appraised("branch"),
    "appraisal.moves": _stepped,
    "capacity.questionnaire": _answered,
    "needs.rules": _needed,
    "tier.personal": _tier("personal"),
    "tier.corporate": _tier("corporate"),
    "tier.watch_quarters": _watch,
    "tier.score": _scored("tier.score"),
    "churn.score": _scored("churn.score"),
    "complaint.promise.personal": _promised,
    "complaint.promise.corporate": _promised,
    "complaint.promise.corporate_complex": _promised,
    "complaint.legal_term": _termed,
    "complaint.legal_counting": _termed,
    "complaint.review": _reviewed,
    "complaint.moves": _moved("complaint"),
    "suggestion.moves": _moved("suggestion"),
    "unhappy.moves": _moved("unhappy"),
    "churn.moves": _moved("churn"),
    "event.states": _event_moves,
    "event.follow_up_days": _followed,
    "referral.per_quarter": _rewarded,
    "enquiry.moves": _moved("enquiry"),
    "breakpoint.moves": _moved("breakpoint"),
    "finding.moves": _moved("finding"),
    "quality.form.mystery": _checked("mystery"),
    "quality.form.internal": _checked("internal"),
    "quality.form.self": _checked("self"),
    "quality.wait_minutes": _waited,
    "enquiry.answer": _promised_by("enquiry.answer"),
    "breakpoint.tell": _promised_by("breakpoint.tell"),
    "care.festivals": _fell,
    "care.templates": _drafted,
    "care.channels": _channel,
    "care.quiet": _quiet,
    "customer.age_bands": _aged,
    "customer.size_limits": _sized,
    "points.expiry_years": _good_until,
    "survey.fatigue": _tired,
    "risk.personal": _rated("personal"),
    "risk.corporate": _rated("corporate"),
}
