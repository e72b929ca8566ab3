"""Alerts of the rollover: raised by stages of readiness that fail, escalated, resolved with the stage.

The core is pure: `facts` -> `engine` -> `notification_plan` and `digest`, put together by
`evaluation.evaluate`. `monitor` evaluates over the tables, `rehearsal` in memory.
"""
