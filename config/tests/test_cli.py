import subprocess
import sys

import pytest

from config import cli, env


def run(*arguments):
    command = [sys.executable, "-m", "config.cli", *arguments]
    return subprocess.run(command, capture_output=True, text=True, timeout=30, check=False)


def test_without_a_command_it_lists_them_all():
    done = run()
    assert done.returncode == 0
    assert all(f"  {name} " in done.stdout for name in cli.COMMANDS)


def test_an_unknown_command_is_named():
    done = run("sned")
    assert done.returncode == 1 and "sned" in done.stderr


@pytest.mark.parametrize("given", [["--data", "/there", "send"], ["send", "--data=/there"]])
def test_the_data_folder_may_stand_anywhere_in_the_command(given, monkeypatch):
    monkeypatch.setenv("THREADLINE_DATA", "before")
    assert cli._take_data_folder(given) == ["send"]
    assert env.text("THREADLINE_DATA") == "/there"


def test_a_data_folder_without_a_name_is_refused(monkeypatch):
    with pytest.raises(SystemExit, match="--data needs a folder"):
        cli._take_data_folder(["serve", "--data"])


@pytest.mark.parametrize(
    ("read", "name", "value", "problem"),
    [
        (lambda name: env.number(name, 1), "PORT", "eighty", "PORT: must be a whole number"),
        (env.flag, "DEBUG", "maybe", "DEBUG: must be true"),
    ],
)
def test_a_setting_that_cannot_be_used_is_named(read, name, value, problem, monkeypatch):
    monkeypatch.setenv(name, value)
    with pytest.raises(SystemExit, match=problem):
        read(name)


def test_a_secret_may_stand_in_a_file(tmp_path, monkeypatch):
    (tmp_path / "key").write_text("from a file\n")
    monkeypatch.delenv("SECRET_KEY", raising=False)
    monkeypatch.setenv("SECRET_KEY_FILE", str(tmp_path / "key"))
    assert env.secret("SECRET_KEY") == "from a file"
    monkeypatch.setenv("SECRET_KEY_FILE", str(tmp_path / "missing"))
    with pytest.raises(SystemExit, match="SECRET_KEY_FILE: cannot be read"):
        env.secret("SECRET_KEY")
