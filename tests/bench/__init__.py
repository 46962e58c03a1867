"""Figures of speed and size; nothing here is asserted, everything is printed."""
