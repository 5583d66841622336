"""Finished documents for people who work in Word, Excel and on paper."""
