"""What plants are made with: a campaign's own rows copied under other people, and what was planted as a truth."""

from dataclasses import dataclass

import numpy as np
import polars as pl

from pingyi.integrity.detector import Finding
from pingyi.simulate.rating_facts import sort_levels
from pingyi.simulate.world import draw_pseudonyms
from tests.canvassing.clean_campaign import Facts, Lived

WHERE = ["source", "sheet", "row"]
"""What tells a row of a table from all others."""

MINUTES = 40
"""By how much a copied moment is moved at most, either way."""


@dataclass(frozen=True)
class Planted:
    """Facts with one pattern in them.

    detector: which one should find it. method, subject: in what and about whom (None: any subject). rows: their
    table and `WHERE`.
    """

    facts: Facts
    detector: str
    method: str
    subject: str | None
    rows: pl.DataFrame

    def found_by(self, findings: list[Finding]) -> bool:
        """Whether a finding of the detector is about the subject and names at least half of the rows planted."""
        own = [one for one in findings if one.detector == self.detector and one.method == self.method]
        named = [one for one in own if self.subject in (None, one.subject)]
        covered = [self.rows.join(one.rows, on=["table", *WHERE], how="semi", nulls_equal=True).height for one in named]
        return 2 * max(covered, default=0) >= self.rows.height


def levels_of(lived: Lived, method: str) -> list[str]:
    """Levels with a value, from best to worst."""
    rule = lived.plan.component(method).ratings
    assert rule is not None
    return [level for level in sort_levels(rule.levels) if rule.levels[level] is not None]


def one_of(rng: np.random.Generator, values: pl.Series | list[str]) -> str:
    """One of several names."""
    names = sorted({*values})
    return str(names[int(rng.integers(len(names)))])


def single_method(lived: Lived, rng: np.random.Generator) -> str:
    """A method whose ratings come one by one."""
    ratings = lived.facts["ratings"]
    return one_of(rng, ratings.filter(pl.col("form").is_null())["method"])


def a_unit(lived: Lived, rng: np.random.Generator, method: str) -> str:
    """A unit that was rated by a method."""
    return one_of(rng, lived.facts["ratings"].filter(pl.col("method") == method)["unit"])


def ratings_like(lived: Lived, rng: np.random.Generator, method: str, unit: str, number: int) -> pl.DataFrame:
    """So many copies of ratings of a unit, one by one, by people who have not rated yet, at about the same moments."""
    own = lived.facts["ratings"].filter(pl.col("method") == method, pl.col("unit") == unit)
    rows = own[rng.integers(0, own.height, number).tolist()]
    return _by_strangers(rng, rows.with_columns(nth=pl.int_range(number)))


def forms_like(
    lived: Lived, rng: np.random.Generator, method: str, number: int, unit: str | None = None
) -> pl.DataFrame:
    """Copies of so many forms by new people under new numbers, told apart by `nth`."""
    own = lived.facts["ratings"].filter(pl.col("method") == method, pl.col("unit") == unit if unit else pl.lit(True))
    forms = own["form"].unique().sort()
    chosen = forms.gather(rng.integers(0, len(forms), number).tolist())
    copies = pl.DataFrame({"form": chosen, "nth": range(number)}).join(own, on="form", maintain_order="left_right")
    new = pl.concat_str(pl.lit(f"{method}-"), 90_000 + pl.col("nth"))
    return _by_strangers(rng, copies.with_columns(form=new).select(*own.columns, "nth"))


def _by_strangers(rng: np.random.Generator, rows: pl.DataFrame) -> pl.DataFrame:
    number = rows["nth"].n_unique()
    people = pl.Series(draw_pseudonyms(rng, number).tolist()).gather(rows["nth"].to_list())
    moved = pl.lit(pl.Series(rng.integers(-MINUTES * 60, MINUTES * 60, number)).gather(rows["nth"].to_list()))
    moment = pl.col("rated_on") + pl.duration(seconds=moved)
    return rows.with_columns(respondent=people, device=pl.lit("n") + people, rated_on=moment)


def a_morning(lived: Lived, rng: np.random.Generator, method: str) -> pl.Expr:
    """A moment between nine and three on a day on which a method was answered."""
    days = lived.facts["ratings"].filter(pl.col("method") == method)["rated_on"].dt.truncate("1d")
    day = days[int(rng.integers(len(days)))]
    return pl.lit(day, pl.Datetime("us")) + pl.duration(seconds=int(rng.integers(9 * 3600, 15 * 3600)))


def planted(
    lived: Lived, rows: pl.DataFrame, detector: str, method: str, subject: str | None, own: pl.Expr | None = None
) -> Planted:
    """The campaign with rating rows added at the end. own: which of them are the pattern (None: all)."""
    ratings = lived.facts["ratings"]
    last = ratings["row"].max()
    assert isinstance(last, int)
    numbered = rows.with_columns(row=pl.int_range(last + 1, last + 1 + pl.len(), dtype=pl.Int64))
    facts = lived.facts | {"ratings": pl.concat([ratings, numbered.select(ratings.columns)])}
    pattern = numbered if own is None else numbered.filter(own)
    return Planted(facts, detector, method, subject, _where(pattern, "ratings"))


def written_over(
    lived: Lived, table: str, rows: pl.DataFrame, detector: str, method: str, subject: str | None
) -> Planted:
    """The campaign with some rows of a table written over."""
    frame = lived.facts[table]
    rest = frame.join(rows, on=WHERE, how="anti", nulls_equal=True)
    facts = lived.facts | {table: pl.concat([rest, rows.select(frame.columns)]).sort(WHERE)}
    return Planted(facts, detector, method, subject, _where(rows, table))


def _where(rows: pl.DataFrame, table: str) -> pl.DataFrame:
    return rows.select(pl.lit(table).alias("table"), *WHERE)


def some(rng: np.random.Generator, rows: pl.DataFrame, share: float) -> pl.DataFrame:
    """A share of the rows, each alone with this chance."""
    return rows.filter(pl.Series(rng.random(rows.height) < share))
