"""Finished documents for people who work in Word, Excel and on paper.

results_notice    the notice (通报); notice_process: what it may tell everybody; red_head_word: its Word template
letters    a letter for each unit
annual_report    the annual report
result_workbook    the workbook; workbook_sheets, workbook_formulas: its tables, and what a spreadsheet works out again
fact_forms    Excel forms for facts; form_fields: what they ask for
new_campaign    a campaign from one that there is
issuance    what stands on documents: number, day, whether facts are simulated; files that appear whole or not at all
word_documents, paper_layout, sheet_writer    what Word, paper and Excel are set with
"""
