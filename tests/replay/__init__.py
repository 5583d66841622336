"""Published numbers worked out again in plain fractions, from the rows that their explanation names and no others.

Shares no code with the scoring: rows are counted one by one here, and the plan's numbers applied to the counts.
"""
