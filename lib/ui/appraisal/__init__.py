"""Pieces of 绩效与培训."""
