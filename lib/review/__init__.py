"""The quarterly review (制度 §七): what a quarter must satisfy before it is closed, and what came after."""
