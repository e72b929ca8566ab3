"""In which order schools run: a previous school before the schools that its leavers have been admitted to."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from graphlib import CycleError, TopologicalSorter


@dataclass(frozen=True)
class Order:
    """The order of a batch, and the schools to run again at its end.

    Of two schools that swap learners, one runs first and has to run again.
    """

    schools: tuple[str, ...]
    again: tuple[str, ...] = ()


def order(schools: Collection[str], moves: Iterable[tuple[str, str]]) -> Order:
    """Return the order for schools between which learners move; a move is (previous school, new school).

    Ties are broken by school number, so that the order of a batch is deterministic.
    """
    previous: dict[str, set[str]] = {school: set() for school in sorted(schools)}
    for origin, new in sorted(set(moves)):
        if origin in previous and new in previous and origin != new:
            previous[new].add(origin)
    again: set[str] = set()
    while True:
        sorter = TopologicalSorter({school: sorted(before) for school, before in previous.items()})
        try:
            sorter.prepare()
        except CycleError as error:
            # graphlib names each school of the cycle before the one that waits for it.
            origin, new = min(zip(error.args[1], error.args[1][1:], strict=False), key=lambda move: move[1])
            previous[new].discard(origin)
            again.add(new)
        else:
            return Order(tuple(_levels(sorter)), tuple(sorted(again)))


def _levels(sorter: "TopologicalSorter[str]") -> Iterable[str]:
    while sorter.is_active():
        ready = sorted(sorter.get_ready())
        yield from ready
        sorter.done(*ready)
