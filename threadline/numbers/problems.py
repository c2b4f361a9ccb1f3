"""Why something about Twilio did not work: a sentence with the fix, and the field it belongs to."""


class ProblemError(Exception):
    """`field` is a field of the credentials form ("" = the form as a whole), `sentence` is for the person."""

    def __init__(self, field: str, sentence: str) -> None:
        super().__init__(sentence)
        self.field = field
        self.sentence = sentence
