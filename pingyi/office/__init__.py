"""Finished documents for people who work in Word, Excel and on paper.

notice, letters, workbook, forms    a folder each; `written` is its door
annual, leads, ledger_sheets    one module each
documents, issue    all documents of a run; what stands on each: number, day, whether facts are simulated
paper, word, styles, sheets, widths, titles, drawn    what they are set with
beside    files that appear only when all are written
new_campaign    a campaign from one that there is
"""
