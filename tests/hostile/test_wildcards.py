"""Signs that databases and shells take for any text are letters like others."""

import ast
from collections.abc import Iterator

import pytest

from bot.outbox import letters
from bot.outbox.letters import Letter
from bot.people import audit
from bot.people.audit import AuditRecord
from provisioning.subject import subject_access
from tests.builders import GLAN, NOW, Schools, staff_member
from tests.paths import REPOSITORY

SIGNS = ("%", "_", "J%V", "J_V", "J*V", "J?V", "*", "?", "[A-Z]EV", "J/V", "J\\V", 'J"V', "Siân%")
FOLDERS = ("bot", "provisioning", "diagnostics", "knowledge")
MATCHING = {"like", "ilike", "not_like", "notlike", "not_ilike", "icontains", "contains", "match"}
"""Methods of columns that take their text for a pattern."""
ALLOWED = {
    ("provisioning/store/migrations/versions/0022_job_queue.py", "LIKE"),
    ("provisioning/store/prefixes.py", "LIKE"),  # a word of its docstring
    ("bot/people/addresses.py", "contains"),  # escaped
}


def parsed() -> Iterator[tuple[str, ast.AST]]:
    for folder in FOLDERS:
        for path in sorted((REPOSITORY / folder).rglob("*.py")):
            yield str(path.relative_to(REPOSITORY)), ast.parse(path.read_text(encoding="utf-8"))


def test_no_query_takes_a_text_for_a_pattern() -> None:
    """Columns are compared whole, or by `autoescape`; whatever else matches patterns is named here."""
    found = set()
    for path, tree in parsed():
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
                name, on = node.func.attr, ast.unparse(node.func.value)
                column = "Row." in on or ".c." in on or ".c[" in on or on in ("column", "shown")
                escaped = any(keyword.arg == "autoescape" for keyword in node.keywords)
                if column and (name in MATCHING or (name in ("startswith", "endswith") and not escaped)):
                    found.add((path, name))
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                words = node.value.split()
                found |= {(path, word) for word in ("LIKE", "ILIKE", "GLOB", "SIMILAR") if word in words}
    assert found - ALLOWED == set()


@pytest.mark.both_databases
@pytest.mark.parametrize("sign", SIGNS)
def test_a_staff_code_with_such_signs_finds_its_own_rows_alone(provisioning: Schools, sign: str) -> None:
    provisioning.extracts(GLAN, staff_member("JEV"), staff_member(sign, surname="Puw", line=3))
    provisioning.runs(GLAN)
    with provisioning.database.writing() as session:
        for code in ("JEV", sign):
            letters.put(session, [Letter(f"to-{code}", "U0DAI", {"who": code, "school": GLAN.number})], NOW)
    audit.keep(
        provisioning.database,
        *(
            AuditRecord(NOW, "U0DAI", "slack", "why-missing", GLAN.number, code, "ok")
            for code in ("JEV", sign)
        ),
    )
    _, held = subject_access(provisioning.at(NOW), sign, GLAN.number)
    rows = {place.place: place.rows for place in held}
    assert [row["staff_code"] for row in rows["accounts"]] == [sign]
    assert [row["staff_code"] for row in rows["extracts"]] == [sign]
    assert [row["identifier"] for row in rows["covered_records"]] == [sign]
    assert [row["identifier"] for row in rows["journal"]] == [sign]
    assert [row["payload"]["who"] for row in rows["outbox"]] == [sign]
    assert len(rows["audit"]) == 1
    assert "JEV" not in str(rows)
