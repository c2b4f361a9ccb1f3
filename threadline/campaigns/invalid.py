"""Invalid: what is wrong with what somebody filled in, every field at once."""


class Invalid(Exception):  # noqa: N818 - it is about what was filled in, not about us
    """`errors` are sentences by field, in the order of the form; `param` and `sentence` the first of them.

    Fields of a step are named steps.0.body, steps.0.wait_hours, by its place in what was given.
    """

    def __init__(self, errors: dict[str, str]) -> None:
        self.errors = errors
        self.param, self.sentence = next(iter(errors.items()))
        super().__init__(self.sentence)
