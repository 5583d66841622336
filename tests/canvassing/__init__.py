"""Canvassing planted into simulated campaigns, to try the detectors of `pingyi.integrity`.

clean_campaign    a simulated campaign made more like life, in which nothing is wrong
plants, planting  patterns planted into it
trial             what share of these is found, and what is flagged by mistake
"""
