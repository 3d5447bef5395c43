"""The tables: medians with their spread, ratios of paired rounds, and the figures to reach."""

from statistics import median

COLUMNS = {
    "cpu": ("CPU/request", 1e6, "µs"), "user": ("user", 1e6, "µs"), "system": ("system", 1e6, "µs"),
    "rate": ("rate", 1e-3, "k/s"), "p99": ("p99", 1e3, "ms"),
    "start": ("to first answer", 1e3, "ms"),
    "idle": ("idle RSS", 2**-20, "MiB"), "added": ("added RSS", 2**-20, "MiB"),
}
SHOWN = {"poll": ["cpu", "rate", "p99"], "blob": ["cpu", "rate", "p99"], "upload": ["cpu", "user", "system", "rate"],
         "start": ["start"], "memory": ["idle", "added"]}
COMPARED = {
    "nginx": {"poll": ["cpu", "rate", "p99"], "blob": ["cpu", "rate", "p99"], "start": ["start"], "memory": ["idle"]},
    "floor": {"poll": ["cpu"], "blob": ["cpu"], "upload": ["cpu"], "start": ["start"], "memory": ["idle"]},
}


class Results:
    """All samples of a run: for a section, a level and a server the figures of its rounds."""

    def __init__(self):
        self.samples = {}

    def add(self, section, level, server, figures):
        self.samples.setdefault((section, level, server), []).append(figures)

    def levels(self, section):
        return list(dict.fromkeys(level for s, level, _ in self.samples if s == section))

    def values(self, section, level, server, figure):
        return [figures[figure] for figures in self.samples.get((section, level, server), [])]

    def ratios(self, section, level, server, other, figure):
        """Round by round, since neighbours in time met the same machine."""
        pairs = zip(self.values(section, level, server, figure), self.values(section, level, other, figure))
        return [a / b for a, b in pairs if b]


def spread(values, scale=1.0, unit=""):
    if not values:
        return ""
    low, middle, high = (scale * f(values) for f in (min, median, max))
    digits = 2 if middle < 100 else 0
    return f"{middle:.{digits}f}{unit and ' ' + unit} ({low:.{digits}f}–{high:.{digits}f})"


def table(rows):
    widths = [max(len(row[i]) for row in rows) for i in range(len(rows[0]))]
    for row in rows:
        print("  ".join(cell.ljust(width) for cell, width in zip(row, widths)).rstrip())
    print()


def show(results, section, servers):
    """One section as a table: the median of the rounds, in brackets the least and the most."""
    peers = [name for name in ("nginx", "floor") if any(key[0] == section and key[2] == name for key in results.samples)]
    compared = [(peer, figure) for peer in peers for figure in COMPARED[peer][section]]
    rows = [[section, "server"] + [COLUMNS[figure][0] for figure in SHOWN[section]]
            + [f"{COLUMNS[figure][0]} × {peer}" for peer, figure in compared]]
    for level in results.levels(section):
        for server in servers:
            if (section, level, server) not in results.samples:
                continue
            rows.append([str(level), server]
                        + [spread(results.values(section, level, server, figure), *COLUMNS[figure][1:])
                           for figure in SHOWN[section]]
                        + ["" if peer == server else spread(results.ratios(section, level, server, peer, figure))
                           for peer, figure in compared])
    table(rows)


def figures(results):
    """What our server reaches of what it is to reach; one line each, for what was measured."""
    def ours(section, figure, other=None, only=None):
        levels = [level for level in results.levels(section) if only is None or level in only]
        found = [results.ratios(section, level, "ours", other, figure) if other
                 else results.values(section, level, "ours", figure) for level in levels]
        return [median(values) for values in found if values]

    lines = []

    def line(text, value, bound, at_most=True, unit="×"):
        reached = value <= bound if at_most else value >= bound
        sign = "≤" if at_most else "≥"
        lines.append(["ok" if reached else "MISSED", text, f"{value:.2f} {unit}", f"{sign} {bound:.2f} {unit}"])

    if cpu := ours("poll", "cpu", "nginx"):
        line("poll CPU, median of levels, against nginx", median(cpu), 1.0)
        line("poll CPU, worst level, against nginx", max(cpu), 1.05)
    if tail := ours("poll", "p99", "nginx", only=(16, 64, 256)):
        line("poll p99 at 16-256, worst level, against nginx", max(tail), 1.0)
        line("poll rate at 16-256, worst level, against nginx", min(ours("poll", "rate", "nginx", only=(16, 64, 256))),
             1.0, at_most=False)
    if cpu := ours("blob", "cpu", "nginx"):
        line("download CPU, worst level, against nginx", max(cpu), 1.0)
        line("download rate, worst level, against nginx", min(ours("blob", "rate", "nginx")), 1.0, at_most=False)
    over = [ours_cpu - median(results.values("upload", level, "floor", "system"))
            for level, ours_cpu in zip(results.levels("upload"), ours("upload", "cpu"))
            if results.values("upload", level, "floor", "system")]
    if over:
        line("upload CPU over the kernel's own (system time of the floor), worst level", max(over) * 1e3, 0.3, unit="ms")
    if first := ours("start", "start"):
        line("start to first answer", first[0] * 1e3, 4, unit="ms")
    if first := ours("start", "start", "nginx"):
        line("start to first answer, against nginx", first[0], 0.7)
    if idle := ours("memory", "idle"):
        line("idle RSS", idle[0] / 2**20, 6, unit="MiB")
        line("RSS added by 1,000 connections", ours("memory", "added")[0] / 2**20, 2, unit="MiB")
    if lines:
        table(lines)
