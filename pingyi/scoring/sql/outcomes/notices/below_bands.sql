-- notices below_bands: one row for each set of bands and unit whose marks reach none of them. found: the marks (分).
select distinct
    'decision' as severity,
    'below_bands' as kind,
    bands.band_set as "where",
    marks.unit,
    marks.marks::varchar as found,
    components.clause,
    '得分低于最低一级的下限，方案没有规定属于哪一级；请研究确定' as wanted,
from component_marks as marks
inner join plan_bands as bands on marks.component = bands.component
inner join plan_components as components on marks.component = components.component
anti join band_entries as entries
    on bands.band_set = entries.band_set and marks.unit = entries.unit and marks.draw = entries.draw
where marks.draw = 0 and marks.exact is not null
