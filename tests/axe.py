"""axe-core on a page: what it finds, in words short enough to act on."""

from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

# No style sheet is fetched again (only a rule about turned screens would want it); what breaks no rule is not told.
_QUICK = {"preload": {"assets": ["media"]}, "resultTypes": ["violations"]}
_RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"], **_QUICK}
_CONTRAST = {"runOnly": {"type": "rule", "values": ["color-contrast", "link-in-text-block"]}, **_QUICK}
_SCRIPT = Axe().axe_script


def violations(page: Page, only_contrast: bool = False) -> list[str]:
    """One line per element that breaks a rule: rule, element, what to do. A colour scheme changes contrast alone."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(_SCRIPT)
    options = _CONTRAST if only_contrast else _RULES
    found: list[dict[str, Any]] = page.evaluate("options => axe.run(options).then(told => told.violations)", options)
    return [
        f"{rule['id']}: {node['html'][:120]} — {node['failureSummary'].splitlines()[-1].strip()}"
        for rule in found
        for node in rule["nodes"]
    ]
