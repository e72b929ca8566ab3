"""Slack's limits, from its Block Kit, message and view reference pages.

`fit` cuts to these numbers, and the trial workspace refuses more. Lengths are in characters, others counts.
"""

from typing import Final

# Messages
MESSAGE_BLOCKS: Final = 50
MESSAGE_TEXT: Final = 40_000
MESSAGE_TEXT_ADVISED: Final = 4_000
# All text of a message's blocks together; observed, not documented: 9,597 were taken, 11,341 refused
MESSAGE_BLOCKS_TEXT: Final = 9_600
MESSAGE_BLOCKS_TEXT_ADVISED: Final = 9_000

# Views
VIEW_BLOCKS: Final = 100
VIEW_BYTES: Final = 250_000
VIEW_TEXT_ADVISED: Final = 30_000  # in characters, which are up to six bytes each in JSON
VIEW_TITLE: Final = 24
VIEW_SUBMIT: Final = 24
VIEW_CLOSE: Final = 24
VIEW_PRIVATE_METADATA: Final = 3_000
VIEW_CALLBACK_ID: Final = 255
VIEW_STACK: Final = 3

# Blocks
TEXT: Final = 3_000
SECTION_TEXT: Final = 3_000
SECTION_FIELDS: Final = 10
SECTION_FIELD: Final = 2_000
HEADER: Final = 150
CONTEXT_ELEMENTS: Final = 10
ACTIONS_ELEMENTS: Final = 25
INPUT_LABEL: Final = 2_000
INPUT_HINT: Final = 2_000
IMAGE_URL: Final = 3_000
IMAGE_ALT_TEXT: Final = 2_000
IMAGE_TITLE: Final = 2_000
TABLE_ROWS: Final = 100
TABLE_COLUMNS: Final = 20
TABLE_TEXT: Final = 10_000  # of all cells together
MESSAGE_TABLES: Final = 1
MARKDOWN_TEXT: Final = 12_000  # of all markdown blocks of a message together
CONTEXT_ACTIONS_ELEMENTS: Final = 5
BLOCK_ID: Final = 255
FILE_ALT_TEXT: Final = 1_000

# Elements
ACTION_ID: Final = 255
BUTTON_TEXT: Final = 75
BUTTON_VALUE: Final = 2_000
BUTTON_URL: Final = 3_000
BUTTON_ACCESSIBILITY_LABEL: Final = 75
ICON_BUTTON_PEOPLE: Final = 10
PLACEHOLDER: Final = 150
OPTION_TEXT: Final = 75
OPTION_VALUE: Final = 150
OPTION_DESCRIPTION: Final = 75
OPTION_GROUP_LABEL: Final = 75
SELECT_OPTIONS: Final = 100
SELECT_GROUPS: Final = 100
OVERFLOW_OPTIONS: Final = 5
RADIO_OPTIONS: Final = 10
CHECKBOX_OPTIONS: Final = 10
TEXT_INPUT: Final = 3_000

# Confirmation dialogs
CONFIRM_TITLE: Final = 100
CONFIRM_TEXT: Final = 300
CONFIRM_CONFIRM: Final = 30
CONFIRM_DENY: Final = 30

# Times, in seconds, and uses
ACK_SECONDS: Final = 3.0
TRIGGER_SECONDS: Final = 3.0
RESPONSE_URL_SECONDS: Final = 30 * 60.0
RESPONSE_URL_USES: Final = 5
REDELIVERY_SECONDS: Final = (0.0, 60.0, 300.0)
SOCKET_CONNECTIONS: Final = 10
