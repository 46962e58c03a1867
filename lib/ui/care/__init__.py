"""Care on screen."""
