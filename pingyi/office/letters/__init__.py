"""A letter for each unit: what people said, how the marks came about, what it can do (`written` is the door)."""
