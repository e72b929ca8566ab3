"""Hostile tables of OneRoster."""

from tests.hostile.laying import Attack, content, directory, fifo, linked, on_top_of, sparse

ONEROSTER: dict[str, Attack] = {
    "oneroster: a table of 2 GB": Attack(
        "oneroster", on_top_of("oneroster-1.1", sparse("users.csv")), "extract-too-large", grows=16
    ),
    "oneroster: a zip of 2 GB": Attack("oneroster", sparse("export.zip"), "extract-too-large", grows=16),
    "oneroster: no encoding at all": Attack(
        "oneroster",
        on_top_of("oneroster-1.2", content("roles.csv", b"\xff\x81\x8d\n")),
        "extract-undecodable",
    ),
    "oneroster: endless enrolments": Attack(
        "oneroster",
        lambda at: on_top_of(
            "oneroster-1.1",
            content(
                "enrollments.csv",
                b"classSourcedId,userSourcedId,schoolSourcedId\n"
                + b"".join(b"c%d,u%d,glan\n" % (n, n) for n in range(600_000)),
            ),
        )(at),
        "extract-too-many-rows",
        grows=224,
    ),
    "oneroster: organisations in an endless row": Attack(
        "oneroster",
        lambda at: on_top_of(
            "oneroster-1.1",
            content(
                "orgs.csv",
                b"sourcedId,identifier,parentSourcedId\n0,6809903,\n"
                + b"".join(b"%d,,%d\n" % (n, n - 1) for n in range(290_000, 0, -1)),
            ),
        )(at),
        "extract-no-people",
        grows=160,
    ),
    "oneroster: identifiers to choke on": Attack(
        "oneroster",
        lambda at: on_top_of(
            "oneroster-1.1",
            content(
                "users.csv",
                b"sourcedId,givenName,familyName,orgSourcedIds,role,userIds\n"
                + b"".join(b"u%d,A,B,glan,student,{%s\n" % (n, b" " * 120_000) for n in range(300)),
            ),
        )(at),
        "",
        grows=16,
    ),
    "oneroster: a folder": Attack(
        "oneroster", on_top_of("oneroster-1.1", directory("orgs.csv")), "extract-is-a-folder"
    ),
    "oneroster: a link out": Attack(
        "oneroster", on_top_of("oneroster-1.1", linked("users.csv")), "extract-link"
    ),
    "oneroster: a pipe": Attack(
        "oneroster", on_top_of("oneroster-1.1", fifo("users.csv")), "extract-not-a-file", grows=16
    ),
    "oneroster: a pipe as a zip": Attack("oneroster", fifo("export.zip"), "extract-not-a-file", grows=16),
}
