"""The judge of the plan language: a plain interpreter in fractions, and random plans on which it and the SQL must agree.

numbers, campaign    a plan as a tree of text, facts as plain rows; which component exists for which unit
counting, leaves, conversions, tree    from rows to marks
ranking, lists, outcomes    from marks to places, lists and consequences
refusals    plans that must not be accepted
plans    random plans with random facts; agreement    both sides asked, every difference told

It is written from docs/方案语言.md and shares no code and no SQL with the package. Rulings are named by the headings of
that page.
"""
