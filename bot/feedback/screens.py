"""The question "Was this right?" under an answer, and what takes its place once it is pressed."""

from collections.abc import Sequence
from dataclasses import replace

from bot.feedback.actions import REASONS, FeedbackAction, Said
from bot.feedback.store import Judged
from bot.slack.blocks import BY_SURFACE, Block, Screen, actions, button, by_surface, context_block
from bot.slack.voice import Voice

_QUESTION, _ANSWERS = "feedback-question", "feedback-answers"
"""The ids of the two blocks, by which they are found in a message."""


def question(judged: Judged, line: str, voice: Voice) -> Block:
    """Return the question under an answer; `line` is the command line that gives the answer again."""
    asks = context_block(voice.mrkdwn("feedback.question")) | {"block_id": _QUESTION}
    yes, no = (
        button(action, voice.plain(f"feedback.{said}"), _value(said, judged, line))
        for action, said in ((FeedbackAction.YES, Said.YES), (FeedbackAction.NO, Said.NO))
    )
    thumbs = {
        "type": "feedback_buttons",
        "action_id": FeedbackAction.RIGHT.value,
        "positive_button": {"text": yes["text"], "value": yes["value"]},
        "negative_button": {"text": no["text"], "value": no["value"]},
    }
    in_message: Block = {"type": "context_actions", "block_id": _ANSWERS, "elements": [thumbs]}
    elsewhere = [asks, actions([yes, no]) | {"block_id": _ANSWERS}]
    return by_surface([asks, in_message], elsewhere, spoken=[])  # at every answer, a voice would tire by it


def thanks(judged: Judged, line: str, said: Said, voice: Voice) -> list[Block]:
    """Return what takes the question's place: thanks, and after a no the reasons to choose from."""
    if said is not Said.NO:
        return [context_block(voice.mrkdwn("feedback.thanks"))]
    reasons = [
        button(
            FeedbackAction.REASON,
            voice.plain(f"feedback.reason-{reason}"),
            _value(reason, judged, line),
            which=reason,
        )
        for reason in REASONS
    ]
    asks = context_block(voice.mrkdwn("feedback.why")) | {"block_id": _QUESTION}
    return [asks, actions(reasons) | {"block_id": _ANSWERS}]


def answered(screen: Screen, instead: Sequence[Block]) -> Screen:
    """Return `screen` with the blocks `instead` in the place of the question."""
    blocks: list[Block] = []
    for block in screen.blocks:
        if _is_question(block):
            blocks += instead
        elif block.get("block_id") != _QUESTION:
            blocks.append(block)
    return replace(screen, blocks=blocks)


def _is_question(block: Block) -> bool:
    if block["type"] == BY_SURFACE:
        return any(_is_question(part) for part in block["in_message"])
    return block.get("block_id") == _ANSWERS


def _value(said: Said, judged: Judged, line: str) -> str:
    return f"{said} {judged.verb} {judged.about} {line}"
