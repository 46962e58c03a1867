"""Screens of 关怀与回访: planned visits, meetings, service standards."""
