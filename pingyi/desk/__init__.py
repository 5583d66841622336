"""What notebooks, JupyterLab and a terminal open of a campaign and of a finished run."""

from pingyi.desk.story import stage, whole

__all__ = ["stage", "whole"]
