"""The plan for trying a large count: an example of our own, without a document; its clauses are its own numbers."""

SAID = """
二(一) | components.service.ratings.levels | {非常满意: 100, 满意: 80, 基本满意: 60, 不满意: 30, 非常不满意: 0}
二(一) | components.service.ratings.each | > {by: respondent, keep: last}
二(一) | components.service | > {full: 90, per: month, over_cycles: mean}
三(二) | components.reply.events.items.overdue.points | -0.5
四(二) | lists.优秀窗口 | > {side: top, take: 10}
四(三) | lists.约谈单位 | > {side: bottom, take: 5}
"""

OPEN = ""
