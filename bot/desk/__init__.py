"""The service desk: enquiries become cases, and each case is worked on until it is resolved.

`case` and `transitions` are pure, `store` keeps cases, `text_reading` and `triage` read enquiries; each entry
point goes through `service`, and Slack through `view` as well, which says who sees what.
"""
