"""The OpenAPI document against the addresses that there are and what they answer."""

import json
from typing import Any

import jsonschema

from bot.api.app import ENDPOINTS
from bot.api.openapi import contract
from bot.version import VERSION
from provisioning.records.runs import RunStatus
from tests.bot.api.api_client import ApiClient
from tests.bot.api.test_api import WHOLE_COUNTRY, token
from tests.bot.command_line import CommandLine
from tests.bot.hand_written import PRIMARY, SECONDARY

OPEN = {"/openapi.json", "/dates.ics"}
"""The addresses that ask for no token."""


def operation(path: str) -> Any:
    return contract()["paths"][path]["get"]


def holds(schema: str, answer: Any) -> None:
    """Fail where an answer is not as the document says."""
    whole = {"$ref": f"#/components/schemas/{schema}", "components": contract()["components"]}
    jsonschema.validate(answer, whole, cls=jsonschema.Draft202012Validator)


def test_every_address_and_parameter_is_in_it_and_no_other() -> None:
    assert set(contract()["paths"]) - OPEN == {endpoint.path for endpoint in ENDPOINTS}
    for endpoint in ENDPOINTS:
        named = {each["name"] for each in operation(endpoint.path)["parameters"] if each["in"] == "query"}
        assert named == {*endpoint.parameters, "lang"}
        assert operation(endpoint.path)["security"] == [{"token": []}]
    run = contract()["components"]["schemas"]["Run"]["properties"]
    assert run["status"]["enum"] == [status.value for status in RunStatus]


def test_the_answers_are_as_it_says(august: CommandLine, api: ApiClient) -> None:
    key = token(august, "warehouse", "local-authority", WHOLE_COUNTRY)
    holds("Board", api.get("/v1/board", key).shape)
    holds("Board", api.get(f"/v1/schools/{PRIMARY}/readiness", key).shape)
    for school in (PRIMARY, SECONDARY):
        holds("Runs", api.get(f"/v1/schools/{school}/runs", key).shape)
    holds("Problem", api.get("/v1/board").shape)
    said = api.get("/openapi.json")
    assert json.loads(json.dumps(contract())) == said.shape
    assert said.shape["info"]["version"] == VERSION
