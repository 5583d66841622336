-- overpicked: one row for each form and level marked too often, where the plan drops the level and keeps the form.
select
    ratings.component,
    ratings.form,
    ratings.level,
from ratings
inner join plan_ratings as rules on ratings.component = rules.component and rules.drops_levels
inner join plan_picks on ratings.component = plan_picks.component and ratings.level = plan_picks.level
group by ratings.component, ratings.form, ratings.level, plan_picks.most
having count(*) > plan_picks.most
