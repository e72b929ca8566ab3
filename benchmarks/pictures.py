"""The picture of growth: a county through its years, and an hour of a bot."""

from collections.abc import Sequence
from pathlib import Path

from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from benchmarks.county_years import Year
from benchmarks.living_bot import Minute

_COLOURS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9")


def draw_growth(lived: Sequence[Year], alive: Sequence[Minute], to: Path) -> None:
    """Draw by year the steps of each question and the size of the file, by minute the memory of the bot."""
    figure = Figure(figsize=(11, 3.4), dpi=120, facecolor="white")
    FigureCanvasAgg(figure)
    questions, size, memory = figure.subplots(1, 3)
    numbers = [year.number for year in lived]
    for colour, name in zip(_COLOURS, lived[0].costs, strict=True):
        steps = [year.costs[name].steps for year in lived]
        questions.plot(numbers, steps, "o-", color=colour, label=name, markersize=3)
    questions.set_yscale("log")
    questions.legend(fontsize=6, ncols=2)
    size.plot(numbers, [year.megabytes for year in lived], "o-", color=_COLOURS[0])
    memory.plot(range(2, len(alive) + 2), [minute.megabytes for minute in alive], color=_COLOURS[1])
    for axes, title, across in (
        (questions, "Steps of a question about one school", "year"),
        (size, "Database of the county, MB", "year"),
        (memory, "Memory of an idle bot, MB", "minute"),
    ):
        axes.set_title(title, fontsize=9)
        axes.set_xlabel(across, fontsize=8)
        axes.spines[["top", "right"]].set_visible(False)
    for axes in (size, memory):
        axes.set_ylim(bottom=0)
    figure.tight_layout()
    to.parent.mkdir(parents=True, exist_ok=True)
    figure.savefig(to, facecolor="white", metadata={"Software": None})
