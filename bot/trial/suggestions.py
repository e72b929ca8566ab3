"""What a visitor of the trial can try, and the e-mails to the service desk that belong to it."""

from bot.services import Services
from bot.trial.county import County, Edit, Plant
from bot.trial.county.people import DAFYDD, DESK_MEMBERS, ELERI, GWENNO, HEULWEN, MAIR, RHUN, SIAN, TOMOS
from bot.trial.county.schools import school
from bot.trial.county.styles import ExportFault
from bot.trial.words import Words
from knowledge.texts import Bilingual
from slack_workspace import DM, HOME, Suggestion, WorkspaceText

HELP_CHANNEL = "C0CYMORTH"
DESK_CHANNEL = "C0DESG"

_EMAILS = {"broalarch": "no-admission-number", "rhydygwylanod": "not-rolled-over"}
"""The plants that the e-mails to the service desk are about, by sender."""


def of_rollover_week(county: County, words: Words) -> tuple[Suggestion, ...]:
    """Return the suggestions of the trial that opens in rollover week, in the order in which to try them."""
    first, *plants = county.plants
    first_mishap, *mishaps = county.mishaps
    review = words.both("trial.review-title"), words.both("trial.review-body")
    return (
        _question(first, county, words),
        _desk_emails(county, words),
        _mishap(first_mishap, words),
        _identity("identity", "two-children", county, words),
        _identity("looks-like", "looks-like", county, words),
        *(_mishap(edit, words) for edit in mishaps),
        *(_question(plant, county, words) for plant in plants),
        _in_plain_words(first, words),
        Suggestion(*review, MAIR, HELP_CHANNEL, command=words.line("review")),
        *(
            Suggestion(
                words.both(f"trial.{name}-title"), words.both(f"trial.{name}-body"), MAIR, DM, control=name
            )
            for name in ("list", "list-mended")
        ),
        *_of_groups(county, words),
        *(_damaged(edit, words) for edit in county.damaged),
        Suggestion(words.both("trial.home-title"), words.both("trial.home-body"), county.people[0].id, HOME),
    )


def of_the_portal(county: County, words: Words) -> tuple[Suggestion, ...]:
    """Return the suggestions of the trial whose accounts live in a portal."""
    return (
        *(_question(plant, county, words) for plant in county.plants),
        Suggestion(words.both("trial.home-title"), words.both("trial.home-body"), MAIR, HOME),
    )


def of_the_summer(words: Words) -> tuple[Suggestion, ...]:
    """Return the suggestions of the summer, in which the plants do not exist yet."""
    return (
        *(
            Suggestion(
                words.both(f"trial.{name}-title"),
                words.both(f"trial.{name}-body"),
                person,
                DM,
                control=control,
            )
            for name, person, control in (
                ("summer", GWENNO, "next-week"),
                ("summer-authority", SIAN, "next-morning"),
                ("summer-ahead", DAFYDD, "week-ahead"),
            )
        ),
        Suggestion(words.both("trial.home-title"), words.both("trial.home-body"), MAIR, HOME),
    )


def of_a_neighbour(county: County, elsewhere: Plant, words: Words) -> tuple[Suggestion, ...]:
    """Return the suggestions of one workspace of two; `elsewhere` is a plant that is of the other."""
    first, *plants = county.plants
    line = words.line(elsewhere.question, elsewhere.identifier, elsewhere.school)
    another = words.both("trial.two-other-title"), words.both("trial.two-other-body")
    roles = words.both("trial.two-roles-title"), words.both("trial.two-roles-body")
    home = words.both("trial.home-title"), words.both("trial.home-body")
    return (
        _question(first, county, words),
        Suggestion(*another, first.person, HELP_CHANNEL, command=line),
        Suggestion(*roles, TOMOS, HELP_CHANNEL, command=words.line("grants")),
        Suggestion(*home, county.people[0].id, HOME),
        *(
            Suggestion(
                words.both(f"trial.{name}-title"),
                words.both(f"trial.{name}-body"),
                TOMOS,
                HELP_CHANNEL,
                control=name,
            )
            for name in ("uninstall", "install")
        ),
        *(_question(plant, county, words) for plant in plants),
    )


def desk_emails(county: County, services: Services) -> list[str]:
    """Return the e-mails in the service desk's channel."""
    say, who = services.catalogue.say, {plant.id: plant.identifier for plant in county.plants}
    return [
        say("trial.letter-broalarch", "en", upn=who[_EMAILS["broalarch"]]),
        say("trial.letter-rhydygwylanod", "cy", upn=who[_EMAILS["rhydygwylanod"]]),
    ]


def _question(plant: Plant, county: County, words: Words) -> Suggestion:
    """Return a plant as its person would ask it: a person with a single school need not name it."""
    scopes = [grant.scope for grant in county.grants if grant.user == plant.person]
    where = "" if scopes == [plant.school] else plant.school
    return Suggestion(
        worded(plant.title),
        worded(plant.story),
        plant.person,
        HELP_CHANNEL,
        command=words.line(plant.question, plant.identifier, where),
        control=plant.edit,
    )


def _desk_emails(county: County, words: Words) -> Suggestion:
    """Return the suggestion of the e-mails in the desk's channel, with the edit that mends the first."""
    mended = next(plant.edit for plant in county.plants if plant.id == _EMAILS["broalarch"])
    body = words.both("trial.desk-body")
    return Suggestion(words.both("trial.desk-title"), body, DESK_MEMBERS[0], DESK_CHANNEL, control=mended)


def _of_groups(county: County, words: Words) -> tuple[Suggestion, ...]:
    """Return the suggestions of a year group, a question to a manager, a watch, and two kinds of reader."""
    admitted = next(plant for plant in county.plants if plant.id == "since-the-run")
    return tuple(
        Suggestion(
            words.both(f"trial.{name}-title"),
            words.both(f"trial.{name}-body"),
            person,
            HELP_CHANNEL,
            command=line,
        )
        for name, person, line in (
            ("groups", MAIR, words.both("trial.groups-line")),
            ("ask-manager", ELERI, words.line("missing")),
            ("watch", ELERI, words.line("why-missing", admitted.identifier)),
            ("two-schools", HEULWEN, words.line("missing")),
            ("no-role", RHUN, words.line("why-missing", admitted.identifier)),
        )
    )


def _identity(name: str, plant: str, county: County, words: Words) -> Suggestion:
    """Return the suggestion of an account in doubt, decided under the last run or mended by the office.

    `name` is that of its texts, `plant` the id of the plant that it is about.
    """
    doubted = next(found for found in county.plants if found.id == plant)
    return Suggestion(
        words.both(f"trial.{name}-title"),
        words.both(f"trial.{name}-body"),
        doubted.person,
        HELP_CHANNEL,
        command=words.line("last-run", doubted.school),
        control=doubted.edit,
    )


def _in_plain_words(plant: Plant, words: Words) -> Suggestion:
    """Return a plant's question in plain words."""
    asked = words.both("trial.ask-line", upn=plant.identifier)
    return Suggestion(
        words.both("trial.ask-title"), words.both("trial.ask-body"), plant.person, HELP_CHANNEL, command=asked
    )


def _mishap(edit: Edit, words: Words) -> Suggestion:
    return Suggestion(
        words.both(f"trial.mishap-{edit.id}-title"),
        words.both(f"trial.mishap-{edit.id}-body"),
        DAFYDD,
        DM,
        command=words.line("run", edit.school),
        control=edit.id,
    )


def _damaged(edit: Edit, words: Words) -> Suggestion:
    """Return the suggestion of a damaged export, of one that only seems so, or of its mending."""
    body = {None: "mended", ExportFault.EMPTY_FORMULAS: "harmless"}.get(edit.export.fault)
    return Suggestion(
        words.both(f"trial.{edit.id}-title"),
        words.both(
            f"trial.damaged-{body}-body" if body else "trial.damaged-body", school=school(edit.school).name
        ),
        DAFYDD,
        DM,
        command=words.line("run", edit.school),
        control=edit.id,
    )


def worded(name: Bilingual) -> WorkspaceText:
    """Return a name or text of the county as the workspace shows it."""
    return WorkspaceText(name.en, name.cy)
