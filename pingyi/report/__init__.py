"""The annual report: pictures first, every number traceable, one page that opens offline."""

from pingyi.report.page import page, prepare_page, write_page

__all__ = ["page", "prepare_page", "write_page"]
