"""Figures: result tables in, Altair charts out. No file, no database and no number of a plan is touched here.

Each subject has a module: campaign_figures, rating_figures, score_figures, ranking_figures; exploring for an analyst;
frame_figures for the answer to a question of one's own.
"""

from pingyi.figures import altair_startup
from pingyi.figures.campaign_figures import (
    calendar,
    consequences_by_organ,
    problem_months,
    units_by_category,
    work_plan,
)
from pingyi.figures.exploring import brushed, columns_at_a_glance, moved_places, named_bars, side_by_side
from pingyi.figures.frame_figures import bars, points, shares, strips
from pingyi.figures.ranking_figures import (
    daily_spread,
    list_chances,
    near_cut,
    network_marks,
    place_changes,
    place_ranges,
)
from pingyi.figures.rating_figures import (
    levels_by_channel,
    levels_by_component,
    monthly_rates,
    response_by_channel,
    response_by_unit,
    votes_per_unit,
)
from pingyi.figures.score_figures import (
    lapses,
    leaf_states,
    list_total_breakdown,
    lost_by_unit,
    where_lost,
    where_lost_spread,
)

__all__ = [
    "altair_startup",
    "bars",
    "brushed",
    "calendar",
    "columns_at_a_glance",
    "consequences_by_organ",
    "daily_spread",
    "lapses",
    "leaf_states",
    "levels_by_channel",
    "levels_by_component",
    "list_chances",
    "list_total_breakdown",
    "lost_by_unit",
    "monthly_rates",
    "moved_places",
    "named_bars",
    "near_cut",
    "network_marks",
    "place_changes",
    "place_ranges",
    "points",
    "problem_months",
    "response_by_channel",
    "response_by_unit",
    "shares",
    "side_by_side",
    "strips",
    "units_by_category",
    "votes_per_unit",
    "where_lost",
    "where_lost_spread",
    "work_plan",
]
