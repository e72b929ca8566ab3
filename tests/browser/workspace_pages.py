"""The page of the local workspace: a person opens it in a conversation, writes, and reads messages."""

import re

from playwright.sync_api import Locator, Page, expect

from slack_workspace import WorkspaceServer


def visit(page: Page, server: WorkspaceServer, person: str, place: str) -> None:
    page.goto(f"{server.url}/#as={person}&in={place}")
    page.wait_for_selector("body[data-ready]")


def send(page: Page, line: str) -> None:
    page.get_by_role("textbox", name=re.compile("Message")).fill(line)
    page.keyboard.press("Enter")


def messages(page: Page, text: str) -> Locator:
    return page.get_by_role("article").filter(has_text=text)


def pick(page: Page, person: str) -> None:
    """Pick a person on the page; a press is lost while the list of people is drawn anew for a message."""
    people = page.get_by_role("button", name=re.compile("You are"))
    while people.get_attribute("aria-expanded") != "true":
        people.click()
    page.locator(f"[data-person={person}]").and_(page.get_by_role("button")).click()
    expect(page.locator("body")).to_have_attribute("data-person", person)
