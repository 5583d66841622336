"""银党厅字〔2018〕9号: the parameter file says what the document says."""

SAID = """
— | campaign.issued | 2018-06-14
— | campaign.confidential | true
六3、附件1 | errata.0 | > {printed: 11月31日, read_as: 11月30日}
二1 | units.published.0.count | 82
二2 | units.published.1.count | 7
四 | contents.four_winds.asks | ~“四风”
四 | contents.three_nots.asks | ~“三不为”
四 | contents.attitude.asks | ~服务态度
四 | contents.attitude.asks | ~精神面貌

五1 | components.third_party | > {full: 100, per: survey}
五1 | sampling.library.component | third_party
五2 | components.service_center | > {full: 100, for: {stationed: [是]}, per: year}
五2 | components.service_center.says | ~12345来电群众
五3 | components.deputies | > {full: 100, per: survey}
五3 | components.deputies.ratings.groups | {党代表: null, 人大代表: null, 政协委员: null}
五3 | components.deputies.ratings.each.by | respondent
五3 | sampling.deputies.leave_out | {post: [厅级]}
五4 | components.network | > {full: 100, of: [network.votes, network.conduct, network.media]}
五4 | components.network.votes.ratings.items | {满意度: 0.5, 社会形象: 0.5}
五4 | components.network.votes.per | year
六3 | cycles.survey.集中测评 | > {from: 2018-10-15, to: 2018-11-30}
附件1 | cycles.conduct.减分期 | > {from: 2017-12-01, to: 2018-11-30}

附件1一 | components.network.conduct.events.items.*.points | {investigated: -1, criticised: -0.5}
附件1一 | components.network.conduct.events.floor | null
附件1一 | components.network.conduct.per | conduct
附件1一 | components.network.conduct.says | ~以正式文件为准
附件1二 | components.network.media.events.items.*.points | {interview: -0.1, slow: -0.1, ignored: -0.1, onair: -0.1}
附件1二 | components.network.media.events.floor | -5
附件1二 | components.network.media.per | conduct
附件1二 | components.network.media.says | ~没有采访到的不减
附件1二(二) | components.network.media.events.items.slow.within.working_days | 5
附件1二(二) | components.network.media.events.items.slow.extended.months | 1

七1 | provisions.told | > {each: [unit], tells: true, public: false}
七1 | provisions.told.says | ~不再约谈
七2 | provisions.filed | > {to: 组织人事部门, document: 备案表}
七2 | provisions.cadres.name | ~提拔任用
七2 | provisions.base.name | ~下一年度
七3 | lists.*.take | {重点跟踪对象.third_party: 3, 重点跟踪对象.service_center: 3, 重点跟踪对象.deputies: 3, 重点跟踪对象.network: 3}
七3 | lists.*.side | {重点跟踪对象.third_party: bottom, 重点跟踪对象.service_center: bottom, 重点跟踪对象.deputies: bottom, 重点跟踪对象.network: bottom}
七3 | lists.*.by | {重点跟踪对象.third_party: third_party, 重点跟踪对象.service_center: service_center, 重点跟踪对象.deputies: deputies, 重点跟踪对象.network: network}
七3 | outcomes.*.until | {track_third_party: 2019年度, track_service_center: 2019年度, track_deputies: 2019年度, track_network: 2019年度}
七4 | provisions.problem_list | > {document: 问题清单和责任清单, each: [unit], for: {}}
七4 | provisions.followed.by | 市直机关工委
八1 | provisions.publicity.by | 市委宣传部
八1 | provisions.programmes.name | ~电视问政
八3 | provisions.spot_checks.name | ~通报曝光
八3 | provisions.feedback.to | 相关单位
六1 | provisions.duties_public.public | true

六1 | tasks.plans.due | 2018-06-30
六1 | tasks.clients.due | 2018-06-30
附件2 | tasks.clients.document | ~附件2
六1 | tasks.duties | > {section: 市委督查室, due: 2018-06-30}
六2 | tasks.library.name | ~样本库
六3 | tasks.third_party | > {from: 2018-10-15, due: 2018-11-30}
五3、六3 | tasks.deputies.due | 2018-11-30
六3 | tasks.data.due | 2018-12-10
六4 | tasks.report | > {due: 2018-12-31, to: 银川市委}
八2 | tasks.hotline | > {section: 12345便民服务中心, every: month}
八2 | tasks.media | > {section: 银川新闻传媒集团, every: month}
八3 | tasks.contacts.due | 2018-06-22
"""

OPEN = """
levels | 五 | components.deputies.ratings.levels | {满意: 100, 基本满意: 60, 不满意: 0, 不了解: null} | ~80
impossible_date | 附件1 | cycles.conduct.减分期.to | 2018-11-30 | —
tie | 七3 | standings.network.ties | [share] | ~draw
groups | 七3 | lists.重点跟踪对象.network.within | [] | [category]
thin_method | 五 | components.third_party.ratings.few.then | flag | not_scored
image | 五4 | components.network.votes.ratings.items | {满意度: 0.5, 社会形象: 0.5} | {满意度: 1, 社会形象: 0}; {满意度: null, 社会形象: null}
all_year | 六3 | cycles.year.全年.to | 2018-12-10 | 2018-11-30
sample_size | 五1 | sampling.library.take | 60 | 100
signature | 附件1二 | components.network.media.events.needs | signed | null
second_part_signed | 附件1二 | components.network.media.events.needs | signed | null
"""
