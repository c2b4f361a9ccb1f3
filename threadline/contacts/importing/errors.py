"""What is wrong with a file or with what somebody wants of it, in a sentence."""

from typing import Final

from django.utils.translation import gettext_lazy as _

GONE: Final = _("The file is no longer there. Upload it again.")


class BadFile(Exception):  # noqa: N818 - what it is, in two words
    """The file cannot be read as a table. `code` is for machines, `sentence` for people."""

    def __init__(self, code: str, sentence: str) -> None:
        super().__init__(sentence)
        self.code = code
        self.sentence = sentence


class BadMapping(Exception):  # noqa: N818
    """The columns cannot be taken this way. `code` is for machines, `sentence` for people."""

    def __init__(self, code: str, sentence: str) -> None:
        super().__init__(sentence)
        self.code = code
        self.sentence = sentence
