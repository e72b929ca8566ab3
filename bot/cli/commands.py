"""Every command of `hwb`, and where its code stands; that is imported when the command is called.

`hwb --help` takes the commands' short help from the texts, under `help.hwb.<word>`.
"""

from dataclasses import dataclass
from importlib import import_module

import click


@dataclass(frozen=True)
class CommandPlace:
    """The module in which a command is declared, and its name there."""

    module: str
    attribute: str

    def load(self) -> click.Command:
        """Import the module and return the command."""
        command: click.Command = getattr(import_module(self.module), self.attribute)
        return command


COMMANDS = {
    "trial": CommandPlace("bot.trial.cli", "trial"),
    "serve": CommandPlace("bot.service.serve_cli", "serve"),
    "work": CommandPlace("bot.service.work_cli", "work"),
    "schools": CommandPlace("bot.service.schools_cli", "schools"),
    "provision": CommandPlace("bot.runs.cli", "provision"),
    "runs": CommandPlace("bot.runs.cli", "runs"),
    "accounts": CommandPlace("bot.service.schools_cli", "accounts"),
    "approve": CommandPlace("bot.runs.decision_cli", "approve"),
    "reject": CommandPlace("bot.runs.decision_cli", "reject"),
    "undo": CommandPlace("bot.runs.decision_cli", "undo"),
    "decide": CommandPlace("bot.identity.cli", "decide"),
    "relax": CommandPlace("bot.runs.decision_cli", "relax"),
    "freeze": CommandPlace("bot.freezes.cli", "freeze"),
    "reconsider": CommandPlace("bot.runs.decision_cli", "reconsider"),
    "why-missing": CommandPlace("bot.diagnosis.cli", "why_missing"),
    "no-password": CommandPlace("bot.diagnosis.cli", "no_password"),
    "old-class": CommandPlace("bot.diagnosis.cli", "old_class"),
    "move-account": CommandPlace("bot.diagnosis.cli", "move_account"),
    "missing": CommandPlace("bot.missing.cli", "missing"),
    "still-active": CommandPlace("bot.still_active.cli", "still_active"),
    "review": CommandPlace("bot.reviews.cli", "review"),
    "cases": CommandPlace("bot.desk.cli", "cases"),
    "triage": CommandPlace("bot.desk.cli", "triage"),
    "rollover": CommandPlace("bot.rollover.cli", "rollover"),
    "report": CommandPlace("bot.report.cli", "report"),
    "rehearse": CommandPlace("bot.alerts.cli", "rehearse"),
    "dates": CommandPlace("bot.rollover.cli", "dates"),
    "faq": CommandPlace("bot.questions.cli", "faq"),
    "ask": CommandPlace("bot.questions.cli", "ask"),
    "feedback": CommandPlace("bot.feedback.cli", "feedback"),
    "grants": CommandPlace("bot.grants.cli", "grants"),
    "api-tokens": CommandPlace("bot.api.cli", "tokens"),
    "workspaces": CommandPlace("bot.service.workspaces_cli", "workspaces"),
    "roles": CommandPlace("bot.grants.cli", "roles"),
    "audit": CommandPlace("bot.audit.cli", "audit"),
    "subject-access": CommandPlace("bot.audit.cli", "subject_access"),
    "erase": CommandPlace("bot.subjects.cli", "erase"),
    "correct": CommandPlace("bot.subjects.cli", "correct"),
    "retention": CommandPlace("bot.service.cli", "retention"),
    "check": CommandPlace("bot.service.cli", "check"),
    "doctor": CommandPlace("bot.service.doctor_cli", "doctor"),
    "migrate": CommandPlace("bot.service.cli", "migrate"),
    "backup": CommandPlace("bot.backup.cli", "backup"),
    "restore": CommandPlace("bot.backup.cli", "restore"),
    "compact": CommandPlace("bot.backup.cli", "compact"),
}
