"""What Slack's own client checks before it submits a modal."""

from enum import StrEnum

from bot.trial.workspace.state import Json


class InputFault(StrEnum):
    """Why a field is not good; the page has the sentence in both languages."""

    REQUIRED = "required"
    TOO_SHORT = "too_short"
    TOO_LONG = "too_long"
    NO_NUMBER = "no_number"
    NO_EMAIL = "no_email"
    TOO_SMALL = "too_small"
    TOO_LARGE = "too_large"


def input_faults(blocks: list[Json], values: Json) -> dict[str, str]:
    """Find for each input block what is wrong with its value, by block id."""
    found: dict[str, str] = {}
    for block in blocks:
        if block.get("type") == "input":
            element = block["element"]
            value = values.get(block["block_id"], {}).get(element["action_id"], {})
            fault = _fault(block, element, value)
            if fault is not None:
                found[block["block_id"]] = fault.value
    return found


def _fault(block: Json, element: Json, value: Json) -> InputFault | None:
    entered = [value[name] for name in value if name not in ("type", "rich_text_value")]
    if not any(entered):
        return None if block.get("optional") else InputFault.REQUIRED
    text = value.get("value")
    if not isinstance(text, str):
        return None
    if element["type"] == "number_input":
        return _number_fault(element, text)
    if element["type"] == "email_text_input" and ("@" not in text[1:-1] or " " in text):
        return InputFault.NO_EMAIL
    if len(text) < int(element.get("min_length") or 0):
        return InputFault.TOO_SHORT
    if len(text) > int(element.get("max_length") or 3_000):
        return InputFault.TOO_LONG
    return None


def _number_fault(element: Json, text: str) -> InputFault | None:
    try:
        number = float(text) if element.get("is_decimal_allowed") else int(text)
        least, most = (element.get(name) for name in ("min_value", "max_value"))
        if least is not None and number < float(least):
            return InputFault.TOO_SMALL
        if most is not None and number > float(most):
            return InputFault.TOO_LARGE
    except ValueError:
        return InputFault.NO_NUMBER
    return None
