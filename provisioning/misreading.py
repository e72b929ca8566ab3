"""Letters of UTF-8 that were read as Windows-1252 before an export: `SiÃ¢n` for `Siân`. Pure.

Such a letter has become two characters (three for a few): Ã, Ä, Å or Â, then what Windows-1252 has for the
second byte. The test is narrow, so that no name as people write it meets it: a sign follows that stands in no
name, or one of the letters ŠŽŒƒŸ after Ã, or a quotation mark or dash beside small letters.
"""

import re

_SIGNS = "€‚„…†‡ˆ‰‹•˜™›¡¢£¤¥¦§¨©ª«¬®¯°±²³´µ¶·¸¹º»¼½¾¿"
_LETTERS = "ƒŠŒŽšœžŸ"
_MARKS = "‘’“”–—"
_NO_SIGN = "\x80-\x9f"
"""What stands for the bytes that Windows-1252 leaves undefined, and in Latin-1 for all of these."""

PATTERN = (
    rf"Ã[{_SIGNS}{_LETTERS}{_MARKS}]|[ÂÄÅ][{_SIGNS}]|[ÄÅ][ƒŒœŸ]"
    rf"|(?<=[a-zß-ÿ])[ÄÅ][{_MARKS}]|(?<![^\W\d_])[ÄÅ][{_MARKS}](?=[a-z])|â€[\ufffd˜™œ“”¦]?|á[º»][{_SIGNS}ƒ]?"
)
"""The regular expression of one letter that was misread."""

_UNSEEN = re.compile(
    rf"(?<=[ÂÃÄÅâ])[{_NO_SIGN}]|(?<=º)[{_NO_SIGN}]|(?<=Ã)\xad|(?<=Ã)\xa0(?=[a-z])|(?<=[a-z]Ã)\xa0"
)


def mark_unseen(cell: str) -> str:
    """Return a cell with the replacement character for the invisible half of each letter that was misread.

    Otherwise nothing would tell of it once invisible characters are taken off: `MarÃ` and a soft hyphen stand
    for `Marí`.
    """
    return _UNSEEN.sub("\ufffd", cell)
