-- Ids of the store that stand elsewhere with more zeros before them, with the longest spelling (written) and where they
-- stand. Pseudonyms are known by their numbers alone: each id that begins with zeros is looked for without some of them.
with spelled as (
    select
        "column",
        method,
        text,
        ltrim(text, '0') as bare,
    from zeros
),

longest as (
    select
        "column",
        method,
        bare,
        arg_max(text, length(text)) as written,
    from spelled
    group by "column", method, bare
),

shorter as (
    select
        "column",
        method,
        written,
        repeat('0', unnest(range(length(written) - length(bare)))) || bare as text,
    from longest
)

select
    shorter."column",
    shorter.written,
    shorter.text,
    stored.source,
    stored.sheet,
    stored.row,
from shorter
inner join stored
    on
        stored.method = shorter.method
        and case shorter."column"
            when 'form' then stored.form = shorter.text
            when 'respondent' then
                stored.respondent_high = md5_number_lower(shorter.text)
                and stored.respondent_low = md5_number_upper(shorter.text)
            when 'device' then stored.device = md5(shorter.text)
            when 'interviewer' then stored.interviewer = md5(shorter.text)
        end
order by stored.source, stored.sheet, stored.row
