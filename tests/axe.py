"""axe-core on a page: what it finds, in words short enough to act on."""

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

_RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}


def violations(page: Page, only_contrast: bool = False) -> list[str]:
    """One line per element that breaks a rule: rule, element, what to do. A colour scheme changes contrast alone."""
    options = (
        {"runOnly": {"type": "rule", "values": ["color-contrast", "link-in-text-block"]}} if only_contrast else _RULES
    )
    found = Axe().run(page, options=options).response["violations"]
    return [
        f"{rule['id']}: {node['html'][:120]} — {node['failureSummary'].splitlines()[-1].strip()}"
        for rule in found
        for node in rule["nodes"]
    ]
