"""Tables for reading: escaped, offline, the same each time, numbers to the right."""

import polars as pl

from pingyi.desk.display import readable_table

LIVE = "<script>alert(1)</script>"
TABLE = pl.DataFrame({"单位": [f"甲{LIVE}", "乙", "丙"], "总分（分）": ["22.87", "−0.50", "—"]})


def html(frame=TABLE, **more):
    return readable_table(frame, id="t", numeric=["总分（分）"], **more).as_raw_html()


def test_a_table_is_escaped_offline_and_the_same_each_time():
    made = html(title=f"表{LIVE}", rows=2)
    assert made == html(title=f"表{LIVE}", rows=2)
    assert "<script" not in made
    assert "&lt;script&gt;" in made
    assert "http" not in made
    assert "共 3 行，这里是前 2 行。" in made


def test_numbers_stand_to_the_right():
    assert 'class="gt_row gt_right">22.87' in html()
    assert 'class="gt_row gt_left">乙' in html()


def test_a_table_without_rows_keeps_its_heads():
    assert "总分（分）" in html(TABLE.clear())
