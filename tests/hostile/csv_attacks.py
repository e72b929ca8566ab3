"""Hostile CSV tables, of a school or of School Data Sync."""

from tests.hostile.laying import LEARNERS, Attack, content, directory, fifo, linked, on_top_of, sparse

CSV: dict[str, Attack] = {
    "csv: 2 GB": Attack("csv", on_top_of("csv", sparse("learners.csv")), "extract-too-large", grows=16),
    "sds: 2 GB": Attack("sds", on_top_of("sds", sparse("roles.csv")), "extract-too-large", grows=16),
    "csv: NULs": Attack("csv", on_top_of("csv", sparse("learners.csv", 1000)), "extract-undecodable"),
    "sds: NULs": Attack(
        "sds", on_top_of("sds", content("users.csv", b"sourcedId\0\n")), "extract-undecodable"
    ),
    "csv: UTF-16": Attack(
        "csv",
        on_top_of("csv", content("learners.csv", LEARNERS.encode("utf-16")[:-1])),
        "extract-undecodable",
    ),
    "csv: a million columns": Attack(
        "csv",
        lambda at: on_top_of(
            "csv", content("learners.csv", LEARNERS.strip().encode() + b"," * 1_000_000 + b"\n")
        )(at),
        "extract-too-many-columns",
        grows=32,
    ),
    "csv: a million columns of nothing": Attack(
        "csv",
        lambda at: on_top_of("csv", content("learners.csv", b"," * 1_000_000 + b"\n"))(at),
        "extract-empty",
    ),
    "csv: a header of one cell": Attack(
        "csv",
        lambda at: on_top_of("csv", content("learners.csv", b"x" * 1_000_000 + b"\n"))(at),
        "extract-no-column",
    ),
    "csv: a line without end": Attack(
        "csv",
        lambda at: on_top_of("csv", content("learners.csv", LEARNERS.encode() + b"," * 50_000_000))(at),
        "extract-line-too-long",
        grows=16,
    ),
    "csv: a cell of 10 MB": Attack(
        "csv",
        lambda at: on_top_of("csv", content("learners.csv", LEARNERS.encode() + b"x" * 10_000_000))(at),
        "extract-line-too-long",
        grows=16,
    ),
    "csv: a cell of 500 kB": Attack(
        "csv",
        lambda at: on_top_of("csv", content("learners.csv", LEARNERS.encode() + b"x" * 500_000))(at),
        "extract-cell-too-long",
    ),
    "csv: a cell of many lines": Attack(
        "csv",
        lambda at: on_top_of("csv", content("learners.csv", LEARNERS.encode() + b'"' + b"x\n" * 1_000_000))(
            at
        ),
        "extract-cell-too-long",
        grows=16,
    ),
    "csv: endless rows": Attack(
        "csv",
        lambda at: on_top_of("csv", content("learners.csv", LEARNERS.encode() + b"x\n" * 1_000_000))(at),
        "extract-too-many-rows",
        grows=32,
    ),
    "csv: more rows than a school has": Attack(
        "csv",
        lambda at: on_top_of("csv", content("learners.csv", LEARNERS.encode() + b"x\n" * 60_000))(at),
        "extract-too-many-rows",
        grows=32,
    ),
    "csv: endless blank lines": Attack(
        "csv",
        lambda at: on_top_of("csv", content("learners.csv", LEARNERS.encode() + b"\n" * 60_000_000))(at),
        "extract-too-many-rows",
        grows=16,
    ),
    "csv: a folder": Attack("csv", on_top_of("csv", directory("learners.csv")), "extract-is-a-folder"),
    "csv: a link out": Attack("csv", on_top_of("csv", linked("learners.csv")), "extract-link"),
    "sds: a link out": Attack("sds", on_top_of("sds", linked("users.csv")), "extract-link"),
    "csv: a pipe": Attack("csv", on_top_of("csv", fifo("learners.csv")), "extract-not-a-file", grows=16),
}
