-- earlier_entries: one row for each entry of an earlier year's list and unit that it counts for: the one that bears its
-- code, those that took it over (successions), or, where there is none of either, the code as it stands.
-- former: the code and name under which the unit was listed, where it was another one. code, name: as the file writes them.
select
    history.year,
    history.list,
    coalesce(heirs.unit, history.unit) as unit,
    if(
        coalesce(heirs.unit, history.unit) = history.unit,
        nullif(history.listed_as, ''),
        concat_ws(' ', history.unit, history.name)
    ) as former,
    history.unit as code,
    history.name,
    history.source,
    history.row,
from history
left join successions as heirs
    on
        history.unit = heirs.code
        and (history.year >= heirs.since or nullif(history.listed_as, '') is not null)
where heirs.unit is not null or history.unit not in (select code from successions)
