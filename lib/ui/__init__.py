"""What a person sees: the shell, the navigation, the building blocks of a page."""
