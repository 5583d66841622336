"""Every parameter file says what its document says; what the document leaves open is a reading, and nothing else is."""

from importlib import import_module

import pytest

from pingyi.common import paths
from tests.plans import assert_open, assert_said, readings, rows

CAMPAIGNS = paths.campaigns()
TABLES = {campaign: import_module(f"tests.plans.{campaign.replace('-', '_')}") for campaign in CAMPAIGNS}
SAID = [(campaign, row) for campaign in CAMPAIGNS for row in rows(TABLES[campaign].SAID)]
OPEN = [(campaign, row) for campaign in CAMPAIGNS for row in rows(TABLES[campaign].OPEN)]


@pytest.mark.parametrize(("campaign", "row"), SAID, ids=str)
def test_the_plan_says_what_the_document_says(campaign, row):
    assert_said(campaign, row)


@pytest.mark.parametrize(("campaign", "row"), OPEN, ids=str)
def test_what_the_document_leaves_open_is_a_reading(campaign, row):
    assert_open(campaign, row)


@pytest.mark.parametrize("campaign", CAMPAIGNS)
def test_no_other_question_is_open(campaign):
    assert readings(campaign) == sorted(row.cells[0] for at, row in OPEN if at == campaign)
