"""Listeners of App Home, which publish it again."""

import re
from collections.abc import Sequence

from slack_bolt import App

from bot.home import mine, mine_screens, preference_screens
from bot.home.actions import HomeAuditAction
from bot.home.screens import SchoolCard, home, home_without_grants
from bot.people import audit, preferences
from bot.people.permissions import Act
from bot.people.preferences import DigestChoice
from bot.slack import notices
from bot.slack.blocks import Block
from bot.slack.context import Context
from bot.slack.contributors import SchoolAtHome
from bot.slack.fit import fit_view
from bot.slack.payloads import Unreadable
from bot.slack.request import Bot, SlackRequest, acknowledge, acknowledge_with_waiting, answering
from diagnostics.missing import missing_at
from provisioning.clock import uk_date
from provisioning.records.schools import School

_COUNTED = 20
"""Schools up to which missing accounts are counted; with more of them Home would take too long."""
_SHOWN = 20
"""Schools that Home lists; the number of the others is told at its end."""

_ANY = re.compile("")


def register(app: App, bot: Bot) -> None:
    """Register the form of digests and the event of an opened Home; acknowledge all other events.

    Slack would send them again.
    """
    waiting = acknowledge_with_waiting(bot)
    app.view(preference_screens.FORM)(ack=waiting, lazy=[answering(bot, _choose)])
    app.event("app_home_opened")(ack=acknowledge, lazy=[answering(bot, _opened)])
    app.event(_ANY)(acknowledge)


def _choose(request: SlackRequest) -> None:
    """Keep which digests the user has chosen to get."""
    context, database = request.context, request.bot.services.database
    office = request.bot.services.settings.office
    if not context.caller().grants:
        context.record(HomeAuditAction.PREFERENCES, outcome=audit.REFUSED)
        return request.reply.show(notices.sentence("refusal.no-grant", request.voice), request.voice)
    values = request.body["view"]["state"]["values"]
    chosen = {name: str(field[name]["selected_option"]["value"]) for name, field in values.items()}
    hour = chosen.get(preference_screens.HOUR, "")
    if hour not in map(str, office.digest_hours):
        raise Unreadable
    choice = DigestChoice(
        int(hour),
        changed_only=chosen.get(preference_screens.WHEN) == preference_screens.CHANGED,
        late_only=chosen.get(preference_screens.WHAT) == preference_screens.LATE,
    )
    context.change(
        HomeAuditAction.PREFERENCES,
        None,
        lambda: database.write(lambda session: preferences.choose_digest(session, context.user, choice)),
    )
    return request.reply.show(preference_screens.chosen(choice, office, request.voice), request.voice)


def _opened(request: SlackRequest) -> None:
    if request.body["event"].get("tab", "home") == "home":
        refresh(request)


def refresh(request: SlackRequest) -> None:
    """Publish the caller's Home again."""
    schools = request.context.schools(Act.DIAGNOSE)
    request.context.record(HomeAuditAction.SHOWN, outcome=audit.OK if schools else audit.REFUSED)
    blocks = home_of(request.context, schools) if schools else home_without_grants(request.voice)
    view = {"type": "home", "blocks": fit_view(blocks, request.voice.mrkdwn("answer.cut"))}
    request.client.views_publish(user_id=request.context.user, view=view)


def home_of(context: Context, schools: list[School]) -> list[Block]:
    """Return the Home of a caller with `schools`, sorted by missing accounts, most first."""
    provisioning = context.services.provisioning
    now = provisioning.clock.now()
    counted = len(schools) <= _COUNTED
    listed = schools[:_SHOWN]
    numbers = [school.number for school in listed] if counted else []
    found = {missing.school.number: missing for missing in missing_at(provisioning, numbers)}
    shown = [SchoolAtHome(school, found.get(school.number)) for school in listed]
    shown.sort(key=lambda at_home: -(at_home.missing.count if at_home.missing else 0))
    own = mine_screens.at_home(mine.tasks(context), context.voice, uk_date(now))
    return home(
        _cards(context, shown),
        max(0, len(schools) - _SHOWN),
        context.voice,
        now,
        [
            *mine.notices(context),
            *own,
            *(block for section in context.features.home_sections for block in section(context)),
        ],
        gives_roles=Act.GRANTS in context.caller().acts,
    )


def _cards(context: Context, shown: Sequence[SchoolAtHome]) -> list[SchoolCard]:
    """Return the cards of the schools: what each contributor says in full of one, of several in a line."""
    caller, frozen = context.caller(), context.frozen(at_home.school for at_home in shown)
    if len(shown) == 1:
        lines = [of_feature(context, shown) for of_feature in context.features.home_school_lines]
        words = []
    else:
        lines = []
        words = [of_feature(context, shown) for of_feature in context.features.home_school_words]
    return [
        SchoolCard(
            at_home.school,
            [block for of_feature in lines for block in of_feature.get(at_home.school.number, ())],
            [said for of_feature in words if (said := of_feature.get(at_home.school.number))],
            may_run=caller.may(Act.RUN, at_home.school),
            frozen=at_home.school.number in frozen,
            may_review=caller.may(Act.REVIEW, at_home.school),
        )
        for at_home in shown
    ]
