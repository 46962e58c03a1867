"""The rulebook page in pieces: rules in words, the working calendar, the tree of causes."""
