"""The contacts of a school itself: who has its roles in Slack, and who runs its Provisioning Client."""

from bot.people import permissions
from bot.people.permissions import Role
from bot.services import Services
from bot.slack.blocks import Block, mention, section
from bot.slack.voice import Voice
from provisioning.clock import today
from provisioning.records.schools import School

_OF_A_SCHOOL = (Role.DIGITAL_CHAMPION, Role.MIS_ADMINISTRATOR, Role.PROVISIONING_MANAGER)


def school_contacts(services: Services, school: School, voice: Voice) -> list[Block]:
    """Return the contacts of `school` as a block; none where nothing is known of them."""
    with services.database.reading() as session:
        grants = permissions.in_force(session, today(services.clock))
    lines = []
    for role in _OF_A_SCHOOL:
        users = dict.fromkeys(
            grant.user for grant in grants if grant.role is role and grant.scope == school.number
        )
        if users:
            lines.append(f"{voice.mrkdwn(f'role.{role}')}: {', '.join(map(mention, users))}")
    if school.contact:
        lines.append(voice.mrkdwn("ask.client-contact", contact=school.contact))
    return [section("\n".join([f"*{voice.name(school.name)}*", *lines]))] if lines else []
