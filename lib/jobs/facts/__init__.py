"""The stored facts of a quarter: how each is computed inside the database."""
