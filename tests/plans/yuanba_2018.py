"""《关于开展政风行风评议和内设机构作风效能评测工作的通知》: the parameter file says what the document says."""

SAID = """
— | campaign.issued | 2018-07-30
一 | units.published.0.count | 2
一 | units.published.0.for | {focus: [是]}
二(一) | contents.style.asks | ~“门好进、脸好看、事难办、冷硬横推”
二(一) | contents.style.asks | ~管理松散、纪律松懈、自由散漫
二(二) | contents.quality.asks | ~有令不行、执行不力、中梗阻
二(三) | contents.lawful.asks | ~“双随机、一公开”
二(四) | contents.clean.asks | ~指定或变相指定中介服务

三(一) | calendar.安排部署.to | 2018-07-31
三(二)1 | calendar.收集意见 | > {from: 2018-08-01, to: 2018-09-30}
三(二)2 | calendar.集中整改 | > {from: 2018-10-01, to: 2018-11-30}
三(二) | cycles.review.评议期.from | 2018-08-01
三(二)(三) | cycles.review.评议期.to | 2018-11-30
三(四) | calendar.综合评定.from | 2018-12-01

三(二)3 | components.open | > {full: 40, per: review}
三(二)3 | components.open.ratings | > {levels: {满意: 90, 基本满意: 70, 不满意: 50}, groups: {效能监督员: null, 领导小组成员: null, 服务对象: null}}
三(三)1 | components.internal | > {full: 30, per: review}
三(三)1 | components.internal.ratings | > {levels: {满意: 90, 基本满意: 70, 不满意: 50}, groups: {班子成员: 0.5, 部门人员: 0.5}}
三(三)2 | components.external | > {full: 30, per: review}
三(三)2 | components.external.ratings.levels | {满意: 90, 基本满意: 70, 不满意: 50}
三(三)2、三(三) | components.external.ratings.groups | {区主管单位: null, 服务对象: null, 社会监督员: null}
三(四) | components.bonus.events.items.*.points | {praise: 5}
三(四) | components.deductions.events.items.*.points | {breach: [null, 0]}
三(四) | components.basis.events.items.*.points | {goal: null, complaint: [null, 0], window: null, visit: [null, 0]}
三(四) | components.basis.events.items.*.name | {goal: 目标绩效完成情况, complaint: 群众有效投诉, window: 窗口评价意见, visit: 明察暗访发现问题}
三 | components.total | > {full: 100, of: [open, internal, external, bonus, deductions, basis]}
三(四) | standings.total.ties | [external, internal, open, draw]

三(四) | lists.首位 | > {take: 1, side: top}
三(四) | lists.末位 | > {take: 1, side: bottom}
四 | outcomes.praised.list | 首位
四 | outcomes.admonished | > {to: unit_head, effect: 诫勉谈话}
四 | outcomes.rectify.effect | 限期整改
四 | outcomes.no_awards_unit.to | unit
四 | outcomes.no_awards_head.to | unit_head
四 | outcomes.twice_last.when.running | {list: 末位, years: 2}
四 | outcomes.twice_last.effect | 组织处理
四 | provisions.reported.to | 区效能办
四 | provisions.told.name | ~干部职工大会
四 | provisions.told.tells | true
四 | provisions.assessed.name | ~工作考评
四 | provisions.cadres.name | ~干部考核

三(一) | tasks.plan | > {to: 区效能办, due: 2018-07-31}
三(一) | tasks.deploy.due | 2018-07-31
三(二)1 | tasks.opinions.name | ~照原话
三(二)1 | tasks.opinions | > {document: 整改清单, to: 各内设机构, due: 2018-09-30}
三(二) | tasks.inspected.name | ~明察暗访、内设机构负责人述责述廉
三(二)2 | tasks.monthly | > {every: month, from: 2018-10-01, due: 2018-11-30, to: 镇评测办}
三(二)2 | tasks.publish.to | 社会
三(二)3 | tasks.random.due | 2018-11-30
三(三)1 | tasks.internal.due | 2018-11-30
三(三)2 | tasks.external.due | 2018-11-30
三(四) | tasks.rank.due | 2018-12-31
"""

OPEN = """
conversion | 三(二)3 | components.internal.ratings.out_of | 100 | 90
tie | 三(四) | standings.total.ties | [external, internal, open, draw] | —
self_vote | 三(三) | components.external.ratings.own_unit | false | true
group_missing | 三(三)1 | components.internal.ratings.group_missing | spread | zero
open_mean | 三(二)3 | components.open.over_cycles | sum | mean
basis | 三(四) | components.total.of | ~basis | [open, internal, external, bonus, deductions]
praise_times | 三(四) | components.bonus.events.cap | null | 5
regular | 三(二) | tasks.inspected.every | month | null
year_window | 三(四) | cycles.year.全年.from | 2018-01-01 | 2018-07-01
"""
