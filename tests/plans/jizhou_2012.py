"""《区直单位开展内设机构测评活动的实施方案》: the parameter file says what the document says."""

SAID = """
— | campaign.year | 2012
二(一)1 | units.published.0.count | 14
二(一)2 | units.published.1.count | 18
二(一)1 | units.published.0.for | {category: [行政执法类]}
二(一)2 | units.published.1.for | {category: [综合管理类]}
二 | units.categories | [行政执法类, 综合管理类]

三 | contents.orders.asks | ~省《关于加强干部作风建设进一步优化发展环境若干问题的决定》
三 | contents.orders.asks | ~市《关于创优发展环境的实施意见》
三 | contents.problems.asks | ~五个方面、15种突出问题
三 | contents.promises.asks | ~公开的服务承诺

五(一) | components.instant.ratings.levels | {优: 90, 良: 75, 一般: 60, 较差: 45, 差: 30}
五(二) | components.monthly.ratings.levels | {优: 90, 良: 75, 一般: 60, 较差: 45, 差: 30}
五(三) | components.visit.ratings.levels | {优: 90, 良: 75, 一般: 60, 较差: 45, 差: 30}
五(四) | components.gathering.ratings.levels | {优: 90, 良: 75, 一般: 60, 较差: 45, 差: 30}
六 | components.instant.ratings.out_of | 90
六 | components.monthly.ratings.out_of | 90
六 | components.visit.ratings.out_of | 90
六 | components.gathering.ratings.out_of | 90
六 | components.instant.full | 16
六 | components.monthly.full | 16
六 | components.visit.full | 8
六 | components.gathering.full | 40
六 | components.satisfaction | > {full: 80, of: [instant, monthly, visit, gathering]}
六 | components.rectification.full | 20
六 | components.rectification.events | > {base: 20, floor: 0, problems: {late: late, overdue: late, refused: refused}}
六 | components.rectification.events.items.*.points | {late: -3, supervised: -5, refused: -10}
六 | components.total | > {full: 100, of: [satisfaction, rectification]}

七 | standings.total.within | [category]
七(一) | lists.满意科室 | > {side: top, take: 6, within: [category]}
七(一) | lists.书面说明 | > {side: bottom, take: 3, within: [category]}
七(一) | lists.书面说明.provided.marks.total.from | 70
七(二) | lists.限期整改.take | null
七(二) | lists.限期整改.when.marks.total.below | 70
七(一) | outcomes.praised.effect | 表扬
七(一) | outcomes.head_excellent | > {to: unit_head, list: 满意科室}
七(一) | outcomes.explain.list | 书面说明
七(一) | outcomes.no_awards | > {list: 书面说明, effect: 取消评优}
七(二) | outcomes.rectify.list | 限期整改
七(二) | outcomes.accountable | > {list: 限期整改, to: unit_head}
七(三) | provisions.assessed.each | [organ]
七(三) | provisions.leaders.each | [organ_leaders]
七(三) | provisions.cadres.each | [unit_staff]

五 | provisions.again.name | ~再评价
五 | provisions.again.each | [unit]
八(三) | provisions.column.name | ~专栏
八(三) | provisions.column.public | true
八(三) | provisions.discipline.name | ~严肃追究责任
五(二) | tasks.monthly | > {every: month, document: 综合测评表}
五(三) | tasks.visits.section | ~区效能办
五(四) | tasks.gathering.name | ~社会各界代表
"""

OPEN = """
issued | — | campaign.issued | 2012-04-01 | 2012-01-01
year_window | 五 | cycles.year.全年.from | 2012-01-01 | 2012-04-01
method_missing | 六 | components.satisfaction.missing | spread | zero; not_ranked
monitor_weight | 五(一) | components.monthly.ratings.mean_first | null | respondent
same_problem | 六 | components.rectification.events.same_deed | {keep: gravest} | null
below_70_in_top | 七(一) | lists.满意科室.provided.marks | {} | ~'from': 70
tie | 七(一) | standings.total.ties | [gathering, instant, draw] | [share]
"""
