"""The forms in which the JSON vectors write values, stamps and states: changeset.md, section 9."""

from .clock import Clock
from .join import State
from .primitives import BLOB, INTEGER, NULL, REAL, TEXT, Value

_HEXADECIMAL = {"text": TEXT, "blob": BLOB, "real": REAL}


def value(written):
    if written is None:
        return Value(NULL)
    if isinstance(written, int):
        return Value(INTEGER, written)
    if isinstance(written, str):
        return Value(TEXT, written.encode())
    ((kind, digits),) = written.items()
    return Value(_HEXADECIMAL[kind], bytes.fromhex(digits))


class Notation:
    """Dots and stamps, with letters for replicas: `7@A:3`."""

    def __init__(self, replicas):
        self.id_of = {letter: bytes.fromhex(digits) for letter, digits in replicas.items()}
        self.letter_of = {id: letter for letter, id in self.id_of.items()}

    def dot(self, written):
        letter, seq = written.split(":")
        return self.id_of[letter], int(seq)

    def stamp(self, written):
        if written is None:
            return None
        time, dot = written.split("@")
        return (int(time), *self.dot(dot))

    def vector(self, written):
        return dict(self.dot(each) for each in written.split())

    def clock(self, written, stamps):
        edits, deletes = (self.vector(written[name]) for name in ("edits", "deletes"))
        return Clock(edits, deletes, self.stamp(written["deletion"]), [self.stamp(each) for each in stamps])

    def state(self, written):
        columns = written["columns"]
        clock = self.clock(written, [stamp for _, stamp in columns])
        return State(clock, [value(each) for each, _ in columns])

    def written_dot(self, dot):
        return f"{self.letter_of[dot[0]]}:{dot[1]}"

    def written_stamp(self, stamp):
        return None if stamp is None else f"{stamp[0]}@{self.written_dot(stamp[1:])}"

    def written_vector(self, vector):
        return " ".join(self.written_dot(dot) for dot in sorted(vector.items()))

    def written_clock(self, clock):
        return {
            "alive": clock.is_alive,
            "edits": self.written_vector(clock.edits),
            "deletes": self.written_vector(clock.deletes),
            "deletion": self.written_stamp(clock.deletion),
        }
