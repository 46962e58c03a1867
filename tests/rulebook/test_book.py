"""The rulebook answers for a day, from the rows it was given."""

from datetime import date

import pytest

from lib.rulebook import Rulebook, RuleMissing, RuleRow, shipped_rows

TODAY = date(2026, 11, 22)
BOOK = Rulebook(shipped_rows())


def test_a_value_with_its_version_basis_and_source() -> None:
    entry = BOOK.entry("complaint.promise.personal", TODAY)
    assert entry.value == {"hours": 24}
    assert (entry.unit, entry.basis, entry.source) == ("hours", "stated", "办法 §五.2")
    assert entry.version.startswith("complaint.promise.personal@always#")


def test_an_unknown_rule_is_an_error() -> None:
    with pytest.raises(RuleMissing, match=r"no\.rule"):
        BOOK.value("no.rule", TODAY)
    assert BOOK.find("no.rule", TODAY) is None


def test_before_the_law_there_is_no_legal_term() -> None:
    assert BOOK.find("complaint.legal_term", date(2020, 2, 29)) is None
    assert BOOK.value("complaint.legal_term", date(2020, 3, 1))["none"] == 15


def test_a_new_entry_leaves_the_old_quarter_alone() -> None:
    rows = shipped_rows()
    value = {"unit": "quarters", "value": 2}
    rows.append(RuleRow("rule", "tier.watch_quarters", date(2026, 10, 1), "stated", "行发", "x", value, 999))
    book = Rulebook(rows)
    assert book.value("tier.watch_quarters", date(2026, 9, 30)) == 1
    assert book.value("tier.watch_quarters", date(2026, 10, 1)) == 2
    assert book.digest != BOOK.digest


def test_the_catalogue_in_a_year_before_the_law() -> None:
    then, now = BOOK.kpis(date(1994, 3, 31)), BOOK.kpis(TODAY)
    assert {kpi.key for kpi in now} - {kpi.key for kpi in then} == {"resolved_on_time"}


def test_targets_are_dated_rules() -> None:
    target = BOOK.target("csat", TODAY)
    assert target is not None and target.basis == "assumed" and 0 < target.value < 1
    assert BOOK.target("aum", TODAY) is None


def test_rules_list_their_history() -> None:
    rule = next(rule for rule in BOOK.rules if rule.key == "complaint.legal_term")
    assert [entry.valid_from for entry in rule.entries] == [date(2020, 3, 1)]


def test_a_book_made_of_what_is_in_force_says_the_same_on_that_day() -> None:
    value = {"unit": "quarters", "value": 2}
    later = RuleRow("rule", "tier.watch_quarters", date(2026, 10, 1), "stated", "行发", "x", value, 999)
    book = Rulebook([*shipped_rows(), later])
    kept = Rulebook(book.rows_on(date(2026, 9, 30)))
    assert kept.value("tier.watch_quarters", TODAY) == 1, "what began later is not in it"
    assert kept.kpis(TODAY) == book.kpis(date(2026, 9, 30)) and kept.tags(TODAY) == book.tags(date(2026, 9, 30))
    assert kept.digest_on(date(2026, 9, 30)) == book.digest_on(date(2026, 9, 30))
    assert len(kept.history("rule", "tier.watch_quarters")) == 1


def test_a_kept_book_is_completed_by_new_rules_but_not_by_new_kpis_tags_and_targets() -> None:
    old = {"complaint.legal_term", "tier.watch_quarters"}
    kept = Rulebook([row for row in shipped_rows() if row.key in old])
    done = kept.completed(BOOK)
    assert done.value("display.small_n", TODAY) == BOOK.value("display.small_n", TODAY)
    assert done.kpis(TODAY) == () and done.tags(TODAY) == () and done.target("csat", TODAY) is None
    changed = RuleRow("rule", "tier.watch_quarters", None, "stated", "行发", "x", {"unit": "quarters", "value": 9}, 1)
    assert kept.completed(Rulebook([changed])).value("tier.watch_quarters", TODAY) == 1
