-- opinions: one row for each opinion, word for word, with the problem it became.
select
    opinions.opinion,
    opinions.unit,
    opinions.received_on,
    opinions.channel,
    opinions.text,
    opinions.problem,
    problem_states.status,
    roster.name,
    opinions.source,
    opinions.row,
from opinions
inner join roster using (unit)
left join problem_states using (problem)
order by opinions.opinion
