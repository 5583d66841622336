"""Figures: result tables in, Altair charts out. No file, no database and no number of a plan is touched here."""

from pingyi.figures import quick as quick
from pingyi.figures.levels import ballot_shares, levels_by_channel
from pingyi.figures.lists import list_total_breakdown, network_marks
from pingyi.figures.lost import unit_profile, where_lost, where_lost_spread
from pingyi.figures.moves import place_changes
from pingyi.figures.nearcut import list_chances, near_cut, place_ranges
from pingyi.figures.outcomes import consequences_by_organ
from pingyi.figures.pictures import OnPage, enable, on_page, png, scripts, svg
from pingyi.figures.ratings import votes_per_unit
from pingyi.figures.roster import calendar, units_by_category
from pingyi.figures.spread import daily_spread

__all__ = [
    "OnPage",
    "ballot_shares",
    "calendar",
    "consequences_by_organ",
    "daily_spread",
    "enable",
    "levels_by_channel",
    "list_chances",
    "list_total_breakdown",
    "near_cut",
    "network_marks",
    "on_page",
    "place_changes",
    "place_ranges",
    "png",
    "scripts",
    "svg",
    "unit_profile",
    "units_by_category",
    "votes_per_unit",
    "where_lost",
    "where_lost_spread",
]
