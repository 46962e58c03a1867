"""Pieces of 客户分层: the overview, movements and profile, the people behind a figure."""
