"""Runs that are due, and who carries them out: in this process, or by workers on PostgreSQL.

The store tells what is due, so a job that is lost is derived again by the next sweep.
"""
