"""Files made of what the pages show: lists and packs, told in the reader's language."""
