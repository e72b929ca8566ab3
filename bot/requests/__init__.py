"""Requests to the provisioning manager of a school to run its Provisioning Client: one per school and cause.

`request` and `engine` are pure, `recipients` says who is asked, `notifications` what the askers are told;
`store` keeps requests, `service` changes them.
"""
