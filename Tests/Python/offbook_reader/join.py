"""The join of two row states, and what it journals: model.md, sections 5 and 6."""

from .clock import Clock, joined
from .identity import journal_id
from .primitives import NULL, Value


class State:
    def __init__(self, clock, values):
        self.clock = clock
        self.values = values


class Shape:
    """How a table's rows are joined. `columns` has (name, "latest" or "earliest", journalled)."""

    def __init__(self, table, columns, append_only):
        self.table = table
        self.columns = columns
        self.append_only = append_only


class Loss:
    """A journal row."""

    def __init__(self, shape, row_id, column, stamp, value):
        self.id = journal_id(shape.table, row_id, column, stamp, value)
        self.column = column
        self.stamp = stamp
        self.value = value


def join(shape, row_id, a, b):
    """The joined state, and the journal rows of what was lost."""
    if shape.append_only:
        order = sorted(range(len(shape.columns)), key=lambda at: shape.columns[at][0].encode())
        return min(a, b, key=lambda state: [state.values[at].canonical() for at in order]), []
    clock = Clock(
        joined(a.clock.edits, b.clock.edits), joined(a.clock.deletes, b.clock.deletes),
        _greater(a.clock.deletion, b.clock.deletion), [])
    values, losses = [], []
    for at, (name, rule, journalled) in enumerate(shape.columns):
        winner, loser = (a, b) if _first_stays(rule, at, a, b) else (b, a)
        clock.stamps.append(winner.clock.stamps[at])
        values.append(winner.values[at])
        if journalled and _is_lost(at, winner, loser):
            losses.append(Loss(shape, row_id, name, loser.clock.stamps[at], loser.values[at]))
    losses += [Loss(shape, row_id, "", stamp, Value(NULL)) for stamp in _overruled(a, b, clock)]
    return State(clock, values), losses


def _greater(one, other):
    return max((each for each in (one, other) if each is not None), default=None)


def _first_stays(rule, at, a, b):
    """Whether the column of `a` stays: the first line of the table that applies."""
    one, other = a.clock.stamps[at], b.clock.stamps[at]
    canonical, canonical_other = a.values[at].canonical(), b.values[at].canonical()
    if one is None and other is None:
        return canonical >= canonical_other
    if one is None or other is None:
        return one is not None
    if one != other:
        return one > other if rule == "latest" else one < other
    return canonical >= canonical_other if rule == "latest" else canonical <= canonical_other


def _is_lost(at, winner, loser):
    stamp, winning = loser.clock.stamps[at], winner.clock.stamps[at]
    if stamp is None or winner.values[at] == loser.values[at]:
        return False
    same_dot = winning is not None and winning[1:] == stamp[1:]
    return same_dot or not winner.clock.knows(stamp[1:])


def _overruled(a, b, clock):
    """The deletion that a living side overruled without having known of it, if any."""
    if not clock.is_alive:
        return []
    return [
        dead.clock.deletion
        for dead, living in ((a, b), (b, a))
        if living.clock.is_alive and not dead.clock.is_alive and dead.clock.deletion is not None
        and not living.clock.knows(dead.clock.deletion[1:])
    ]
