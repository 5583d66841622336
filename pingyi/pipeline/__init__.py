"""Runs made and checked.

pipeline   a campaign run: facts, notebooks, tables, report, manifest
notebook   notebooks run by papermill, and whether they really ran; engine, watch: on a shared kernel, watched
verify     a finished run computed again by somebody who trusts nobody
"""
