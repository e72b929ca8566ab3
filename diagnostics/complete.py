"""Start-up check: every check and stage that the knowledge files name exists and has its texts."""

from diagnostics.stages import STAGES
from diagnostics.steps import STEPS
from diagnostics.wording import StageState
from knowledge.ids import ENTRY_FILES
from knowledge.loading import Knowledge
from knowledge.texts import KnowledgeError


def require_steps(known: Knowledge) -> None:
    """Raise `KnowledgeError` with file and key for the first check or stage that does not exist."""
    for entry in known.entries.values():
        file = f"{ENTRY_FILES[entry.id]}/{entry.id}.toml"
        for number, edition in enumerate(entry.editions):
            for place, step in enumerate(edition.steps):
                for check in step.checks:
                    if check not in STEPS:
                        key = f"editions.{number}.steps.{place}.checks"
                        raise KnowledgeError(file, key, f"there is no step {check!r}")
    for stage in STAGES:
        if stage not in known.stages:
            raise KnowledgeError("stages.toml", f"stages.{stage}", "is missing")
    for stage in known.stages:
        if stage not in STAGES:
            raise KnowledgeError("stages.toml", f"stages.{stage}", "is not a stage")
    wanted = [f"step.{check}.question" for check in (*STEPS, *STAGES)]
    wanted += [f"step.{stage}.title" for stage in STAGES]
    wanted += [f"stage.{stage}.{state}" for stage in STAGES for state in StageState]
    for key in wanted:
        if key not in known.catalogue:
            raise KnowledgeError("texts", key, "the text is missing")
