"""What Prometheus reads: the figures of the store and of the process, without people and schools."""

import json
import re
import shutil
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from prometheus_client import Metric
from prometheus_client.parser import text_string_to_metric_families
from sqlalchemy import insert
from starlette.requests import Request

from bot import meters
from bot.alerts.tables import AlertRow
from bot.outbox import letters
from bot.outbox.letters import Letter
from bot.outbox.transports.external import EXTERNAL
from bot.service.features import VERBS
from bot.service.health import metrics_of
from bot.service.store_metrics import StoreMetrics
from bot.service.sweeping import run_due, sweep
from bot.services import Services
from bot.settings import Settings
from knowledge.loading import Knowledge
from knowledge.texts import UK
from provisioning.jobs.queue import QueueEngine
from provisioning.store.database import Database
from tests.bot.service.test_idle_bot import after_days
from tests.builders import BRYN, GLAN, NANT, NOW, SCHOOLS, Schools, learner
from tests.costs import GROWS_AT_MOST, cost, counted
from tests.paths import REPOSITORY
from tests.quiet import identifies_a_person

pytestmark = pytest.mark.integration

SIX = datetime(2026, 9, 7, 6, tzinfo=UK)
LABELS = {
    "status": {"succeeded", "failed", "held", "interrupted", "none", "running", "todo", "doing"},
    "state": {"open", "acknowledged", "snoozed"},
    "route": {"slack", "outside", "events"},
    "authority": re.compile(r"\d{3}"),
    "kind": re.compile(r"[a-z-]+"),
    "work": re.compile(r"[a-z_-]+"),
    "queue": re.compile(r"runs(-[a-z0-9-]+)?"),
    "le": re.compile(r"[0-9.e+]+|\+Inf"),
}
"""Every label that a metric may have, and what its values may be."""


def services(provisioning: Schools, now: datetime) -> Services:
    return Services(Settings(), provisioning.at(now), lambda: VERBS)


def scraped(at: Services) -> list[Metric]:
    """What Prometheus would read, as it reads it."""
    answer = metrics_of(at)(Request({"type": "http", "headers": []}))
    return list(text_string_to_metric_families(bytes(answer.body).decode()))


def figures(found: list[Metric]) -> dict[str, float]:
    """The figures of the store by name, with the values of their labels."""
    return {
        " ".join((sample.name, *(value for _, value in sorted(sample.labels.items())))): sample.value
        for family in found
        for sample in family.samples
        if "bucket" not in sample.name
    }


@pytest.fixture
def busy(provisioning: Schools) -> Schools:
    """Three schools: two have run, one of them without an extract; letters wait, and alerts are open."""
    for number, school in enumerate((GLAN, BRYN), start=1):
        provisioning.extracts(school, learner(number, surname="Bowen", forename="Seren"), at=SIX)
    run_due(services(provisioning, SIX + timedelta(minutes=1)))
    with provisioning.database.writing() as session:
        waiting = [
            Letter("held:1:U0CARYS", "U0CARYS", {"kind": "held"}),
            Letter("case:1", EXTERNAL, {"kind": "case"}),
        ]
        letters.put(session, waiting, SIX)
        alert = {
            "school": GLAN.number,
            "year": 2026,
            "text": {},
            "action": {},
            "who": "school",
            "due": SIX.date(),
            "raised_at": SIX,
            "since": SIX,
            "level": 0,
            "urgent": False,
            "revision": 0,
        }
        session.execute(
            insert(AlertRow),
            [
                {**alert, "kind": "client-ran", "acknowledged_by": None},
                {**alert, "kind": "run-failed", "acknowledged_by": "U0CARYS"},
            ],
        )
    return provisioning


@pytest.mark.both_databases
def test_the_figures_of_the_store(busy: Schools) -> None:
    said = figures(scraped(services(busy, SIX + timedelta(hours=1))))
    assert said["hwb_database_up"] == 1
    assert said[f"hwb_latest_runs {GLAN.local_authority} succeeded"] == 1
    assert said[f"hwb_latest_runs {BRYN.local_authority} succeeded"] == 1
    assert said[f"hwb_latest_runs {NANT.local_authority} failed"] == 1
    assert (said["hwb_held_runs"], said["hwb_due_schools"]) == (0, 0)
    assert (said["hwb_outbox_letters slack"], said["hwb_outbox_letters outside"]) == (1, 1)
    assert said["hwb_outbox_oldest_age_seconds slack"] == 3600
    assert (said["hwb_alerts client-ran open"], said["hwb_alerts run-failed acknowledged"]) == (1, 1)


def test_the_age_of_the_oldest_slot_without_a_run(provisioning: Schools) -> None:
    said = figures(scraped(services(provisioning, SIX + timedelta(minutes=90))))
    assert said["hwb_oldest_due_slot_age_seconds"] == 90 * 60
    assert said["hwb_due_schools"] == len(SCHOOLS)


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_the_queue_of_jobs(provisioning: Schools) -> None:
    at = services(provisioning, SIX + timedelta(minutes=1))
    sweep(at, QueueEngine(provisioning.database))
    said = figures(scraped(at))
    assert said["hwb_jobs runs todo"] == 1
    assert 0 <= said["hwb_oldest_job_age_seconds"] < 60


def test_runs_on_schedule_are_counted_by_status_and_authority(provisioning: Schools) -> None:
    provisioning.extracts(GLAN, learner(1), at=SIX)
    of = {"status": "succeeded", "authority": GLAN.local_authority}

    def counted_so_far() -> float:
        return meters.REGISTRY.get_sample_value("hwb_scheduled_runs_total", of) or 0.0

    before = counted_so_far()
    run_due(services(provisioning, SIX + timedelta(minutes=1)))
    assert counted_so_far() == before + 1


def test_no_label_has_a_person_or_a_school(busy: Schools) -> None:
    for family in scraped(services(busy, SIX + timedelta(hours=1))):
        for sample in family.samples:
            for name, value in sample.labels.items():
                assert name in LABELS, sample.name
                allowed = LABELS[name]
                known = value in allowed if isinstance(allowed, set) else allowed.fullmatch(value)
                assert known, (sample.name, name, value)
                assert not identifies_a_person(value)
                assert not re.search(r"\d{7}|U0", value)


def test_a_scrape_within_ten_seconds_asks_the_store_nothing(busy: Schools) -> None:
    clock = [0.0]
    store = StoreMetrics(services(busy, SIX), lambda: clock[0])
    store.collect()
    clock[0] = 9.0
    with counted(busy.database) as so_far:
        store.collect()
        assert so_far().statements == 0
        clock[0] = 11.0
        store.collect()
        assert 0 < so_far().statements < 30


def test_a_scrape_costs_no_more_after_years_of_runs_and_letters(
    tmp_path: Path, migrated: Path, knowledge: Knowledge
) -> None:
    costs = []
    for days in (60, 600):
        database = Database(f"sqlite:///{shutil.copy(migrated, tmp_path / f'{days}.sqlite3')}")
        provisioning = after_days(database, tmp_path, knowledge, days)
        store = StoreMetrics(services(provisioning, NOW), iter(range(0, 100, 11)).__next__)
        costs.append(cost(database, store.collect))
        database.close()
    few, many = costs
    assert many.statements == few.statements
    assert many.steps <= few.steps * GROWS_AT_MOST


def test_while_the_database_is_away_only_that_is_said(
    provisioning: Schools, monkeypatch: pytest.MonkeyPatch
) -> None:
    away = Database("sqlite:////nowhere/at/all.sqlite3")
    at = replace(services(provisioning, SIX), provisioning=replace(provisioning.at(SIX), database=away))
    assert [(metric.name, metric.samples[0].value) for metric in StoreMetrics(at).collect()] == [
        ("hwb_database_up", 0)
    ]
    away.close()


# The dashboard

DASHBOARD = json.loads((REPOSITORY / "deploy/grafana/hwb.json").read_text())
NOT_NAMES = {"sum", "max", "min", "by", "rate", "increase", "histogram_quantile"}
OF_PROMETHEUS = {"instance", "job"}
"""Labels that Prometheus adds to each metric itself."""


def queries() -> Iterator[str]:
    """The queries of all panels; what stands in for another is a query by itself."""
    for panel in DASHBOARD["panels"]:
        for target in panel.get("targets", ()):
            yield from target["expr"].split(" or ")


def known_metrics(found: list[Metric]) -> dict[str, set[str]]:
    """The names that a query may use, each with its labels."""
    known: dict[str, set[str]] = {}
    for family in found:
        for sample in family.samples:
            known.setdefault(sample.name, set()).update(sample.labels)
    return known


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_each_query_of_the_dashboard_names_metrics_and_labels_that_there_are(busy: Schools) -> None:
    at = services(busy, SIX + timedelta(days=1, hours=1))
    sweep(at, QueueEngine(busy.database))
    meters.TICKS.labels("sweep").observe(0.1)
    known = known_metrics(scraped(at))
    asked = list(queries())
    assert len(asked) > 20
    for query in asked:
        plain = re.sub(r'"[^"]*"', '""', query)
        labels = {
            name for names in re.findall(r"by \(([^)]*)\)", plain) for name in re.findall(r"\w+", names)
        }
        labels |= set(re.findall(r"(\w+)(?:=~|!=|!~|=)\"\"", plain))
        names = set(re.findall(r"\b(?:hwb|process)_\w+", plain))
        rest = re.sub(r"by \([^)]*\)|\{[^}]*\}|\[\w+\]", "", plain)
        assert set(re.findall(r"[a-z_]\w+", rest)) - NOT_NAMES == names, query
        assert names <= set(known), query
        for name in names:
            assert labels <= known[name] | OF_PROMETHEUS, query


def test_a_single_figure_is_there_before_anything_is_counted(provisioning: Schools) -> None:
    there = {sample.name for family in scraped(services(provisioning, SIX)) for sample in family.samples}
    asked = [panel["targets"][0]["expr"] for panel in DASHBOARD["panels"] if panel["type"] == "stat"]
    assert len(asked) > 5
    for query in asked:  # without alerts their metric has no value; that is shown as 0, not as "No data"
        otherwise = query.split(" or ")[-1]
        assert set(re.findall(r"\bhwb_\w+", otherwise)) <= there, query


def test_every_metric_of_ours_stands_on_the_dashboard_and_in_the_page(provisioning: Schools) -> None:
    page, shown = (REPOSITORY / "docs/operating.md").read_text(), " ".join(queries())
    names = {family.name for family in scraped(services(provisioning, SIX)) if family.name.startswith("hwb_")}
    assert len(names) > 15
    assert [name for name in names if name not in shown] == []
    assert [name for name in names if f"`{name}" not in page] == []
