-- The plan as rows. Columns are described where they are made: pingyi/plan/*rows.py and the classes it reads.
create table plan_campaign (campaign varchar, year integer, exempt_list varchar, exempt_years integer);
create table plan_categories (category varchar, position integer);
create table plan_components (
    component varchar, name varchar, parent varchar, joins varchar, position integer, method varchar, turn integer,
    outside boolean, weighs boolean, per varchar, over_cycles varchar, cycle_missing varchar, missing varchar,
    unmeasured varchar, limited boolean, clause varchar, says varchar
);
create table plan_full (component varchar, category varchar, full_marks decimal(18, 6), weight decimal(18, 6));
create table plan_component_traits (component varchar, use varchar, trait varchar, value varchar);
create table plan_component_lists (component varchar, list varchar);
create table plan_cycles (
    component varchar, cycle varchar, position integer, starts date, ends date, full_marks decimal(18, 6)
);
create table plan_cycle_parts (
    component varchar, cycle varchar, part varchar, position integer, starts date, full_marks decimal(18, 6)
);
create table plan_ancestors (component varchar, ancestor varchar, depth integer);
create table plan_ratings (
    component varchar, out_of decimal(18, 6), score_per varchar, group_missing varchar, own_unit boolean,
    by_rater boolean, keep varchar, void_counts boolean, by_form boolean, unmarked varchar, drops_levels boolean, below integer,
    own_share decimal(18, 6), few_then varchar, mean_of varchar, counted_per varchar, no_votes varchar
);
create table plan_levels (component varchar, level varchar, position integer, value decimal(18, 6));
create table plan_words (component varchar, kind varchar, word varchar, position integer);
create table plan_picks (component varchar, level varchar, least integer, most integer);
create table plan_groups (component varchar, grp varchar, category varchar, weight decimal(18, 6));
create table plan_items (component varchar, item varchar, weight decimal(18, 6));
create table plan_marks (
    component varchar, trim_top decimal(18, 6), trim_bottom decimal(18, 6), one_each boolean, marker_missing varchar
);
create table plan_markers (component varchar, marker varchar, weight decimal(18, 6));
create table plan_marker_traits (component varchar, marker varchar, trait varchar, value varchar);
create table plan_void_marks (component varchar, mark decimal(18, 6));
create table plan_events (
    component varchar, base decimal(18, 6), floor decimal(18, 6), cap decimal(18, 6), same_deed boolean,
    needs_signature boolean
);
create table plan_catalogue (
    component varchar, item varchar, name varchar, points decimal(18, 6), veto varchar, veto_per varchar, has_ladder boolean, clause varchar
);
create table plan_deadlines (item varchar, extended boolean, kind varchar, number integer);
create table plan_event_states (component varchar, status varchar);
create table plan_factors (item varchar, factor varchar, times decimal(18, 6));
create table plan_ladders (item varchar, nth integer, points decimal(18, 6), last boolean);
create table plan_measures (component varchar, of varchar);
create table plan_converts (
    component varchar, phase varchar, step integer, last boolean, kind varchar, a decimal(18, 6), b decimal(18, 6),
    c decimal(18, 6), d decimal(18, 6), e decimal(18, 6), word varchar
);
create table plan_convert_steps (
    component varchar, phase varchar, step integer, bound decimal(18, 6), marks decimal(18, 6)
);
create table plan_standings (
    standing varchar, name varchar, position integer, component varchar, turn integer, min_votes integer,
    by_lot boolean, clause varchar
);
create table plan_ties (standing varchar, position integer, component varchar, level varchar, fewer boolean);
create table plan_standing_groups (standing varchar, trait varchar);
create table plan_bands (band_set varchar, component varchar, band varchar, starts decimal(18, 6));
create table plan_lists (
    list varchar, name varchar, position integer, turn integer, shortlist boolean, standing varchar, bottom boolean,
    take integer, share decimal(18, 6), share_of varchar, share_round varchar, decided_by varchar, decided_due date, quota_by varchar, rest integer, rest_by varchar, direct_list varchar,
    direct_years_ago integer, direct_inside boolean, good boolean, clause varchar, says varchar
);
create table plan_list_parts (list varchar, part varchar, word varchar, number integer);
create table plan_outcomes (
    outcome varchar, position integer, list varchar, effect varchar, effect_name varchar, unit_of_measure varchar,
    combine varchar, subject_kind varchar, amount decimal(18, 6), until varchar, clause varchar
);
create table plan_leave_out (outcome varchar, list varchar);
create table plan_conditions (
    owner_kind varchar, owner varchar, mode varchar, what varchar, name varchar, texts varchar[], number integer,
    at_least decimal(18, 6), below decimal(18, 6), above decimal(18, 6), at_most decimal(18, 6)
);
create table plan_published (position integer, count integer, of varchar, clause varchar, trait varchar, texts varchar[]);
create table plan_voters (component varchar, grp varchar, share decimal(18, 6), clause varchar);
create table plan_contents (
    content varchar, name varchar, position integer, component varchar, clause varchar, says varchar
);
create table plan_tasks (
    task varchar, name varchar, phase varchar, section varchar, position integer, every varchar, shown_by varchar,
    recipient varchar, hands_in varchar, printed varchar, starts date, due date, clause varchar, says varchar
);
create table plan_task_days (task varchar, day date);
create table plan_task_traits (task varchar, trait varchar, value varchar);
create table plan_provisions (
    provision varchar, name varchar, position integer, actor varchar, recipient varchar, tells boolean, public boolean,
    due date, hands_in varchar, printed varchar, clause varchar, says varchar
);
create table plan_provision_subjects (provision varchar, subject_kind varchar);
create table plan_provision_traits (provision varchar, trait varchar, value varchar);
create table plan_problem_items (component varchar, status varchar, item varchar);
create table plan_rechecks (
    recheck varchar, name varchar, list varchar, years_ago integer, due date, blocks varchar, clause varchar
);
