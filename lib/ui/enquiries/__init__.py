"""Enquiries and service breakpoints on screen: list, registration, one case."""
