"""Small files with honest names, and nothing in them that belongs to one machine."""

import re
import statistics

import pytest

from tests.house import files

LONGEST = 400
BAD_NAMES = {"utils", "helpers", "services", "common", "core", "signals", "misc"}


def test_no_hand_written_file_is_longer_than_400_lines():
    long = {str(path): lines for path in files.code_files() if (lines := len(files.text(path).splitlines())) > LONGEST}
    assert long == {}


def test_most_files_are_short(record_property):
    sizes = sorted(len(files.text(path).splitlines()) for path in files.code_files() if path.name != "__init__.py")
    median, nine_of_ten = statistics.median(sizes), sizes[len(sizes) * 9 // 10]
    record_property("median", median)
    assert median <= 100 and nine_of_ten <= 220, f"median {median} lines, nine of ten within {nine_of_ten}"


def test_no_file_or_folder_has_a_name_that_says_nothing():
    product = [path for path in files.code_files() if path.parts[0] != "sandbox"]  # Twilio itself has Services
    bad = [str(path) for path in product if BAD_NAMES & {*path.parts[:-1], path.stem}]
    assert bad == []


@pytest.mark.parametrize(
    ("what", "pattern"),
    [
        ("a machine's own path", r"(?<![\w.<{}-])/(?:work|root|home/\w+|opt/(?:wheels|pypi))(?:/|\b)"),
        ("a registry's address", r"pypi\.org|pythonhosted|npmjs\.(?:org|com)|deb\.debian\.org"),
        ("an unfinished thought", r"\b(?:TODO|FIXME|XXX|HACK)\b|raise NotImplementedError"),
        ("a merge conflict", r"^(?:<{7}|>{7}) "),
    ],
)
def test_no_file_holds(what, pattern):
    found = []
    for path in files.all_files():
        if path.suffix in {".svg", ".png"} or path.as_posix() == "tests/house/test_files.py":
            continue
        for number, line in enumerate(files.text(path).splitlines(), 1):
            if re.search(pattern, line):
                found.append(f"{path}:{number}: {line.strip()[:100]}")
    assert found == [], what


def test_the_product_uses_no_django_signals():
    pattern = re.compile(r"django\.dispatch|models\.signals|@receiver")
    found = [
        str(path) for path in files.code_files() if path.parts[0] == "threadline" and pattern.search(files.text(path))
    ]
    assert found == []


def test_every_module_says_what_it_is():
    silent = [
        str(path)
        for path in files.code_files()
        if path.suffix == ".py"
        and path.name != "apps.py"
        and "tests" not in path.parts
        and files.text(path).strip()
        and not re.match(r'\s*r?"""', files.text(path))
    ]
    assert silent == []
