"""Refused: what a campaign cannot do now, in a sentence, with the way to put it right."""

from dataclasses import dataclass


@dataclass
class Refused(Exception):  # noqa: N818 - it is an answer, not an accident
    """`code` is for programs, `sentence` for people; `link` is a URL name, reversed with `subject` if there is one."""

    code: str
    sentence: str
    link: str = ""
    link_text: str = ""
    subject: str = ""  # public id of the campaign that the link leads to

    def __str__(self) -> str:
        return self.sentence
