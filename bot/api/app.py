"""The API as a web application: GET of board, readiness and runs by tokens, and of key dates and contract.

Each answer to a token is in the audit before it is given, and so is each refusal, except that of a request
too many. Key dates and contract name no school and no person, and are not in the audit.
"""

import logging
import re
import secrets
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from bot.api import answers
from bot.api.answers import Asked
from bot.api.calendar_feed import WantedDates, feed
from bot.api.limits import RequestLimits, Wait
from bot.api.openapi import contract
from bot.people import api_tokens, audit
from bot.people.api_tokens import ApiToken
from bot.people.audit import AuditRecord
from bot.runs.run_output import NEWEST_RUNS
from bot.services import Services
from bot.trusted_proxies import trusted_proxies
from knowledge.texts import LANGUAGES, Language
from knowledge.visible import seen_in
from provisioning.clock import today
from provisioning.errors import DatabaseProblem, KnownError

log = logging.getLogger(__name__)
ENTRY_POINT = "api"
"""What the audit calls this way in."""
UNKNOWN = "api:-"
"""Who asks, in the audit, where no token says it."""
_STATUSES = {
    "api-parameter": 400,
    "api-token-wrong": 401,
    "api-forbidden": 403,
    "api-path": 404,
    "api-too-many": 429,
}
"""The status of an answer by the known error that it tells; others have 500, the database's 503."""
_SCHOOL, _AUTHORITY = re.compile(r"[0-9]{7}"), re.compile(r"[0-9]{3}")
_NUMBER, _YEAR = re.compile(r"[1-9][0-9]{0,3}"), re.compile(r"[0-9]{4}")
_PRIVATE = {"cache-control": "no-store", "x-content-type-options": "nosniff"}


@dataclass(frozen=True)
class Endpoint:
    """An address: its `path`, the `action` in the audit, its `answer`, and the parameters of its query."""

    path: str
    action: str
    answer: Callable[[Asked, Request], dict[str, Any]]
    parameters: Collection[str] = ()


def _board(asked: Asked, request: Request) -> dict[str, Any]:
    return answers.board(asked, _parameter(request.query_params, "la", _AUTHORITY))


def _readiness(asked: Asked, request: Request) -> dict[str, Any]:
    return answers.readiness(asked, _number(request))


def _runs(asked: Asked, request: Request) -> dict[str, Any]:
    last = int(_parameter(request.query_params, "last", _NUMBER) or NEWEST_RUNS)
    if last > NEWEST_RUNS:
        raise KnownError("api-parameter", name="last")
    return answers.runs(asked, _number(request), last)


ENDPOINTS = (
    Endpoint("/v1/board", "rollover", _board, ("la",)),
    Endpoint("/v1/schools/{number}/readiness", "rollover", _readiness),
    Endpoint("/v1/schools/{number}/runs", "runs", _runs, ("last",)),
)
"""Every address that asks for a token."""


class Api:
    """Answers requests to the API by `services`."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._limits = RequestLimits(services.settings.api_requests_a_minute)
        self._proxies = trusted_proxies(services.settings.api_trusted_proxies)

    @property
    def app(self) -> Starlette:
        """The web application."""
        routes = [
            *(Route(at.path, self._answering(at), methods=["GET"]) for at in ENDPOINTS),
            Route("/openapi.json", self._contract, methods=["GET"]),
            Route("/dates.ics", self._dates, methods=["GET"]),
        ]
        handlers: Mapping[Any, Any] = {404: self._no_such_path, 405: self._no_such_path}
        made = Starlette(routes=routes, exception_handlers=handlers)
        made.router.redirect_slashes = False  # it would lead to whatever host a request names, without TLS
        return made

    def _answering(self, at: Endpoint) -> Callable[[Request], JSONResponse]:
        """Return what answers at an endpoint. Not a coroutine: it may wait for its database, in a thread."""

        def answer(request: Request) -> JSONResponse:
            token: ApiToken | None = None
            language = self._services.settings.lang
            try:
                token = self._token(request)
                if (wait := self._wait(token, request)) is not None:
                    return self._too_many(wait)
                if token is None:
                    raise KnownError("api-token-wrong")
                language = _language(request, language)
                _require_known(request, at.parameters)
                said = at.answer(Asked(self._services, token.caller, language), request)
                self._record(at, token, request, audit.OK)
                return _json(said)
            except KnownError as error:
                return self._told(at, token, request, error, language)
            except Exception:  # logged with a reference, which the answer tells
                return self._told(at, token, request, _unexpected(), language)

        return answer

    def _told(
        self,
        at: Endpoint,
        token: ApiToken | None,
        request: Request,
        error: KnownError,
        language: Language,
    ) -> JSONResponse:
        """Return the answer that tells `error`, after it is in the audit, if the database is there."""
        if isinstance(error, DatabaseProblem):
            return self._problem(error, language)  # the audit would be waited for as long again
        try:
            self._record(at, token, request, audit.outcome_of(error))
        except DatabaseProblem as away:
            error = away
        return self._problem(error, language)

    def _problem(
        self, error: KnownError, language: Language, headers: Mapping[str, str] | None = None
    ) -> JSONResponse:
        status = 503 if isinstance(error, DatabaseProblem) else _STATUSES.get(error.name, 500)
        catalogue = self._services.catalogue
        said = {
            "error": error.name,
            "said": catalogue.say(error.said, language),
            "hint": catalogue.say(error.hint, language),
        }
        challenge = {"www-authenticate": "Bearer"} if status == 401 else {}
        return _json(said, status, {**challenge, **(headers or {})})

    def _no_such_path(self, _request: Request, _error: Exception) -> JSONResponse:
        return self._problem(KnownError("api-path"), self._services.settings.lang)

    def _token(self, request: Request) -> ApiToken | None:
        """Return the token of a request; None where it has none that is good today."""
        scheme, _, secret = request.headers.get("authorization", "").partition(" ")
        if scheme.lower() != "bearer":
            return None
        with self._services.database.reading() as session:
            token = api_tokens.find(session, secret.strip())
        return token if token is not None and today(self._services.clock) <= token.ends_on else None

    def _wait(self, token: ApiToken | None, request: Request) -> Wait | None:
        """Count a request; return how long its sender is to wait where it is one too many."""
        if token is not None:
            return self._limits.of_token(token.name)
        connected = request.client.host if request.client else "-"
        forwarded = request.headers.getlist("x-forwarded-for")
        return self._limits.of_address(self._proxies.client_of(connected, forwarded))

    def _too_many(self, wait: Wait) -> JSONResponse:
        """Return the answer to one request too many; it is not in the audit, which it could flood."""
        return self._problem(
            KnownError("api-too-many", seconds=wait.seconds),
            self._services.settings.lang,
            {"retry-after": str(wait.seconds)},
        )

    def _dates(self, request: Request) -> Response:
        """Return the key dates as a calendar for every reader; no person and no school is in it."""
        language = self._services.settings.lang
        try:
            if (wait := self._wait(None, request)) is not None:
                return self._too_many(wait)
            language = _language(request, language)
            _require_known(request, ("la", "year"))
            year = _parameter(request.query_params, "year", _YEAR)
            authority = _parameter(request.query_params, "la", _AUTHORITY)
            wanted = WantedDates(int(year) if year else None, authority, language)
            calendar = feed(self._services, wanted)
        except KnownError as error:
            return self._problem(error, language)
        except Exception:  # logged with a reference, which the answer tells
            return self._problem(_unexpected(), language)
        return Response(calendar, media_type="text/calendar")

    def _contract(self, request: Request) -> JSONResponse:
        """Return the OpenAPI document, which tells nothing of this installation, to all who ask."""
        if (wait := self._wait(None, request)) is not None:
            return self._too_many(wait)
        return JSONResponse(contract())

    def _record(self, at: Endpoint, token: ApiToken | None, request: Request, outcome: str) -> None:
        number = str(request.path_params.get("number", ""))
        school = number if _SCHOOL.fullmatch(number) else None
        who = token.who if token else UNKNOWN
        entry = AuditRecord(self._services.clock.now(), who, ENTRY_POINT, at.action, school, None, outcome)
        audit.keep(self._services.database, entry)


def _unexpected() -> KnownError:
    """Return the error that tells of the exception at work by a reference, under which it is in the log."""
    reference = secrets.token_hex(4)
    log.exception("reference %s", reference)
    return KnownError("unexpected", reference=reference)


def _language(request: Request, otherwise: Language) -> Language:
    asked = request.query_params.get("lang")
    if asked is None:
        return otherwise
    found = next((language for language in LANGUAGES if language == asked), None)
    if found is None:
        raise KnownError("api-parameter", name="lang")
    return found


def _require_known(request: Request, known: Collection[str]) -> None:
    """Refuse a parameter that is not `known`, or stands twice: it would be passed over unseen."""
    names = [name for name, _ in request.query_params.multi_items()]
    for name in names:
        if name not in (*known, "lang") or names.count(name) > 1:
            raise KnownError("api-parameter", name=name)


def _parameter(given: Mapping[str, str], name: str, pattern: re.Pattern[str]) -> str | None:
    """Return a parameter of the query, None where it is not there; raises `KnownError` for a wrong one."""
    value = given.get(name)
    if value is not None and not pattern.fullmatch(value):
        raise KnownError("api-parameter", name=name)
    return value


def _number(request: Request) -> str:
    number: str = request.path_params["number"]
    return number


def _json(shape: dict[str, Any], status: int = 200, headers: Mapping[str, str] | None = None) -> JSONResponse:
    return JSONResponse(seen_in(shape), status, {**_PRIVATE, **(headers or {})})
