"""Results compared: other answers to open questions, other numbers of the plan, the year before.

difference, difference_report   what differs between two results; in words and as a table
laboratory                      a campaign's facts, on which patches of its plan are tried
fitted_facts                    what rules that the facts were not collected for can use of them
interpretations                 every other answer alone, and those that together move most
years                           last year and this year; this year's lists for next year
campaign_scenarios              all of it for a campaign by its name, for the command line and for runs
"""
