"""Pictures of association results, with matplotlib."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from loom._core import _gwas as _engine
from loom.gwas.extras import require

if TYPE_CHECKING:
    import matplotlib.axes

    from loom.gwas.results import Association

#: Dark and light blue, in turn, and what stands out against both.
COLOURS = ("#1f4e79", "#7fa8d1")
ACCENT = "#c8452c"
GENOME_WIDE = 5e-8
_SMALLEST = 5e-324  # what a p value of 0 is drawn as


def manhattan(
    result: "Association",
    ax: "matplotlib.axes.Axes | None" = None,
    *,
    p: str | None = None,
    threshold: float | None = GENOME_WIDE,
    colours: Sequence[str] = COLOURS,
    size: float = 5.0,
    label: int = 0,
) -> "matplotlib.axes.Axes":
    """-log10 p of every SNP along the genome, chromosomes in the order of the data.

    p: the column of p values. threshold: a dashed line, None for none; SNPs above it are drawn in
    another colour. colours: of the chromosomes, in turn. size: of a point, in square points.
    label: so many peaks get the name of their SNP.
    """
    np = require("numpy")
    ax = _axes(ax, (10.0, 4.0))
    column = p or result.p_column
    heights = -np.log10(np.maximum(result.to_numpy(column), _SMALLEST))
    places, chromosomes = _places(np, result)
    for i, (_, rows) in enumerate(chromosomes):
        ax.scatter(places[rows], heights[rows], s=size, color=colours[i % len(colours)],
                   linewidths=0, rasterized=True)  # fmt: skip
    highest = float(np.nanmax(heights, initial=1.0))
    if threshold is not None:
        level = -float(np.log10(threshold))
        hits = heights > level
        ax.scatter(places[hits], heights[hits], s=2.4 * size, color=ACCENT, linewidths=0, zorder=3)
        ax.axhline(level, color=ACCENT, linewidth=0.9, linestyle=(0, (5, 3)), zorder=1)
        highest = max(highest, level)
    for row in _peaks(np, places, heights, label):
        ax.annotate(result["rs"][row], (places[row], heights[row]), xytext=(0, 4),
                    textcoords="offset points", ha="center", fontsize="x-small")  # fmt: skip
    ax.margins(x=0.01)
    ax.set_ylim(0, 1.08 * highest)
    _name_chromosomes(ax, places, chromosomes)
    ax.set_xlabel("chromosome")
    ax.set_ylabel(f"$-\\log_{{10}}$ {_spoken(column)}")
    _tidy(ax)
    return ax


def qq(
    result: "Association",
    ax: "matplotlib.axes.Axes | None" = None,
    *,
    p: str | None = None,
    colour: str = COLOURS[0],
    size: float = 8.0,
    level: float = 0.95,
) -> "matplotlib.axes.Axes":
    """-log10 of the p values beside what chance alone gives, with lambda GC in the title.

    p: the column of p values. level: how much of chance the grey band covers at each point.
    """
    ax = _axes(ax, (5.0, 5.0))
    column = p or result.p_column
    expected, observed, x, lower, upper = _engine.quantile_plot(result[column], level)
    ax.fill_between(x, lower, upper, color="0.87", linewidth=0,
                    label=f"{level:.0%} of chance")  # fmt: skip
    if len(expected):
        end = expected[0].item()
        ax.plot([0, end], [0, end], color="0.45", linewidth=0.9)
    ax.scatter(expected, observed, s=size, color=colour, linewidths=0, rasterized=True, zorder=3)
    ax.set_xlim(left=0)
    ax.set_ylim(bottom=0)
    ax.set_xlabel("expected $-\\log_{10}$ p")
    ax.set_ylabel(f"observed $-\\log_{{10}}$ {_spoken(column)}")
    ax.set_title(f"$\\lambda_{{GC}}$ = {result.lambda_gc(column):.3f}", fontsize="medium")
    ax.legend(frameon=False, loc="upper left", fontsize="small")
    _tidy(ax)
    return ax


def _axes(ax: Any, size: tuple[float, float]) -> Any:
    if ax is not None:
        return ax
    return require("matplotlib.pyplot").subplots(figsize=size, layout="constrained")[1]


def _places(np: Any, result: "Association") -> tuple[Any, list[tuple[str, Any]]]:
    """Where each SNP stands on the x axis, and the rows of each chromosome.

    Chromosomes follow each other with a small gap between them; a SNP without a position (below 1)
    stands with the one before it in the file.
    """
    names = np.asarray(result["chr"])
    found, first, member = np.unique(names, return_index=True, return_inverse=True)
    order = np.argsort(first)
    rows_of = [np.flatnonzero(member == i) for i in order]
    along = [_along(np, result.to_numpy("ps")[rows]) for rows in rows_of]
    gap = 0.004 * sum(part.max() for part in along)
    places = np.empty(len(names))
    start = 0.0
    for rows, part in zip(rows_of, along, strict=True):
        places[rows] = start + part
        start += part.max() + gap
    return places, [(str(found[i]), rows) for i, rows in zip(order, rows_of, strict=True)]


def _along(np: Any, positions: Any) -> Any:
    """Positions on one chromosome, counted from the first, without gaps in what is known."""
    known = positions >= 1
    if not known.any():
        return np.arange(len(positions), dtype=float)
    latest = np.maximum.accumulate(np.where(known, np.arange(len(positions)), known.argmax()))
    return (positions[latest] - positions[known].min()).astype(float)


def _peaks(np: Any, places: Any, heights: Any, count: int) -> list[int]:
    """The highest SNPs that are apart by more than their names are wide."""
    width = 0.06 * np.ptp(places) if len(places) else 0.0
    found: list[int] = []
    for row in np.argsort(-heights, kind="stable"):
        if len(found) >= count or np.isnan(heights[row]):
            break
        if all(abs(places[row] - places[other]) > width for other in found):
            found.append(int(row))
    return found


def _name_chromosomes(ax: Any, places: Any, chromosomes: list[tuple[str, Any]]) -> None:
    """A tick in the middle of each chromosome; names only where they have room."""
    middles = [(places[rows].min() + places[rows].max()) / 2 for _, rows in chromosomes]
    room = 0.022 * (places.max() - places.min()) if len(places) else 0.0
    names, last = [], -float("inf")
    for (name, _), middle in zip(chromosomes, middles, strict=True):
        has_room = middle - last >= room
        names.append(name if has_room else "")
        last = middle if has_room else last
    ax.set_xticks(middles, names)
    ax.tick_params(axis="x", length=0)


def _spoken(column: str) -> str:
    """ "p_wald" as "p (Wald)"."""
    tests = {"p_wald": "p (Wald)", "p_lrt": "p (likelihood ratio)", "p_score": "p (score)"}
    return tests.get(column, column)


def _tidy(ax: Any) -> None:
    ax.spines[["top", "right"]].set_visible(False)
