"""The knowledge files, read and checked once at start-up."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from pathlib import Path
from types import MappingProxyType
from typing import NamedTuple, get_args

from jinja2 import UndefinedError

from knowledge.ids import CAUSE_IDS, ENTRY_FILES, PREVIOUS_SCHOOL_CAUSES, Question
from knowledge.keydates import Calendar
from knowledge.models import (
    Cause,
    Contact,
    Edition,
    Entry,
    KeyDates,
    ServiceDesk,
    Stage,
    Synonyms,
    Who,
)
from knowledge.reading import only, read, sheet, sheets
from knowledge.texts import LANGUAGES, Catalogue, KnowledgeError

PACKAGE = Path(__file__).parent


class NextStep(NamedTuple):
    """Who acts next, and the catalogue's key of what they do; that text takes the cause's values."""

    who: Who
    action: str


@dataclass(frozen=True)
class Knowledge:
    """The content of the guide and its later editions.

    `entries` are in the order of the contract, `causes` in the order of mending. The catalogue also
    has `cause.<id>.headline`, `cause.<id>.action`, `stage.<id>.action`, `who.<id>`
    and `who.<id>.contact`.
    """

    entries: Mapping[str, Entry]
    causes: Mapping[str, Cause]
    stages: Mapping[str, Stage]
    contacts: Mapping[Who, Contact]
    service_desk: ServiceDesk
    years: Mapping[int, KeyDates]
    words: Mapping[str, Synonyms]
    courtesies: Synonyms
    thanks: Synonyms
    catalogue: Catalogue

    @cached_property
    def _by_question(self) -> Mapping[tuple[Question, str], Entry]:
        return {(entry.asks, entry.about): entry for entry in self.entries.values() if entry.asks}

    def entry_asking(self, question: Question, about: str) -> Entry:
        """Return the FAQ entry that answers a question about a learner or a member of staff."""
        return self._by_question[question, about]

    def can_ask(self, question: Question, about: str) -> bool:
        """Return whether a question can be asked about a learner or a member of staff."""
        return (question, about) in self._by_question

    def with_lead_days(self, lead_days: int) -> "Knowledge":
        """Return the knowledge with the number of `lead_days` that is in force in its sentences."""
        if lead_days == self.catalogue.lead_days:
            return self
        return replace(self, catalogue=self.catalogue.with_lead_days(lead_days))

    @property
    def calendar(self) -> Calendar:
        """The key dates where no local authority has its own."""
        return Calendar(self.years)

    def key_dates(self, year: int) -> KeyDates:
        """Return the key dates of a year: as published, otherwise derived."""
        return self.calendar.of(year)

    def rollover_in_focus(self, today: date) -> KeyDates:
        """Return the key dates of the rollover in focus on a day (`Calendar.in_focus`)."""
        return self.calendar.in_focus(today)

    @cached_property
    def _mending_order(self) -> Mapping[str, int]:
        return {cause_id: place for place, cause_id in enumerate(self.causes)}

    def mending_order(self, cause_id: str) -> int:
        """Return the sort key of a cause: causes that sort first are mended first."""
        return self._mending_order[cause_id]

    def edition(self, entry_id: str, today: date) -> Edition:
        """Return an entry's edition in force on a day."""
        return self.entries[entry_id].in_force(today)

    def next_step(self, cause_id: str, entry_id: str, today: date) -> NextStep:
        """Return who acts on a cause, and how: by the entry's edition in force, otherwise by the cause."""
        edition = self.edition(entry_id, today)
        if cause_id in edition.remedies:
            return NextStep(edition.remedies[cause_id].who, _remedy_key(entry_id, edition, cause_id))
        return NextStep(self.causes[cause_id].who, f"cause.{cause_id}.action")

    def stage_step(self, stage_id: str, detail: str) -> NextStep:
        """Return who acts on an open stage, and how, by the `detail` of its verdict."""
        stage = self.stages[stage_id]
        if detail in stage.remedies:
            return NextStep(stage.remedies[detail].who, f"stage.{stage_id}.{detail}.action")
        return NextStep(stage.who, f"stage.{stage_id}.action")


def load_knowledge(
    folder: Path = PACKAGE, texts: Iterable[Path] = (), *, check_templates: bool = True
) -> Knowledge:
    """Read the knowledge files of a folder, and further files or folders of texts.

    The first error raises `KnowledgeError` with its file and key: an incomplete guide is not served. With
    `check_templates` off, a template that can't be read is found when it is said.
    """
    catalogue = Catalogue([folder / "texts", *texts])
    entries = {id_: _entry(folder / kind / f"{id_}.toml", catalogue) for id_, kind in ENTRY_FILES.items()}
    _require_questions(folder / "faq", entries.values())
    for path in sorted(path for kind in set(ENTRY_FILES.values()) for path in (folder / kind).glob("*.toml")):
        if ENTRY_FILES.get(path.stem) != path.parent.name:
            raise KnowledgeError(path, "file", f"is not an entry that belongs in {path.parent.name}/")
    contacts, service_desk = _contacts(folder / "contacts.toml", catalogue)
    courtesies, thanks, words = _words(folder / "words.toml")
    causes, stages = _causes(folder / "causes.toml", catalogue), _stages(folder / "stages.toml", catalogue)
    if check_templates:
        for path, cause_id, key in _texts_about_causes(folder, entries.values(), causes):
            _require_values(catalogue, path, cause_id, key)
        catalogue.require_templates()
    return Knowledge(
        entries=MappingProxyType(entries),
        causes=MappingProxyType(causes),
        stages=MappingProxyType(stages),
        contacts=MappingProxyType(contacts),
        service_desk=service_desk,
        years=MappingProxyType({year.year: year for year in _years(folder / "years")}),
        words=MappingProxyType(words),
        courtesies=courtesies,
        thanks=thanks,
        catalogue=catalogue,
    )


def _entry(path: Path, catalogue: Catalogue) -> Entry:
    entry = sheet(Entry, read(path), path)
    if entry.id != path.stem:
        raise KnowledgeError(path, "id", f"must be the file's own name, {path.stem}, not {entry.id}")
    for language in LANGUAGES:
        if not entry.paraphrases.get(language):
            raise KnowledgeError(path, f"paraphrases.{language}", "is missing")
    for number, edition in enumerate(entry.editions):
        for cause_id, remedy in edition.remedies.items():
            if cause_id not in CAUSE_IDS:
                raise KnowledgeError(path, f"editions.{number}.remedies.{cause_id}", "is not a cause")
            catalogue.add(path, _remedy_key(entry.id, edition, cause_id), remedy.action.model_dump())
    return entry


def _require_questions(folder: Path, entries: Iterable[Entry]) -> None:
    """Refuse two entries with an equal question, and a question without an entry."""
    asked: dict[tuple[Question, str], Entry] = {}
    for entry in entries:
        if entry.asks is None:
            continue
        first = asked.setdefault((entry.asks, entry.about), entry)
        if first is not entry:
            raise KnowledgeError(folder / f"{entry.id}.toml", "asks", f"is what {first.id} asks")
    for question in Question:
        about = {kind for asks, kind in asked if asks is question}
        wanted = {"learner", "staff"} if question is Question.WHY_MISSING else about or {"anybody"}
        if missing := wanted - about:
            raise KnowledgeError(folder, "asks", f"no entry asks {question} about {min(missing)}")


def _remedy_key(entry_id: str, edition: Edition, cause_id: str) -> str:
    """Return the key of a remedy's text: by the edition's day, so that it survives further editions."""
    return f"entry.{entry_id}.{edition.in_force_from}.{cause_id}.action"


def _causes(path: Path, catalogue: Catalogue) -> dict[str, Cause]:
    values = read(path)
    only(values, {"causes"}, path)
    causes: dict[str, Cause] = {}
    for key, cause in sheets(Cause, values, "causes", path, named_by="id"):
        if cause.id not in CAUSE_IDS:
            raise KnowledgeError(path, key, "is not a cause that the contract names")
        catalogue.add(path, f"cause.{cause.id}.headline", cause.headline.model_dump())
        catalogue.add(path, f"cause.{cause.id}.action", cause.action.model_dump())
        causes[cause.id] = cause
    if missing := CAUSE_IDS - causes.keys():
        raise KnowledgeError(path, f"causes.{min(missing)}", "is missing")
    return causes


def _stages(path: Path, catalogue: Catalogue) -> dict[str, Stage]:
    values = read(path)
    only(values, {"stages"}, path)
    stages: dict[str, Stage] = {}
    for _, stage in sheets(Stage, values, "stages", path, named_by="id"):
        catalogue.add(path, f"stage.{stage.id}.action", stage.action.model_dump())
        for detail, remedy in stage.remedies.items():
            catalogue.add(path, f"stage.{stage.id}.{detail}.action", remedy.action.model_dump())
        stages[stage.id] = stage
    return stages


def _texts_about_causes(
    folder: Path, entries: Iterable[Entry], causes: Iterable[str]
) -> Iterator[tuple[Path, str, str]]:
    """Yield the file, the cause and the key of each text about a cause."""
    for cause_id in causes:
        for kind in ("headline", "action"):
            yield folder / "causes.toml", cause_id, f"cause.{cause_id}.{kind}"
    for entry in entries:
        for edition in entry.editions:
            for cause_id in edition.remedies:
                file = folder / ENTRY_FILES[entry.id] / f"{entry.id}.toml"
                yield file, cause_id, _remedy_key(entry.id, edition, cause_id)


def _require_values(catalogue: Catalogue, path: Path, cause_id: str, key: str) -> None:
    """Say a text about a cause once; raise `KnowledgeError` for a value that it asks for and never gets."""
    values = {"school": "Ysgol Un", "identifier": "H801200001001"}
    if cause_id in PREVIOUS_SCHOOL_CAUSES:
        values["previous"] = "Ysgol Dau"
    for language in LANGUAGES:
        try:
            catalogue.say(key, language, **values)
        except UndefinedError as error:
            problem = f"{error}; the values are {', '.join(values)}"
            raise KnowledgeError(path, f"{key}.{language}", problem) from None


def _contacts(path: Path, catalogue: Catalogue) -> tuple[dict[Who, Contact], ServiceDesk]:
    values = read(path)
    only(values, {"service_desk", "contacts"}, path)
    service_desk = sheet(ServiceDesk, values.get("service_desk", {}), path, under="service_desk")
    contacts: dict[Who, Contact] = {}
    for _, contact in sheets(Contact, values, "contacts", path, named_by="who"):
        catalogue.add(path, f"who.{contact.who}", contact.name.model_dump())
        catalogue.add(path, f"who.{contact.who}.contact", contact.contact.model_dump())
        contacts[contact.who] = contact
    if missing := set(get_args(Who)) - contacts.keys():
        raise KnowledgeError(path, f"contacts.{min(missing)}", "is missing")
    return contacts, service_desk


def _words(path: Path) -> tuple[Synonyms, Synonyms, dict[str, Synonyms]]:
    """Return the courtesies, the words of thanks, and the synonyms by meaning."""
    values = read(path)
    only(values, {"courtesies", "thanks", "meanings"}, path)
    courtesies = sheet(Synonyms, values.get("courtesies", {}), path, under="courtesies")
    thanks = sheet(Synonyms, values.get("thanks", {}), path, under="thanks")
    meanings = values.get("meanings", {})
    return (
        courtesies,
        thanks,
        {
            meaning: sheet(Synonyms, words, path, under=f"meanings.{meaning}")
            for meaning, words in meanings.items()
        },
    )


def _years(folder: Path) -> Iterable[KeyDates]:
    for path in sorted(folder.glob("*.toml")):
        dates = sheet(KeyDates, read(path), path)
        if str(dates.year) != path.stem:
            raise KnowledgeError(path, "year", f"must be the file's own name, {path.stem}, not {dates.year}")
        yield dates
