"""What notebooks, JupyterLab and a terminal open of a campaign and of a finished run."""
