"""The workbook with live formulas: every table of a run, counted again by the spreadsheet (`written` is the door)."""
