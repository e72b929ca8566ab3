"""What happens to a text (a table, or the XML in a workbook), and to the bytes of a file."""

import random
from collections.abc import Callable, Mapping

TextDamage = Callable[[str, random.Random], str]
ByteDamage = Callable[[bytes, random.Random], bytes]


def encoding_of(raw: bytes) -> str:
    """The encoding in which a made-up text was written."""
    if raw[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return "utf-16"
    try:
        raw.decode("utf-8")
    except UnicodeDecodeError:
        return "cp1252"
    return "utf-8"


def _without_a_piece(text: str, chance: random.Random) -> str:
    """A piece of a line is lost, not its end."""
    lines = text.split("\n")
    number = chance.randrange(len(lines))
    line = lines[number]
    start = chance.randrange(len(line) + 1)
    lines[number] = line[:start] + line[start + chance.randint(1, 60) :]
    return "\n".join(lines)


def _half_lines_joined(text: str, chance: random.Random) -> str:
    """The end of a line is lost, with the beginning of the next."""
    lines = text.split("\n")
    number = chance.randrange(len(lines))
    if number + 1 == len(lines):
        return text
    first, second = lines[number : number + 2]
    start, end = chance.randrange(len(first) + 1), chance.randrange(len(second) + 1)
    if chance.random() < 0.5:  # as long as a line is, so that it is hardly seen
        end = min(start, len(second))
    return "\n".join([*lines[:number], first[:start] + second[end:], *lines[number + 2 :]])


def _lost_line_end(text: str, chance: random.Random) -> str:
    places = [place for place, character in enumerate(text) if character == "\n"]
    place = chance.choice(places or [len(text)])
    return text[:place] + text[place + 1 :]


def _lost_delimiters(text: str, chance: random.Random) -> str:
    for _ in range(chance.choice((1, 1, 2, 3))):
        places = [place for place, character in enumerate(text) if character in ",;\t<>"]
        place = chance.choice(places or [len(text)])
        text = text[:place] + text[place + 1 :]
    return text


def _dropped_lines(text: str, chance: random.Random) -> str:
    return "\n".join(line for line in text.split("\n") if chance.random() > 0.1)


def _dropped_line(text: str, chance: random.Random) -> str:
    lines = text.split("\n")
    del lines[chance.randrange(len(lines))]
    return "\n".join(lines)


def _doubled_lines(text: str, chance: random.Random) -> str:
    return "\n".join(line for line in text.split("\n") for _ in range(2 if chance.random() < 0.1 else 1))


def _shuffled_lines(text: str, chance: random.Random) -> str:
    lines = text.split("\n")
    chance.shuffle(lines)
    return "\n".join(lines)


def _stray_quotation_marks(text: str, chance: random.Random) -> str:
    for _ in range(chance.randint(1, 4)):
        place = chance.randrange(len(text))
        text = text[:place] + '"' + text[place:]
    return text


def _other_characters(text: str, chance: random.Random) -> str:
    changed = list(text)
    for _ in range(chance.randint(1, 6)):
        changed[chance.randrange(len(changed))] = chance.choice('"",;\n\r0123456789ŵé?\ufffd')
    return "".join(changed)


def _cut_in_the_last_line(text: str, chance: random.Random) -> str:
    return text[: len(text) - chance.randint(1, min(60, len(text) - 1))]


TEXT_DAMAGES: Mapping[str, TextDamage] = {
    damage.__name__.strip("_"): damage
    for damage in (
        _without_a_piece,
        _half_lines_joined,
        _lost_line_end,
        _lost_delimiters,
        _dropped_line,
        _dropped_lines,
        _doubled_lines,
        _shuffled_lines,
        _stray_quotation_marks,
        _other_characters,
        _cut_in_the_last_line,
    )
}


def _cut(raw: bytes, chance: random.Random) -> bytes:
    return raw[: chance.randrange(len(raw))]


def _lost_bytes(raw: bytes, chance: random.Random) -> bytes:
    start = chance.randrange(len(raw))
    return raw[:start] + raw[start + chance.randint(1, 60) :]


def _other_bytes(raw: bytes, chance: random.Random) -> bytes:
    changed = bytearray(raw)
    for _ in range(chance.randint(1, 6)):
        changed[chance.randrange(len(changed))] = chance.choice(
            (chance.randrange(256), *b'"",;\n\r0123456789')
        )
    return bytes(changed)


def _another_encoding(raw: bytes, chance: random.Random) -> bytes:
    text = raw.decode(encoding_of(raw), "replace")
    encodings = ("utf-8", "cp1252", "utf-16", "utf-8-sig", "latin-1", "utf-16-le", "utf-16-be")
    return text.encode(chance.choice(encodings), "replace")


def _half_in_another_encoding(raw: bytes, chance: random.Random) -> bytes:
    encoding = encoding_of(raw)
    lines = raw.decode(encoding, "replace").split("\n")
    half = chance.randrange(len(lines))
    begins, ends = "\n".join(lines[:half]), "\n".join(["", *lines[half:]])
    return begins.encode(encoding, "replace") + ends.encode(
        "utf-8" if encoding == "cp1252" else "cp1252", "replace"
    )


def _read_in_the_wrong_encoding(raw: bytes, _chance: random.Random) -> bytes:
    return raw.decode("latin-1").encode("utf-8")


BYTE_DAMAGES: Mapping[str, ByteDamage] = {
    damage.__name__.strip("_"): damage
    for damage in (
        _cut,
        _lost_bytes,
        _other_bytes,
        _another_encoding,
        _half_in_another_encoding,
        _read_in_the_wrong_encoding,
    )
}
