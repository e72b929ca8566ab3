"""axe-core, the accessibility checker, on a page of the browser tests."""

from collections.abc import Sequence
from importlib.resources import files

from playwright.sync_api import Page

_AXE = (files("axe_playwright_python") / "axe.min.js").read_text("utf-8")
_RUN = """async (rules) => {
  for (;;) {
    await new Promise(requestAnimationFrame);
    const moving = document.getAnimations().filter((one) => one instanceof CSSTransition);
    if (!moving.length) break;
    await Promise.allSettled(moving.map((one) => one.finished));
  }
  const only = rules ? { runOnly: { type: "rule", values: rules } } : {};
  const found = await axe.run(document, { resultTypes: ["violations"], ...only });
  return found.violations.flatMap(({ id, help, nodes }) => (
    nodes.map((node) => `${id}: ${help}: ${node.html.slice(0, 160)}`)));
}"""


def violations(page: Page, rules: Sequence[str] | None = None) -> list[str]:
    """Return what axe-core finds wrong with the page as it stands: the rule, what it asks, the element.

    ``rules`` are the only rules to check; None checks all of them.
    """
    if not page.evaluate("typeof axe === 'object'"):
        page.evaluate(_AXE)
    found: list[str] = page.evaluate(_RUN, list(rules) if rules else None)
    return found
