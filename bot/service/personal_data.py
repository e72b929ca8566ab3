"""Where people stand: every table, its columns that may hold a person, and when what they hold ends.

A test holds this list against the tables, and against what retention deletes and empties.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class Ends(StrEnum):
    """How what a table holds of people ends."""

    NO_PERSON = "no-person"
    COUNTS = "counts"
    """They are counts and hold no person; retention deletes them all the same, once they tell nothing new."""
    RETENTION = "retention"
    """Retention deletes or empties the rows, by a time of the settings."""
    WITH_ANOTHER = "with-another"
    """The rows are replaced or deleted with what they belong to, such as an account."""


@dataclass(frozen=True)
class Kept:
    """What a table holds of people: the columns `people`, until `ends`; the other texts in `plain` hold none.

    `why` says it in words: after what, or with what.
    """

    ends: Ends
    why: str
    people: tuple[str, ...] = ()
    plain: tuple[str, ...] = ()


def _none(why: str, *plain: str) -> Kept:
    return Kept(Ends.NO_PERSON, why, (), plain)


def _kept(why: str, people: str, plain: str = "") -> Kept:
    return Kept(Ends.RETENTION, why, tuple(people.split()), tuple(plain.split()))


def _with(why: str, people: str, plain: str = "") -> Kept:
    return Kept(Ends.WITH_ANOTHER, why, tuple(people.split()), tuple(plain.split()))


TABLES: Mapping[str, Kept] = {
    "schools": _with(
        "the school list says so; a contact there may be a person's name",
        "contact",
        "number name name_cy local_authority phase final_year managed_by source successor",
    ),
    "accounts": _kept(
        "accounts days after release, or after an account made by hand has ended",
        "username username_key surname forename upn staff_code class_name date_of_birth",
        "kind school status year_group released_from arrived_from",
    ),
    "username_stems": _none("keyed hashes of stems: no username is ever given out again", "stem"),
    "stem_secrets": _none("the secret of those hashes", "secret", "key"),
    "runs": _kept(
        "users and errors: journal days after the run; the row: quiet_runs_days where it found nothing to "
        "do, else runs days, but for the latest of a school and those to which anything refers",
        "started_by decided_by taken_back_by error",
        "school status holder fingerprint basis decision counts holds",
    ),
    "waits": _none("schools", "school", "waits_for"),
    "follow_ups": _none("schools", "school"),
    "journal": _kept("journal days after the run", "identifier fingerprint before after", "kind person"),
    "run_notes": _kept(
        "quiet_runs_days after the run, once a later one has succeeded; else journal days after it",
        "identifier reason",
        "kind person school file",
    ),
    "held_changes": _kept("journal days after the run", "identifier fingerprint", "kind person"),
    "client_log": _kept("journal days after the run; masked as it is read", "identifier text", "person"),
    "corrections": _kept("journal days after it was made", "before after by", "field"),
    "refusals": _kept(
        "with the next run whose extract does not ask for it; else journal days after its run, once no "
        "record and no active account of the person is there",
        "identifier fingerprint",
        "school kind person",
    ),
    "relaxations": _kept("journal days after its last day", "why by", "school safeguard"),
    "freezes": _kept("journal days after its last day", "reason by ended_by", "place"),
    "identity_decisions": _kept(
        "with the account; else journal days after it was decided, once no record is there",
        "person identifier record by",
        "school reason kind decided",
    ),
    "covered_records": _kept(
        "leavers days after the leaving date, the closing of the school, or its last run; with the next run "
        "whose extract has no such record",
        "identifier class_name",
        "school kind year_group",
    ),
    "applied_files": _none("files of extracts", "school", "file"),
    "portal_readings": _none("exports", "school", "stamp", "refused"),
    "portal_unread": _kept(
        "with the next reading of the export; else leavers days after the last one",
        "identifier username problem",
        "reading school",
    ),
    "local_dates": _kept(
        "journal days after it was set; the date itself stays", "by", "local_authority name days"
    ),
    "ticks": _none("processes", "name", "holder"),
    "reviews": _kept("with the account", "username by before after", "school deed"),
    "listings": _none("files", "file", "stamp"),
    "held_lists": _none("schools and counts", "school", "stamp"),
    "alerts": _kept(
        "cases days after it was resolved",
        "text action acknowledged_by snoozed_by handed_to handed_by freed_from",
        "kind school who",
    ),
    "digest_days": _none("days"),
    "stage_days": _none("schools and days: reports compare a year with those before", "school", "stage"),
    "digests_told": _with("the next digests, once its user has no role", "user", "keys"),
    "known_stages": _none(
        "stages of schools, counts and days", "school", "holder", "mark", "stages", "schools"
    ),
    "stages_places": _none("a process, hashes and ids", "holder", "mark", "read"),
    "cases": _kept(
        "cases days after it was resolved; an open one that is not touched is resolved after as many",
        "opened_by identifier found taken_by sameness",
        "language state school question entry cause first_cause waiting_for reason",
    ),
    "case_events": _kept("with the case", "by said to note", "deed"),
    "case_askings": _kept("with the case", "by writer text", "door language together"),
    "outbox": _kept(
        "letters days after it was sent, given up, or put in",
        "key to payload about channel ts",
        "given_up_because",
    ),
    "grants": _kept(
        "audit days after its last day; without one, until it is taken away", "user", "role scope"
    ),
    "outsiders": _kept("audit days after the user was found to be none of this workspace", "user"),
    "user_groups": _kept("once the group has no role", "members", "id"),
    "served_authorities": _none("authorities and workspaces", "authority", "workspace", "enterprise"),
    "slack_bots": _none(
        "workspaces in which the app is installed, with its tokens; deleted when it is taken away",
        *["client_id", "app_id", "enterprise_id", "enterprise_name", "team_id", "team_name", "bot_token"],
        *["bot_id", "bot_user_id", "bot_scopes", "bot_refresh_token"],
    ),
    "slack_installations": _with(
        "the installation: deleted when the app is taken away",
        "user_id user_token user_scopes user_refresh_token",
        "client_id app_id enterprise_id enterprise_name enterprise_url team_id team_name bot_token bot_id "
        "bot_user_id bot_scopes bot_refresh_token incoming_webhook_url incoming_webhook_channel "
        "incoming_webhook_channel_id incoming_webhook_configuration_url token_type",
    ),
    "slack_oauth_states": _none("random numbers, each good for ten minutes", "state"),
    "api_tokens": _none(
        "names of other systems, and hashes of their tokens; until a token is revoked",
        *["name", "hash", "role", "scopes"],
    ),
    "event_places": _none("schools, numbers of runs, years", "name"),
    "audit": _kept("audit days after it was written", "who subject outcome", "door deed school"),
    "audit_links": _kept("with the audit record: hashes over it", "previous hash", "key"),
    "absences": _kept("journal days after the user is back, or when they say so", "user cover"),
    "preferences": _kept("once its user has no role, and no audit record", "user", "language"),
    "requests": _kept(
        "cases days after it ended, or was asked",
        "to passed taken_by tried_by ended_by",
        "school cause tried ended",
    ),
    "request_asks": _kept("with the request", "user", "school"),
    "request_records": _kept("with the request", "identifier", "school shown"),
    "feedback": Kept(Ends.COUNTS, "cases days after the day", plain=("verb", "about", "language", "said")),
    "watches": _kept(
        "after a week at most; where that could not be, letters days after it began",
        "user identifier",
        "school question cause",
    ),
}
