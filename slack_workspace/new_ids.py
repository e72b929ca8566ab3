"""Ids in Slack's format, and the ids that Slack gives to blocks and elements without one."""

import secrets
import string
from collections.abc import Iterable
from typing import Any

Block = dict[str, Any]


def new_id(prefix: str) -> str:
    """Mint an id in Slack's format: a letter or two, then capitals and digits."""
    letters = string.ascii_uppercase + string.digits
    return prefix + "".join(secrets.choice(letters) for _ in range(10))


def dm_id(person: str) -> str:
    """Name the direct messages of a person with the app."""
    return "D" + person[1:]


def with_ids(blocks: Iterable[Block]) -> tuple[Block, ...]:
    """Give blocks and their elements the ids that Slack gives where an app gave none."""
    return tuple(_with_id(block) for block in blocks)


def _with_id(block: Block) -> Block:
    done = dict(block)
    done["block_id"] = block.get("block_id") or secrets.token_hex(3)
    for name in ("accessory", "element"):
        if isinstance(done.get(name), dict):
            done[name] = _with_action_id(done[name])
    if done.get("type") in ("actions", "context_actions"):
        done["elements"] = [_with_action_id(element) for element in done["elements"]]
    return done


def _with_action_id(element: Block) -> Block:
    if element.get("type") == "image" or element.get("action_id"):
        return element
    return {**element, "action_id": secrets.token_hex(3)}
