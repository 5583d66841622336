"""Changed statements: the SQL is changed on purpose, and the suite must notice.

`python -m tests.mutation` makes seeded changes to the statements that score (`pingyi/scoring/sql/`), runs the suite's
answers against each, and says how many were noticed; the rest is listed, to be explained or caught.
"""
