"""The quarterly review meeting as data: one reading of the quarter that page, paper and pack all draw (制度 §七)."""
