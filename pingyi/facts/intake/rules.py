"""What the plan asks of each row of facts: every table's rules, and those of units and earlier years.

A row whose component or unit is not known is asked only what does not depend on it: the unknown name is the fault.
"""

from functools import partial

from pingyi.common.codebook import codebook
from pingyi.facts.intake.decision_rules import DECISIONS
from pingyi.facts.intake.event_rules import EVENTS
from pingyi.facts.intake.mark_rules import MARKS, MEASURES
from pingyi.facts.intake.rule import Row, Rule, Said, Wrong, one_of
from pingyi.facts.intake.setting import Setting
from pingyi.facts.intake.unit_changes import CHANGES
from pingyi.facts.intake.vote_rules import COUNTS, RATINGS
from pingyi.facts.intake.work_rules import CONTACTS, PROBLEMS


def rules_of(table: str) -> list[Rule]:
    """Every rule for rows of a table; the more telling ones come first, since one fault a cell is kept."""
    choices = [column.name for column in codebook().facts[table].columns if column.kind == "choice"]
    return RULES.get(table, []) + [Rule(partial(_is_known, name), (name,)) for name in choices]


def _is_known(column: str, setting: Setting, table: str, row: Row) -> Said:
    choice, value = setting.choice(table, column), row[column]
    if choice and value is not None and value not in choice.valid:
        nothing = f"方案中没有可填的{setting.table(table).column(column).head}"
        yield Wrong(column, choice.wanted if choice.valid else nothing, choice.near(value))


def _category_unless_of_a_system(setting: Setting, table: str, row: Row) -> Said:
    choice = setting.choice(table, "category")
    if choice and row["category"] is None and row["system"] is None:
        yield from one_of(None, "category", choice, "")


def _management_unless_of_a_system(setting: Setting, table: str, row: Row) -> Said:
    choice = setting.choice(table, "management")
    if choice and row["management"] is None and row["system"] is None:
        yield from one_of(None, "management", choice, "")


def _earlier_than_the_campaign(setting: Setting, table: str, row: Row) -> Said:
    year = setting.plan.campaign.year
    if row["year"] is not None and not 1990 <= row["year"] < year:
        yield Wrong("year", f"应为 {year} 年以前的年度")


RULES: dict[str, list[Rule]] = {
    "units": [
        Rule(_category_unless_of_a_system, ("category", "system")),
        Rule(_management_unless_of_a_system, ("management", "system")),
        *CHANGES,
    ],
    "ratings": RATINGS,
    "counts": COUNTS,
    "marks": MARKS,
    "events": EVENTS,
    "measures": MEASURES,
    "history": [Rule(_earlier_than_the_campaign, ("year",))],
    "rechecks": [Rule(_earlier_than_the_campaign, ("year",))],
    "contacts": CONTACTS,
    "problems": PROBLEMS,
    "decisions": DECISIONS,
}
