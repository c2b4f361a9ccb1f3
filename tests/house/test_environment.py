"""bin/environment on machines that lack something: one line that says what to run, and nothing half made."""

import os
import shutil
import subprocess
import sys

import pytest

from tests.tools import ROOT


@pytest.fixture
def project(tmp_path):
    """A copy of what bin/environment reads, without an environment."""
    shutil.copytree(ROOT / "bin", tmp_path / "bin")
    shutil.copytree(ROOT / "requirements", tmp_path / "requirements")
    return tmp_path


def prepare(project, python):
    """Run it with only that program as Python on the PATH."""
    tools = project / "path"
    tools.mkdir()
    for name in ("sh", "cat", "cksum", "dirname"):
        (tools / name).symlink_to(shutil.which(name))
    program = tools / "python3"
    program.write_text(python)
    program.chmod(0o755)
    environment = {**os.environ, "PATH": str(tools)}
    environment.pop("PYTHON", None)
    command = [str(project / "bin" / "environment"), "run"]
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=False, timeout=60)


def test_an_old_python_is_refused_with_the_command_to_run(project):
    done = prepare(project, "#!/bin/sh\nexit 1\n")
    assert done.returncode == 1
    assert done.stderr.splitlines() == [
        "Threadline needs Python 3.11 or later. Run: sudo apt-get install -y python3 python3-venv"
    ]


def test_a_python_without_venv_is_refused_with_the_command_to_run(project):
    no_venv = f'#!/bin/sh\ncase "$2" in *ensurepip*) exit 1;; esac\nexec {sys.executable} "$@"\n'
    done = prepare(project, no_venv)
    assert done.returncode == 1
    assert done.stderr.splitlines() == ["Python's venv module is missing. Run: sudo apt-get install -y python3-venv"]
    assert not (project / ".venv").exists()
