"""The bank's rules as dated data: reading the shipped files and picking the one in force on a day."""

from lib.rulebook.book import Rulebook
from lib.rulebook.calendar import Calendar, CalendarDay, WorkingDay, parse_calendar
from lib.rulebook.calendar_file import CalendarFileError, as_csv, read_year
from lib.rulebook.conditions import FACTS, AllOf, AnyOf, Comparison, Condition, holds, parse_condition
from lib.rulebook.entries import BASES, Entry, Rule, RuleMissing, RuleRow, in_force
from lib.rulebook.kpis import Kpi, Tag
from lib.rulebook.parse import (
    Example,
    RuleFileError,
    parse_examples,
    parse_folder,
    parse_text,
    shipped_examples,
    shipped_rows,
)

__all__ = [
    "BASES",
    "FACTS",
    "AllOf",
    "AnyOf",
    "Calendar",
    "CalendarDay",
    "CalendarFileError",
    "Comparison",
    "Condition",
    "Entry",
    "Example",
    "Kpi",
    "Rule",
    "RuleFileError",
    "RuleMissing",
    "RuleRow",
    "Rulebook",
    "Tag",
    "WorkingDay",
    "as_csv",
    "holds",
    "in_force",
    "parse_calendar",
    "parse_condition",
    "parse_examples",
    "parse_folder",
    "parse_text",
    "read_year",
    "shipped_examples",
    "shipped_rows",
]
