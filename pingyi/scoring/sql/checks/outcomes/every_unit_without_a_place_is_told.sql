-- zh: 没有名次的单位都列在提示里
-- One row for each unit that a standing does not rank and of which no notice tells.
select
    unranked.standing as 排名,
    unranked.unit as 单位,
from unranked
anti join notices as told
    on told.kind = 'unranked' and unranked.standing = told."where" and unranked.unit = told.unit
order by all
