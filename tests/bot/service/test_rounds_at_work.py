"""A round that takes longer than its interval, as where a receiver of events is slow: what the log says."""

import logging
from queue import Queue

import pytest
from apscheduler.events import EVENT_JOB_EXECUTED, EVENT_JOB_MAX_INSTANCES
from apscheduler.schedulers.background import BackgroundScheduler

from bot.service.logs import is_wanted
from bot.service.rounds import RoundsAtWork

SECONDS = 20
STILL = "the round event-letters is still at work though it is due again; the next begins after it"


def test_a_slow_round_is_told_once_until_it_has_ended(caplog: pytest.LogCaptureFixture) -> None:
    """Each time that it was due there was a warning with the name of a function."""
    caplog.set_level(logging.INFO)
    ends, again, ended = Queue[None](), Queue[object](), Queue[object]()
    scheduler = BackgroundScheduler()
    RoundsAtWork(scheduler)
    scheduler.add_listener(again.put, EVENT_JOB_MAX_INSTANCES)
    scheduler.add_listener(ended.put, EVENT_JOB_EXECUTED)
    scheduler.add_job(ends.get, "interval", seconds=0.01, max_instances=1, name="event-letters")
    scheduler.start()
    for told in ({1}, {2, 3}):  # the end of a round may cross with the look that finds it due again
        for _ in range(3):
            again.get(timeout=SECONDS)
        seen = [record.getMessage() for record in caplog.records if is_wanted(record)]
        assert set(seen) == {STILL}
        assert len(seen) in told
        ends.put(None)
        ended.get(timeout=SECONDS)
        with again.mutex:
            again.queue.clear()
    ends.put(None)  # the round that has begun meanwhile, if one has
    scheduler.shutdown(wait=True)
    assert any("skipped" in record.getMessage() for record in caplog.records), "of the library's own"
