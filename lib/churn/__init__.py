"""Churn: the warning score and its reasons, how well it did, and the cases it opens (管理 §6.3)."""
