"""Engagement: events, communities and points (方案 §4.3, 手册 §6.2)."""
