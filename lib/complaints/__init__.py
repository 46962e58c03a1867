"""Complaints: clocks, states, forms, reading and writing."""
