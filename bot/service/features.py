"""The features of the bot, listed in one place: what each declares is put together here."""

from bot.commands import Verbs
from bot.desk import answers as desk
from bot.diagnosis import answers as diagnosis
from bot.grants import answers as grants
from bot.home import answers as home
from bot.missing import answers as missing
from bot.questions import answers as questions
from bot.reviews import answers as reviews
from bot.rollover import answers as rollover
from bot.runs import answers as runs
from bot.still_active import answers as still_active
from bot.watches import answers as watches

VERBS = Verbs(
    (
        *diagnosis.VERBS,
        *missing.VERBS,
        *still_active.VERBS,
        *runs.VERBS,
        *reviews.VERBS,
        *rollover.VERBS,
        *desk.VERBS,
        *grants.VERBS,
        *questions.VERBS,
        *watches.VERBS,
        *home.VERBS,
    )
)
"""Every verb of `/hwb`, in the order in which help lists them."""
