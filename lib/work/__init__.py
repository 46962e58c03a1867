"""The shared mechanisms: what every kind of work has in common."""
