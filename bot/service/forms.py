"""The listener of the form that asks about a person."""

from typing import Any

from slack_bolt import Ack, App

from bot.identifiers import identifiers_of
from bot.slack import modals
from bot.slack.request import Bot, SlackRequest, answering
from bot.slack.sent_forms import acknowledge_form, shows_its_fault
from provisioning import upn


def register(app: App, bot: Bot) -> None:
    """Register the sent form; an identifier that can't be a UPN is an error in the form."""

    def acknowledge(ack: Ack, body: dict[str, Any]) -> None:
        voice = bot.voice_at_once(body["user"]["id"])
        identifier = _identifier(body)
        fault = _fault(identifier)
        faults = {}
        if fault is not None:
            said = voice.plain(f"modal.fault-{fault}", length=len(upn.normalise(identifier)))
            faults[modals.IDENTIFIER] = said
        acknowledge_form(bot, ack, body, faults, voice)

    app.view(modals.ASK)(ack=acknowledge, lazy=[answering(bot, _handle)])


def _handle(request: SlackRequest) -> None:
    if shows_its_fault(request):
        return
    word, _, only_school = request.body["view"]["private_metadata"].partition(" ")
    chosen = request.body["view"]["state"]["values"].get(modals.SCHOOL, {}).get(modals.SCHOOL)
    option = chosen and chosen["selected_option"]
    school = option["value"] if option else only_school
    request.ask(f"{word} {_identifier(request.body)} {school}")


def _identifier(body: dict[str, Any]) -> str:
    return body["view"]["state"]["values"][modals.IDENTIFIER][modals.IDENTIFIER]["value"] or ""


def _fault(identifier: str) -> upn.UpnFault | None:
    """Return what is wrong with the shape of a typed UPN; the diagnosis judges the check letter.

    Several UPNs are judged one by one in the answer.
    """
    if len(identifiers_of(identifier)) > 1:
        return None
    if not upn.looks_like(identifier):
        return None
    fault = upn.fault(upn.normalise(identifier))
    return None if fault is upn.UpnFault.CHECK_LETTER else fault
