"""Alerts of the rollover: raised by the stages of readiness, told gently, resolved by themselves.

The core is pure: `facts` -> `engine` -> `plan` and `digest`, put together by `rounds.play`. `watch` plays it
against the tables, `rehearsal` against memory.
"""
