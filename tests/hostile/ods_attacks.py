"""Hostile OpenDocument workbooks."""

from tests.hostile.laying import (
    LAUGHS,
    LEARNERS,
    Attack,
    Lay,
    cut,
    directory,
    fifo,
    linked,
    on_top_of,
    sparse,
    zipped,
)

ODF = "urn:oasis:names:tc:opendocument:xmlns"


def ods(tables: str, before: str = "") -> Lay:
    """An ODS workbook with these tables."""
    text = (
        f'<?xml version="1.0"?>{before}<office:document-content xmlns:office="{ODF}:office:1.0" '
        f'xmlns:table="{ODF}:table:1.0" xmlns:text="{ODF}:text:1.0"><office:body><office:spreadsheet>'
        f"{tables}</office:spreadsheet></office:body></office:document-content>"
    )
    return zipped({"content.xml": text.encode()}, "school.ods")


def ods_cells(texts: list[str], attributes: str = "") -> str:
    """Cells of an ODS row."""
    cell = '<table:table-cell office:value-type="string"{}><text:p>{}</text:p></table:table-cell>'
    return "".join(cell.format(attributes, text) for text in texts)


ODS_HEADER = f"<table:table-row>{ods_cells(LEARNERS.strip().split(','))}</table:table-row>"


ODS: dict[str, Attack] = {
    "ods: half written": Attack("ods", on_top_of("ods", cut("glan.ods")), "extract-archive-broken"),
    "ods: a zip of something else": Attack(
        "ods", zipped({"a.txt": b"x"}, "a.ods"), "extract-workbook-broken"
    ),
    "ods: billion laughs": Attack("ods", ods("", LAUGHS.decode()), "extract-xml-doctype", grows=16),
    "ods: a row repeated a million times": Attack(
        "ods",
        lambda at: ods(
            f'<table:table table:name="learners">{ODS_HEADER}<table:table-row '
            f'table:number-rows-repeated="1000000">{ods_cells(["x"])}</table:table-row></table:table>'
        )(at),
        "extract-too-many-rows",
        grows=32,
    ),
    "ods: a long cell repeated": Attack(
        "ods",
        lambda at: ods(
            f'<table:table table:name="learners">{ODS_HEADER}<table:table-row '
            f'table:number-rows-repeated="49000">{ods_cells(["x" * 100_000])}</table:table-row></table:table>'
        )(at),
        "extract-too-large",
        grows=64,
    ),
    "ods: a cell repeated a million times": Attack(
        "ods",
        lambda at: ods(
            '<table:table table:name="learners"><table:table-row>'
            + ods_cells(["x"], ' table:number-columns-repeated="1000000"')
            + "</table:table-row></table:table>"
        )(at),
        "extract-too-many-columns",
        grows=16,
    ),
    "ods: 2 GB": Attack("ods", sparse("a.ods"), "extract-too-large", grows=16),
    "ods: a cell of endless paragraphs": Attack(
        "ods",
        lambda at: ods(
            f'<table:table table:name="learners">{ODS_HEADER}<table:table-row><table:table-cell>'
            + "".join(f'<text:p n="{n}"/>' for n in range(200_000))
            + "</table:table-cell></table:table-row></table:table>"
        )(at),
        "extract-no-sheet",
        grows=32,
    ),
    "ods: a folder": Attack("ods", directory("a.ods"), "extract-is-a-folder"),
    "ods: a link out": Attack("ods", on_top_of("ods", linked("glan.ods")), "extract-link"),
    "ods: a pipe": Attack("ods", fifo("a.ods"), "extract-not-a-file", grows=16),
}
