-- band_entries: one row for each draw, set of bands and unit with marks: the band whose lower bound its marks reach.
select
    marks.draw,
    bands.band_set,
    marks.unit,
    arg_max(bands.band, bands.starts) as band,
    any_value(marks.marks) as marks,
from component_marks as marks
semi join turn_components using (component)
inner join plan_bands as bands
    on marks.component = bands.component and compared(marks.exact) >= compared_number(bands.starts)
group by marks.draw, bands.band_set, marks.unit
