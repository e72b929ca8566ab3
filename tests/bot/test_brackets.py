"""What is typed, or stands in the records, is shown as it is: square brackets are no markup."""

from tests.bot.command_line import CommandLine

CODE = "[/bold]"
SEPTEMBER = ("--at", "2026-09-07T09:00")


def test_a_name_a_class_and_a_code_with_brackets(hwb: CommandLine) -> None:
    hwb.write("schools.csv", "number,name,local_authority,phase\n6609998,Ysgol [/x] y Bont,660,primary\n")
    hwb.write(
        "data/extracts/6609998/learners.csv",
        "upn,legal_surname,legal_forename,admission_date,leaving_date,year_group,class\n"
        "W660999920001,Puw,Mali,2020-09-01,,4,[4A]\n",
    )
    hwb.write(
        "data/extracts/6609998/staff.csv",
        "staff_code,legal_surname,legal_forename,start_date,leaving_date\n",
    )
    assert hwb("schools import schools.csv").status == 0
    for words, shown in (
        (("provision", "--all", "--dry-run"), "[4A]"),
        (("provision", "--all"), "1 created"),
        (("schools", "list"), "Ysgol [/x] y Bont"),
        (("accounts",), "[4A]"),
        (("missing", "--school", "6609998"), "Ysgol [/x] y Bont"),
        (("why-missing", CODE, "--school", "6609998"), CODE),
        (("rollover", "--all"), "Ysgol [/x] y Bont"),
        (("review", "governors", "--school", "6609998"), "Ysgol [/x] y Bont"),
        (("dates", "--la", "660"), "Before this day"),
    ):
        told = hwb("", *words, *SEPTEMBER)
        assert (told.status, told.err) == (0, ""), words
        assert shown in told.out, words
