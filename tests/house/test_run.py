"""The steps of `bin/test`: what they ask for is what they get."""

import pytest

from tests import run


def test_what_runs_beside_another_step_is_not_tried_again(monkeypatch):
    monkeypatch.setattr(run, "_started", None)
    beside = run.Step("beside", ("tests",), again=True)
    with pytest.raises(AssertionError, match="beside runs beside another"):
        list(run._beside(run.Step("first", ("tests",)), [beside], ""))
    assert not [step.name for _first, *others in run.STEPS for step in others if step.again]
