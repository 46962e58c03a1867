"""Pieces of 流失预警: figures, the warning list, one customer with reasons and case, cases, how good the score is."""
