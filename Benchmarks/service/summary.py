"""What is to be reached, and what is: a table in Markdown. Medians of rounds, in brackets the least and the most."""

from statistics import median

from report import spread

MS, MB = (1e3, "ms"), (1e-6, "MB")


def table(results):
    rows = [["", "what", "ours", "beside", "ratio", "to reach"], ["---"] * 6]

    def row(what, ours, other, limit, unit=(1, ""), at_most=True, bound_of="ratio"):
        """A figure of ours beside another, both as (section, level, server, figure); rounds are paired for the ratio."""
        mine, theirs = results.values(*ours), results.values(*other) if other else []
        pairs = [a / b for a, b in zip(mine, theirs)]
        judged = pairs if bound_of == "ratio" else [unit[0] * value for value in mine]
        if not judged:
            return
        reached = median(judged) <= limit if at_most else median(judged) >= limit
        bound = f"{'≤' if at_most else '≥'} {limit:g} {'×' if bound_of == 'ratio' else unit[1]}"
        rows.append(["reached" if reached else "**missed**", what, spread(mine, *unit),
                     f"{other[2]} {spread(theirs, *unit)}" if theirs else "", spread(pairs), bound])

    def beside(section, level, other, figure):
        return (section, level, "ours", figure), (section, level, other, figure)

    for count in results.levels("growth"):
        row(f"poll, CPU a request, {count:,} tasks kept", *beside("growth", count, "nginx", "cpu"), 1.0, (1e6, "µs"))
    row("submit of 2.3 MB to its answer, idle", *beside("jobs", 1, "FastAPI", "submit"), 0.2, MS)
    row("the same, 64 clients at once", *beside("jobs", 64, "FastAPI", "submit"), 0.1, MS)
    row("whole job over HTTP, CPU", *beside("jobs", 1, "in process", "cpu"), 1.15, MS)
    for level in results.levels("jobs"):
        row(f"jobs a second, {level} clients", *beside("jobs", level, "FastAPI", "rate"), 20, (1, "/s"), at_most=False)
    if {4, 64} <= set(results.levels("jobs")):
        row("jobs a second, 64 clients beside 4", ("jobs", 64, "ours", "rate"), ("jobs", 4, "ours", "rate"), 0.95,
            (1, "/s"), at_most=False)
    row("poll while 4 clients run jobs, p50", *beside("polls", "with jobs", "FastAPI", "p50"), 0.3, MS, bound_of="value")
    row("the same, p99", *beside("polls", "with jobs", "FastAPI", "p99"), 0.5, MS)
    row("poll while a client submits 30 MB, the slowest", ("polls", "with 30 MB", "ours", "most"),
        ("polls", "alone", "ours", "most"), 5, MS, bound_of="value")
    for level, limit in ((1, 32), (64, 130)):
        row(f"most memory, {level} clients, 64 results kept", *beside("memory", level, "FastAPI", "most"), limit, MB,
            bound_of="value")
        row(f"memory a second later, {level} clients", *beside("memory", level, "FastAPI", "after"), limit, MB,
            bound_of="value")
    counts = results.levels("growth")
    if len(counts) > 1:
        row(f"poll, CPU a request, {counts[-1]:,} tasks beside {counts[0]:,}", ("growth", counts[-1], "ours", "cpu"),
            ("growth", counts[0], "ours", "cpu"), 1.3, (1e6, "µs"))
    for cells in rows:
        print("| " + " | ".join(cells) + " |")
