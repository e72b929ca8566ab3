"""Asking whoever runs a school's Provisioning Client: one request for a school and cause, told and answered.

`request` and `engine` are pure, `recipients` says who is asked, `telling` who is told what; `store` keeps
it, `doing` does it.
"""
