"""The installation's settings for tests: a data folder per test process, quick passwords, static files as they lie."""

import atexit
import os
import shutil
import tempfile
from pathlib import Path

# The first process of a run names the folder; its test workers and every program they start inherit it.
if "THREADLINE_TEST_ROOT" not in os.environ:
    os.environ["THREADLINE_TEST_ROOT"] = tempfile.mkdtemp(prefix="threadline-test-")
    atexit.register(shutil.rmtree, os.environ["THREADLINE_TEST_ROOT"], ignore_errors=True)
_root = Path(os.environ["THREADLINE_TEST_ROOT"])
_data = _root / os.environ.get("PYTEST_XDIST_WORKER", "main")
_data.mkdir(parents=True, exist_ok=True)
os.environ["THREADLINE_DATA"] = str(_data)
os.environ.setdefault("SECRET_KEY", "only-for-tests-" + "x" * 40)
os.environ.pop("THREADLINE_URL", None)

from config.settings import *  # noqa: E402, F403
from config.settings import STORAGES  # noqa: E402

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
WHITENOISE_AUTOREFRESH = True
WHITENOISE_USE_FINDERS = True
