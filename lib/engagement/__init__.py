"""Engagement: events with their guests, communities, who brought whom (方案 §4.3, 管理 §2.2, 手册 §6.2)."""
