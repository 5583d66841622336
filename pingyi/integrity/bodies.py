"""Which body gave a mark: the facts name its kind, the roster says which one that is for a unit."""

import polars as pl

from pingyi.integrity.material import Material


def with_body(material: Material, method: str) -> pl.DataFrame:
    """The marks of a method with `body`: whoever gave it; nothing where several people mark a unit unnamed.

    The kind of marker that a plan names first is the unit's organ, any other its township (as quotas and simulation
    take it); a marker that is no such kind stands for itself. Where the facts name nobody, one body marks all.
    """
    found = material.component(method)
    kinds = [*found.marks.markers] if found and found.marks else []
    own = material.marks.filter(pl.col("method") == method).join(
        material.units.select("unit", "organ", "township"), on="unit", how="left"
    )
    alone = not own.select("unit", "cycle", "marker").is_duplicated().any()
    first, marker = pl.col("marker") == (kinds[0] if kinds else ""), pl.col("marker")
    nobody = pl.lit(method if alone else None)
    named = pl.when(first).then("organ").when(marker.is_in(kinds)).then(pl.coalesce("township", "organ"))
    return own.with_columns(body=named.when(marker.is_null()).then(nobody).otherwise(marker))
