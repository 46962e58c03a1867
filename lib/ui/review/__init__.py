"""The quarterly review on screen."""
