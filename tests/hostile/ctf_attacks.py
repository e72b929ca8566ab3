"""Hostile XML in a Common Transfer File."""

from tests.hostile.laying import (
    LAUGHS,
    OUTSIDE,
    Attack,
    Lay,
    content,
    cut,
    directory,
    fifo,
    linked,
    on_top_of,
    sparse,
)


def ctf(pupils: bytes, before: bytes = b"") -> Lay:
    """A CTF with these pupils."""
    start = b'<?xml version="1.0"?>\n%s<CTfile><CTFpupilData>' % before
    return content("ctf.xml", start + pupils + b"</CTFpupilData></CTfile>")


QUADRATIC = b"<!DOCTYPE CTfile [<!ENTITY a '%s'>]>\n" % (b"x" * 100_000)


PARAMETER = b"<!DOCTYPE CTfile [<!ENTITY % a SYSTEM 'http://localhost:9/a.dtd'> %a;]>\n"


PUPIL = b"<Pupil><UPN>%s</UPN></Pupil>"


def pupil(text: bytes) -> bytes:
    """A pupil whose UPN is this text."""
    return PUPIL % text


CTF: dict[str, Attack] = {
    "ctf: billion laughs": Attack("ctf", ctf(pupil(b"&a11;"), LAUGHS), "extract-xml-doctype", grows=16),
    "ctf: quadratic blow-up": Attack(
        "ctf", lambda at: ctf(pupil(b"&a;" * 100_000), QUADRATIC)(at), "extract-xml-doctype", grows=16
    ),
    "ctf: an external entity": Attack("ctf", ctf(pupil(b"&a;"), OUTSIDE), "extract-xml-doctype"),
    "ctf: an external parameter entity": Attack(
        "ctf", ctf(pupil(b"x"), PARAMETER), "extract-xml-doctype", grows=16
    ),
    "ctf: a DTD elsewhere": Attack(
        "ctf", ctf(pupil(b"x"), b'<!DOCTYPE CTfile SYSTEM "http://localhost:9/a.dtd">'), "extract-xml-doctype"
    ),
    "ctf: a DTD in UTF-16": Attack(
        "ctf",
        content(
            "ctf.xml",
            '<?xml version="1.0" encoding="UTF-16"?><!DOCTYPE CTfile [<!ENTITY a "x">]><CTfile/>'.encode(
                "utf-16"
            ),
        ),
        "extract-xml-doctype",
    ),
    "ctf: a DTD of 60 MB": Attack(
        "ctf",
        lambda at: ctf(b"", b"<!DOCTYPE CTfile [" + b"<!ENTITY ab 'cccccccccccccccc'>\n" * 1_800_000 + b"]>")(
            at
        ),
        "extract-xml-doctype",
        grows=16,
    ),
    "ctf: an entity without a declaration": Attack("ctf", ctf(pupil(b"&who;")), "extract-xml-broken"),
    "ctf: deep": Attack("ctf", lambda at: ctf(b"<a>" * 100_000)(at), "extract-xml-too-much", grows=16),
    "ctf: endless elements": Attack(
        "ctf", lambda at: ctf(b"<a/>" * 2_100_000)(at), "extract-xml-too-much", grows=16
    ),
    "ctf: endless pupils": Attack(
        "ctf", lambda at: ctf(pupil(b"x") * 60_000)(at), "extract-too-many-rows", grows=32
    ),
    "ctf: a pupil of 15 MB": Attack(
        "ctf",
        lambda at: ctf(b"<Pupil>" + b"<a>xxxxxxxxxxxxxxxxxxxxx</a>\n" * 500_000)(at),
        "extract-xml-broken",
        grows=16,
    ),
    "ctf: a name of 10 MB": Attack(
        "ctf", lambda at: ctf(pupil(b"x" * 10_000_000))(at), "extract-cell-too-long", grows=16
    ),
    "ctf: an attribute of 20 MB": Attack(
        "ctf", lambda at: ctf(b'<Pupil a="%s"/>' % (b"x" * 20_000_000))(at), "extract-xml-broken", grows=96
    ),
    "ctf: NULs": Attack("ctf", ctf(pupil(b"\0")), "extract-xml-broken"),
    "ctf: a wrong encoding": Attack("ctf", ctf(pupil("Siân".encode("cp1252"))), "extract-xml-broken"),
    "ctf: an unheard-of encoding": Attack(
        "ctf", content("ctf.xml", b'<?xml version="1.0" encoding="x-own"?><CTfile/>'), "extract-xml-broken"
    ),
    "ctf: half written": Attack("ctf", on_top_of("ctf", cut("6809903_CTF_001.xml")), "extract-xml-broken"),
    "ctf: something else": Attack("ctf", content("ctf.xml", b"<html/>"), "extract-not-ctf"),
    "ctf: empty": Attack("ctf", content("ctf.xml", b""), "extract-xml-broken"),
    "ctf: 2 GB": Attack("ctf", sparse("ctf.xml"), "extract-too-large", grows=16),
    "ctf: a folder": Attack("ctf", directory("ctf.xml"), "extract-is-a-folder"),
    "ctf: a link out": Attack("ctf", on_top_of("ctf", linked("6809903_CTF_001.xml")), "extract-link"),
    "ctf: staff by a link out": Attack("ctf", on_top_of("ctf", linked("staff.csv")), "extract-link"),
    "ctf: a pipe": Attack("ctf", fifo("ctf.xml"), "extract-not-a-file", grows=16),
}
