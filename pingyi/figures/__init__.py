"""Figures: result tables in, Altair charts out. No file, no database and no number of a plan is touched here."""

from pingyi.figures import quick
from pingyi.figures.exploring import brushed, columns_at_a_glance, moved_places, side_by_side
from pingyi.figures.levels import ballot_shares, levels_by_channel, levels_by_component
from pingyi.figures.lists import list_total_breakdown, network_marks
from pingyi.figures.lost import unit_profile, where_lost, where_lost_spread
from pingyi.figures.months import monthly_rates, problem_months
from pingyi.figures.moves import place_changes
from pingyi.figures.nearcut import list_chances, near_cut, place_ranges
from pingyi.figures.outcomes import consequences_by_organ
from pingyi.figures.pictures import OnPage, enable, on_page, png, scripts, svg
from pingyi.figures.ratings import votes_per_unit
from pingyi.figures.response import response_by_channel, response_by_unit
from pingyi.figures.roster import calendar, units_by_category
from pingyi.figures.spread import daily_spread
from pingyi.figures.state import lapses, leaf_states, lost_by_unit
from pingyi.figures.work import work_plan

__all__ = [
    "OnPage",
    "ballot_shares",
    "brushed",
    "calendar",
    "columns_at_a_glance",
    "consequences_by_organ",
    "daily_spread",
    "enable",
    "lapses",
    "leaf_states",
    "levels_by_channel",
    "levels_by_component",
    "list_chances",
    "list_total_breakdown",
    "lost_by_unit",
    "monthly_rates",
    "moved_places",
    "near_cut",
    "network_marks",
    "on_page",
    "place_changes",
    "place_ranges",
    "png",
    "problem_months",
    "quick",
    "response_by_channel",
    "response_by_unit",
    "scripts",
    "side_by_side",
    "svg",
    "unit_profile",
    "units_by_category",
    "votes_per_unit",
    "where_lost",
    "where_lost_spread",
    "work_plan",
]
