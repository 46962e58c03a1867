"""Customers: identity, forms, reading and writing."""
