"""Measures that divide by product category, and the measure of each part (办法 §七.2)."""

from __future__ import annotations

#: a measure → product category → the measure of that part; what no part holds is `other`
PARTS: dict[str, dict[str, str]] = {
    "sales_fen": {code: f"sales_{code}_fen" for code in ("deposit", "wealth", "loan")},
}
OTHER = "other"
