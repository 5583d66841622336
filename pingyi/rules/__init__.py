"""Rules: each kind has one place, with its words, its statement, its formula and all that is asked of it."""
