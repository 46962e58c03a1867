"""KPIs: measures (code), the catalogue (data), and kpi_table(), the single way to a KPI."""

from lib.kpi.table import (
    PUBLISHED,
    READABLE,
    KpiRow,
    Scene,
    catalogue,
    kpi_table,
    level_of,
    published,
    quarters_with_facts,
)

__all__ = [
    "PUBLISHED",
    "READABLE",
    "KpiRow",
    "Scene",
    "catalogue",
    "kpi_table",
    "level_of",
    "published",
    "quarters_with_facts",
]
