"""Staff: the people who may sign in."""
