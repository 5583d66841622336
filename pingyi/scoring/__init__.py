"""A plan and its facts become results: the SQL files, in which order, in which database."""
