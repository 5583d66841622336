"""The pipeline: notebooks run by papermill, and a run verified."""
