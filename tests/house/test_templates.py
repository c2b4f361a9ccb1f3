"""Nothing on a page may run but our own files: the content security policy would block it, so it may not be written."""

import re

import pytest

from tests.house import files

TEMPLATES = [path for path in files.code_files() if path.suffix == ".html"]


@pytest.mark.parametrize(
    ("what", "pattern"),
    [
        ("an inline script", r"<script(?![^>]*\bsrc=)(?![^>]*type=.(?:importmap|application/json))[^>]*>"),
        ("an inline style", r"<style\b|\sstyle\s*="),
        ("an inline handler", r"\son[a-z]+\s*=\s*[\"']"),
        ("htmx code to evaluate", r"\bhx-on\b|hx-(?:vals|headers)\s*=\s*[\"']js(?:on)?:|javascript:"),
        ("an htmx trigger filter", r"hx-trigger\s*=\s*\"[^\"]*\[|hx-trigger\s*=\s*'[^']*\["),
        ("a file from another host", r"<(?:script|link|img)[^>]*\b(?:src|href)\s*=\s*[\"'](?:https?:)?//"),
    ],
)
def test_no_template_holds(what, pattern):
    found = []
    for path in TEMPLATES:
        source = re.sub(r"\{#.*?#\}|\{% comment.*?endcomment %\}|<!--.*?-->", "", files.text(path), flags=re.S)
        found += [f"{path}: {match.group(0)[:80]}" for match in re.finditer(pattern, source, re.I)]
    assert found == [], what


def test_style_sheets_fetch_nothing_from_other_hosts():
    sheets = [path for path in files.code_files() if path.suffix == ".css"]
    assert [str(path) for path in sheets if re.search(r"url\(\s*[\"']?(?:https?:)?//", files.text(path))] == []
