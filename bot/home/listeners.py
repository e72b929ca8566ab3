"""App Home: opened, and refreshed."""

import re
from collections.abc import Mapping

from slack_bolt import App

from bot.desk.answers import DeskView
from bot.home.screens import Glance, home, stranger
from bot.people import audit
from bot.people.permissions import Act
from bot.slack.blocks import Block
from bot.slack.fit import fit_view
from bot.slack.request import Bot, SlackRequest, acknowledge, safely
from diagnostics.missing import missing
from diagnostics.readiness import readiness
from provisioning.clock import today
from provisioning.manual.housekeeping import MADE_BY_HAND, in_season, review_year
from provisioning.manual.reviews import review_progress
from provisioning.records import Kind, School
from provisioning.store import runs

_LOOKED_INTO = 20
"""Schools whose missing accounts are counted while somebody waits; more than that are only listed."""
_SHOWN = 20
_ROLLOVERS = 5
"""Schools whose stages are looked at for Home; whoever has more opens the board."""


def register(app: App, bot: Bot) -> None:
    """Listen to Home's being opened; other events are taken and left, or Slack would send them again."""
    app.event("app_home_opened")(ack=acknowledge, lazy=[safely(bot, _opened)])
    app.event(re.compile(""))(acknowledge)


def _opened(request: SlackRequest) -> None:
    if request.body["event"].get("tab", "home") == "home":
        refresh(request)


def refresh(request: SlackRequest) -> None:
    """Publish the user's Home as it stands now."""
    schools = request.context.schools(Act.DIAGNOSE)
    request.context.record("home", outcome=audit.OK if schools else audit.REFUSED)
    if not schools:
        blocks = stranger(request.voice)
    else:
        caller, provisioning = request.context.caller(), request.bot.services.provisioning
        glances = []
        for school in schools[:_SHOWN]:
            with provisioning.database.reading() as session:
                latest = runs.latest(session, school.number)
            count = missing(provisioning, school.number) if len(schools) <= _LOOKED_INTO else None
            reviews = _reviews(request, school) if caller.may(Act.REVIEW, school) else None
            shown = len(schools) <= _ROLLOVERS and in_season(today(provisioning.clock))
            stages = readiness(provisioning, school.number) if shown else None
            may_run = caller.may(Act.RUN, school)
            glances.append(Glance(school, latest, count, may_run, reviews, stages))
        left_out = max(0, len(schools) - _SHOWN)
        gives_roles = Act.GRANTS in caller.acts
        now = provisioning.clock.now()
        blocks = home(glances, left_out, request.voice, now, _desk(request), gives_roles=gives_roles)
    view = {"type": "home", "blocks": fit_view(blocks, request.voice.mrkdwn("answer.cut"))}
    request.client.views_publish(user_id=request.context.user, view=view)


def _desk(request: SlackRequest) -> list[Block]:
    return DeskView(request.bot.services, request.voice, request.context.caller()).at_home()


def _reviews(request: SlackRequest, school: School) -> Mapping[Kind, tuple[int, int]]:
    """How far the reviews at the end of the academic year are; nothing outside their time."""
    day = today(request.bot.services.clock)
    if not in_season(day):
        return {}
    with request.bot.services.database.reading() as session:
        return {
            kind: review_progress(session, school.number, kind, review_year(day)) for kind in MADE_BY_HAND
        }
