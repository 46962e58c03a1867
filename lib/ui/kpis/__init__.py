"""Pieces of 季度指标: the cards, one KPI, the people behind it."""
