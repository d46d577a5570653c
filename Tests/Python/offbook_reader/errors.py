"""The errors of changeset.md, section 7, by name."""


class Refused(Exception):
    """Why bytes, or a row, are not taken. `kind` is the error's name, with hyphens for spaces."""

    def __init__(self, kind, detail):
        super().__init__(f"{kind}: {detail}")
        self.kind = kind


def truncated(detail):
    return Refused("truncated", detail)


def malformed(detail):
    return Refused("malformed", detail)


def over_limit(detail):
    return Refused("over-limit", detail)


def too_new(detail):
    return Refused("too-new", detail)
