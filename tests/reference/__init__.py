"""The judge of the plan language: a plain interpreter in fractions, and random plans on which the SQL must agree.

numbers, campaign               a plan as a tree of text, facts as plain rows; which component exists for which unit
counting, excluded              which facts count, and why the others do not
leaves, events, conversions, tree    from counted facts to marks
ranking, lists, interpreter     from marks to places, lists and consequences
refusals, sound, possible       plans that must not be accepted
plans, leaf_rules, results, facts    random plans with random facts; spoiled: plans made wrong on purpose
agreement, edges                both sides asked, every difference told; which edges were met

It is written from the rulings (M1 to M15: what a plan means; E1 to E22: where two rules meet) and shares no code and no
SQL with the package.
"""
