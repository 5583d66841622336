"""《2020年度全县千人评机关中层科室和基层站所活动工作方案》: the parameter file says what the document says."""

SAID = """
— | campaign.issued | 2020-04-29
二 | units.published.0.count | 274
二 | units.published.1.count | 40
二 | units.published.2.count | 76
二 | units.published.3.count | 76
二 | units.published.4.count | 122
二 | units.exempt | > {listed: 满意单位, years: 2}
四(一) | components.daily | > {imported: {system: [卫健, 金融]}, full: 85, of: [client, hotline, online, supervisor, inspection]}
二 | tasks.system_plans.section | 县卫生健康局、县金融工作服务中心
二 | tasks.upload | > {every: workday, shown_by: clients}
二 | tasks.upload.for.category | [审批服务类, 管理执法类]
二 | tasks.callback.name | ~电话回访
二 | tasks.other_data.section | 其他参评单位
三(一) | contents.centre.components | [client, supervisor, inspection, network]
三(一) | contents.centre.asks | ~“两个健康”
三(二) | contents.service.asks | ~敢于担当
三(三) | contents.duty.asks | ~“三清单一承诺”
三(四) | contents.law.asks | ~“小鬼难缠”
四(一)4 | contents.inspected | > {components: [inspection], asks: [“三强两促”专项活动开展情况, “六重”清单推进情况, “三清单一承诺”落实情况, 服务质量, 遵守廉洁自律规定情况]}
四(一)4 | contents.inspected.says | ~明查暗访、投诉核查、纪检监察和巡察发现的问题、行政败诉

四(一) | calendar.日常评议 | > {from: 2020-04-21, to: 2020-11-10}
四(二) | calendar.网络评议 | > {from: 2020-11-11, to: 2020-11-30}
四(三) | calendar.综合评议.from | 2020-12-01
四(一)1 | cycles.half.半年度.from | 2020-04-21
四(一)1 | components.client | > {full: 50, cycle_full: {半年度: 25, 年终: 25}}
四(一)1 | components.client.ratings.levels | {满意: 1, 基本满意: 0.6, 不满意: 0}
四(一)1 | components.client.ratings.channels.*.for | {电话: {}, 短信: {}, 案卷: {category: [管理执法类]}}
四(一)1 | components.client.ratings.few | > {below: 30, own_share: 0.3}
四(一)2 | components.hotline.full | 5
四(一)2 | components.hotline.convert.0 | ~'from': 100.0, 'to': 5.0
附件2 | components.hotline.conduct.events | > {base: 10, floor: 0}
附件2 | components.hotline.conduct.per | year
附件2 | components.hotline.conduct.events.items.*.points | {conduct: [-5, -3]}
附件2 | components.hotline.conduct.events.items.*.factors | {conduct: {}}
附件2 | components.hotline.handling.events | > {base: 90, floor: 0}
附件2 | components.hotline.handling.per | quarter
附件2 | components.hotline.handling.events.items.*.points | {late: -1, contact: -1, shirk: -2, undone: [-5, -3], urgent: -5}
附件2 | components.hotline.handling.events.items.*.factors.cohandler | {late: 0.5, contact: 0.5, shirk: 0.5, undone: 0.5, urgent: 0.5}
附件2 | components.hotline.handling.says | ~无理访不扣
附件2 | components.hotline.handling.says | ~县信访局
附件2 | tasks.handling.every | quarter
附件2注3 | components.online.events.items.*.points | {valid: -1}
附件2注3 | components.online.events | > {base: 5, floor: 0}
四(一)3 | components.supervisor.full | 5
四(一)3 | components.supervisor.marks | > {decimals: 1, bands: {优秀: [4, 5], 良好: [3, 3.9], 一般: [0, 2.9]}}
四(一)3 | components.supervisor.marks.quota | > {up_to: 3, each_at_most: 1, above: equal_parts}
四(一)3 | components.supervisor.marks.markers.*.weight | {主管部门: 2, 乡镇: 1}
四(一)3 | tasks.supervisor | > {due: 2020-11-10, to: 县评议办}
四(一)4 | components.inspection | > {full: 20, per: review_year}
四(一)4 | components.inspection.events | > {base: 20, floor: 0}
四(一)4 | components.inspection.events.items.*.points | {county: -1, city: -2, complaint: -1, discipline_county: -2, discipline_city: -4, head_case: -20, deputy_case: -10, staff_case: -5, unit_case: -20, old_head_case: -8, old_deputy_case: -5, old_staff_case: -3, old_unit_case: -10}
四(一)4 | components.inspection.events.items.county.factors | {aggravated: 2}
四(一)4 | components.inspection.events.items.city.factors | {aggravated: 2}
四(一)4 | components.inspection.events.items.complaint.factors | {aggravated: 2}
四(一)4 | cycles.review_year.评议年度 | > {from: 2019-12-01, to: 2020-11-30}

四(二)1 | shortlists.满意候选.quota | ~'take': {'卫健': 2.0, '金融': 4.0}, 'rest': 44.0
四(二)1 | shortlists.不满意候选.quota | ~'take': {'卫健': 2.0, '金融': 4.0}, 'rest': 44.0
四(二)1 | shortlists.满意候选.side | top
四(二)1 | shortlists.不满意候选.side | bottom
四(二)1 | shortlists.*.by | {满意候选: daily, 不满意候选: daily}
四(二)1 | shortlists.不满意候选.also | > {listed: 不满意单位, years_ago: 1}
四(二)1 | shortlists.*.decided.due | {满意候选: 2020-11-10, 不满意候选: 2020-11-10}
四(二)1 | tasks.system_names.document | 参加网络评议单位名单
四(二)1 | tasks.candidates.due | 2020-11-10
四(二)2 | sampling.voters.quota | {服务对象: 0.65, 代表干部企业家: 0.35}
四(二)3 | tasks.ballot | > {from: 2020-11-11, due: 2020-11-30}
四(二)4 | components.network.full | 15
四(二)4 | components.network.ratings.levels | {满意: 1, 基本满意: 0.6, 不满意: 0}
四(二) | components.network.ratings.form.exactly | {满意: 10, 不满意: 10}
四(二) | components.network.ratings.each.by | respondent
四(二)5 | components.bonus.events.items.*.points | {award_nation: 5, award_province: 3, award_city: 1, model_nation: 3, model_province: 2, model_city: 1, covid_centre: 5, covid_province: 3, covid_city: 2}
四(二)5 | components.bonus.events.cap | 5
四(二)5 | components.bonus.events.same_deed.keep | gravest
四(二)5 | components.bonus | > {outside: true, per: review_year}
四(二)5 | components.bonus.says | ~综合性工作，表彰机构的级别
四(三) | components.total | > {of: [daily, network, bonus], full: 100}
四(三) | lists.*.take | {满意单位: 10, 不满意单位: 10, 最不满意单位: 3}
四(三) | lists.*.side | {满意单位: top, 不满意单位: bottom, 最不满意单位: bottom}
四(三) | lists.*.from | {满意单位: [满意候选], 不满意单位: [不满意候选], 最不满意单位: [不满意单位]}
四(三) | lists.*.decided.by | {满意单位: 县委常委会, 不满意单位: 县委常委会, 最不满意单位: 县委常委会}
四(三) | tasks.propose.to | 县委常委会
四(三) | tasks.report_city | > {due: 2020-12-20, from: 2020-12-11, document: 报市名单}
四(三) | outcomes.report_best.when.place.up_to | 1
四(三) | outcomes.report_worst.list | 不满意单位
四(三) | provisions.city_notice.to | 全市

五(一) | provisions.lead_bonus.name | ~适当加分
五(一) | outcomes.first_three | > {when: {place: {up_to: 3}}, unless: {grade: [优秀]}}
五(一) | outcomes.first_three_top.when | > {place: {up_to: 3}, grade: [优秀]}
五(一) | outcomes.grade_up | > {when: {place: {from: 4}}, unless: {grade: [优秀]}}
五(一) | outcomes.lowest_grade.unless.grade | [合格]
五(二) | outcomes.removed.when.running | {list: 最不满意单位, years: 2}
五(二) | outcomes.no_promotion_head.until | 2021年6月复评合格
— | effects.优秀档.name | 全体人员考绩奖按优秀档次发放
— | effects.通报批评.name | 由县委、县政府通报批评
五(二) | provisions.systems.for | {system: [卫健, 金融]}
五(二) | rechecks.复评 | > {due: 2020-06-30, blocks: [不得提拔]}
六(一) | tasks.own_plans.name | ~联系科室
六(二) | provisions.self_check.name | ~自查自纠
六(二) | provisions.accountable.name | ~“一案双查”
六(三) | components.inspection.events.items.discipline_county.points | -2
六(三) | provisions.discipline.name | ~有关责任人和负责人
六(四) | provisions.plate.public | true
六(四) | tasks.name_forms.due | 2020-05-08
六(四) | tasks.name_forms.document | ~附件3
六(四) | tasks.contact_forms.due | 2020-05-08
六(四) | tasks.contact_forms.document | ~附件4
"""

OPEN = """
half_ends | 四(一)1 | cycles.half.半年度.to | 2020-06-30 | 2020-07-31
platform_window | 附件2 | cycles.year.全年.from | 2020-01-01 | 2020-04-21
upload_days | 二 | tasks.upload.every | workday | day
marker_missing | 四(一)3 | components.supervisor.marks.marker_missing | spread | zero; not_scored
band_quota | 四(一)3 | components.supervisor.marks.quota.marker | 主管部门 | —
sample_size | 四(一)1 | sampling.clients.take | 60 | 100
same_deed | 四(一)4 | components.inspection.events.same_deed | null | {keep: gravest}
discipline | 六(三) | components.inspection.events.items.discipline_county.points | -2 | -20
grade_names | 五(一) | units.grades | [优秀, 良好, 合格] | [优秀, 良好, 合格, 不合格]
systems_consequences | 五(二) | outcomes.worst_dual_township.when.units | {management: [双重], system: [""]} | {management: [双重]}
small_sample_scope | 四(一)1 | components.client.ratings.few.counted_per | cycle | year; year
item_mean_units | 四(一)1 | components.client.ratings.few.mean_of | rated_units | same_category; enough_votes
no_votes | 四(一)1 | components.client.ratings.none.then | mean | zero; not_scored
hotline_quarters | 附件2 | components.hotline.handling.per | quarter | year
direct_entry | 四(二)1 | shortlists.不满意候选.also.place | on_top | inside
other_44 | 四(二)1 | shortlists.满意候选.quota.rest_by | null | category
both_lists | 四(二)1 | shortlists.满意候选.leave_out_direct_of | [不满意候选] | []
unmarked | 四(二)3 | components.network.ratings.form.unmarked | 基本满意 | not_counted
wrong_picks | 四(二)3 | components.network.ratings.form.else | whole_form_void | drop_level
worst_points | 五(一) | outcomes.bad_single.leave_out | [最不满意单位] | []
several_units | 五(一) | effects.考绩分.combine | sum | strongest
tie | 四(三) | standings.total.ties | [client, inspection, draw] | [share]
"""
