"""Pieces of 投诉处理: the queue, one case, registration, figures."""
