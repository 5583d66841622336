"""《鹿城管理部2018年度万人双评议活动方案》: the parameter file says what the document says."""

SAID = """
二(一) | contents.centre.asks | ~“铁腕纠四风、重拳治怠政”
二(二) | contents.open.asks | ~首问责任制和一次性告知
二(三) | contents.service.asks | ~“最多跑一次”和“十一条措施”
二(四) | contents.clean.asks | ~“中梗阻”、优亲厚友

三(一) | cycles.year.日常评议 | > {from: 2018-03-01, to: 2018-11-30}
三(二) | cycles.ballot.网络评议 | > {from: 2018-12-01, to: 2018-12-10}
附件1 | calendar.动员部署.from | 2018-03-01
附件1 | calendar.集中评议 | > {from: 2018-11-01, to: 2018-12-10}
附件1 | calendar.总结提高.from | 2018-12-01

附件2 | components.client.device.full | 2
附件2 | components.client.sms.full | 7
附件2 | components.client.onsite.full | 4
附件2 | components.client.callback.full | 4
附件2 | components.client.visit.full | 3
附件2 | components.client.file.full | 3
附件2 | components.client.late.full | 2
三(一)(1) | components.client.full | 25
附件2 | components.client.visit.events.items.*.points | {client.visit.finding: -1, client.visit.clean: 0}
附件2 | components.client.file.events.items.*.points | {client.file.defect: -1, client.file.clean: 0}
附件2 | components.client.late.events.items.*.points | {client.late.red_card: -0.5, client.late.clean: 0}
附件2 | components.daily.onestop.events.items.*.points | {daily.onestop.not_in: -1, daily.onestop.not_onestop: -0.5, daily.onestop.lengthened: -0.5, daily.onestop.clean: 0}
附件2 | components.daily.guide.events.items.*.points | {daily.guide.vague: -0.2, daily.guide.clean: 0}
附件2 | components.daily.authority.events.items.*.points | {daily.authority.outside: -0.5, daily.authority.clean: 0}
附件2 | components.daily.data.events.items.*.points | {daily.data.unrecorded: -0.2, daily.data.clean: 0}
附件2 | components.daily.online.events.items.*.points | {daily.online.offline: -0.2, daily.online.clean: 0}
附件2 | components.daily.complaint.events.items.*.points | {daily.complaint.signed: -1, daily.complaint.clean: 0}
附件2 | components.daily.overall.marks.range | [0, 2]
附件2 | components.daily.onestop.full | 3
附件2 | components.daily.complaint.events | > {base: 2, floor: 0}
三(一)(2) | components.daily.full | 15
三(一)(3) | components.inspection.full | 30
三(一)(3) | components.inspection.events.floor | 0
三(一)(4) | components.hotline.full | 15
三(一)(4) | components.hotline.events.floor | 0
三(一) | components.routine.full | 85
三(二) | components.network | > {full: 15, per: ballot}
附件2 | sampling.sms_inside | > {take: all, for: {inside: [是]}}
附件2 | sampling.sms | > {for: {inside: [否]}, take: 100, else: all, per: [unit, day]}
附件2 | sampling.callback | > {take: 10, per: [month]}
附件2 | sampling.file | > {take: 1, per: [unit, quarter]}

三(二) | provisions.candidates.name | ~100个左右
三(二) | provisions.candidates.name | ~分开评
四(三)2 | provisions.complaints.name | ~信访事项报备
四(三)2 | provisions.complaints.public | true
四(三)3 | provisions.opinion_watch.name | ~舆情
四(三)4 | provisions.publicity.to | ~市审管办
四(三)5 | provisions.callbacks.name | ~回访服务对象
四(四) | lists.检查发现问题.when.marks.inspection.below | 30
四(四) | lists.署名投诉查实.when.marks.daily.complaint.below | 2
四(四) | lists.热线投诉查实.when.marks.hotline.below | 15
— | effects.通报批评.name | 视情通报批评
四(四) | outcomes.liable_inspection.effect | 追究责任
四(四) | outcomes.liable_complaint.to | unit_staff
四(四) | outcomes.criticised_hotline.effect | 通报批评

附件1 | tasks.t1 | > {from: 2018-03-15, printed: 3月15日起}
— | tasks.*.due | {t1: 2018-04-10, t2: 2018-03-31, t3: 2018-04-10, t4: 2018-12-31, t5: 2018-12-31, t6: 2018-12-31, data: 2018-11-30, leader: 2018-12-31, t7: 2018-12-31, t8: 2018-12-31, t9: 2018-12-31, t10: 2018-12-31}
— | tasks.*.section | {t1: 业务科, t2: 业务科, t3: 综合科, t4: 业务科, t5: 业务科, t6: 综合科, data: 各窗口, leader: 管理部, t7: 综合科, t8: 业务科, t9: 综合科, t10: 综合科}
附件1 | tasks.t3.from | 2018-03-21
附件1 | tasks.t6.from | 2018-03-01
附件1 | tasks.t9.from | 2018-12-11
附件1 | tasks.t10.from | 2018-12-21
三(一)(1) | tasks.data | > {every: workday, shown_by: clients, to: 市审管办}
四(三)1 | tasks.leader | > {every: month, to: 市中心分管领导}
"""

OPEN = """
levels | 附件2 | components.client.sms.ratings.levels | {满意: 1, 基本满意: 0.6, 不满意: 0} | {非常满意: 1, 满意: 0.8, 基本满意: 0.6, 不满意: 0.3, 非常不满意: 0}
small_day | 附件2 | sampling.sms.cases | ~'from': 200.0 | ~'above': 200.0
ranked | 三 | standings.total.within | [] | [inside]
upload_days | 三(一)(1) | tasks.data.every | workday | day
regular | 附件1 | tasks.t6.every | month | quarter
test_ends | 附件1 | tasks.t1.due | 2018-04-10 | 2018-03-31
issued | 附件1 | campaign.issued | 2018-03-31 | 2018-04-10
file_score | 附件2 | components.client.file.marks | null | ~'range': [0.0, 3.0]
not_yet | 三 | components.daily.overall.unmeasured | full | missing
"""
