import pytest
from pytest_django.fixtures import Settings

from threadline.lib import crypto


def test_a_secret_comes_back_and_its_sealed_form_does_not_show_it() -> None:
    sealed = crypto.seal("s3cret-token")
    assert "s3cret" not in sealed
    assert crypto.unseal(sealed) == "s3cret-token"
    assert crypto.seal("s3cret-token") != sealed


def test_a_key_on_its_way_out_still_opens_what_it_sealed(settings: Settings) -> None:
    settings.SECRET_KEY = "old" * 20
    sealed = crypto.seal("token")
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "new" * 20, ["old" * 20]
    assert crypto.unseal(sealed) == "token"


def test_another_key_opens_nothing_and_says_what_to_do(settings: Settings) -> None:
    sealed = crypto.seal("token")
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "other" * 20, []
    with pytest.raises(crypto.CannotUnsealError, match="SECRET_KEY_FALLBACKS"):
        crypto.unseal(sealed)


@pytest.mark.parametrize("sealed", ["", "nonsense", "é✓"])
def test_a_damaged_seal_is_a_typed_error(sealed: str) -> None:
    with pytest.raises(crypto.CannotUnsealError):
        crypto.unseal(sealed)
