# SPDX-License-Identifier: GPL-2.0-or-later
"""Makes tables (Markdown) and pictures (SVG) of the results of scripts/bench/all and scripts/bench/tunnel."""
from html import escape

COLOURS = {"pptp-linux": "#b35806", "Callgate": "#2166ac", "floor": "#999999", "kernel": "#1b7837",
           "Callgate with pppd": "#92c5de", "no tunnel": "#bababa"}
BAR, GAP, LEFT, WIDTH = 11, 12, 190, 760  # px


def tables(parts):
    """Returns Markdown with a table for each part."""
    write = {"gateway": gateway_tables, "calls": calls_table, "connect": connect_table,
             "tunnel": tunnel_tables}
    return "\n\n".join(write[part["part"]](part["results"]) for part in parts) + "\n"


def table(head, rows):
    lines = ["| " + " | ".join(head) + " |", "|" + "---|" * len(head)]
    return "\n".join(lines + ["| " + " | ".join(row) + " |" for row in rows])


def by(results, row, column):
    """{row: {column: result}}, in the order of the results."""
    found = {}
    for result in results:
        found.setdefault(result[row], {})[result[column]] = result
    return found


def ratio(cells, name, key):
    """Returns Callgate's figure divided by that of another contender."""
    if not {name, "Callgate"} <= cells.keys() or not cells[name][key]:
        return ""
    return f"{cells['Callgate'][key] / cells[name][key]:.2f}"


def gateway_tables(results):
    loads = by(results, "load", "contender")
    streams = [[load, *(f"{c['cpu']:.1f} ({c['rate'] / 1000:.0f} k, {100 * c['loss']:.0f} %)"
                        for c in cells.values()),
                ratio(cells, "pptp-linux", "cpu"), ratio(cells, "floor", "cpu")]
               for load, cells in loads.items() if "lone" not in load]
    lone = [[load, *(f"{c['p50']:.0f} / {c['p99']:.0f}" for c in cells.values()),
             ratio(cells, "pptp-linux", "p50"), ratio(cells, "floor", "p50")]
            for load, cells in loads.items() if "lone" in load]
    names = list(next(iter(loads.values())))
    ratios = ["of pptp-linux's", "of the floor's"]
    shown = []
    if streams:
        shown.append(table(["CPU us per packet (packets/s, lost)", *names, *ratios], streams))
    if lone:
        shown.append(table(["latency us, p50 / p99", *names, *ratios], lone))
    return "\n\n".join(shown)


def calls_table(results):
    first = {r["contender"]: r["cpu"] for r in results if r["calls"] == 1}
    rows = [[str(r["calls"]), r["contender"], f"{r['cpu']:.1f}",
             f"{r['cpu'] / first[r['contender']]:.2f}" if r["contender"] in first else "",
             f"{100 * r['loss']:.0f} %", f"{r['memory']:.0f}" if r["calls"] > 1 else "",
             f"{r['setup']:.2f}" if r["calls"] > 1 else ""] for r in results]
    return table(["calls", "", "CPU us per packet of one", "of a single call's", "lost",
                  "KiB each", "set up, s"], rows)


def connect_table(results):
    cases = by(results, "case", "contender")
    rows = [[case, name, f"{r['ms']:.1f}", f"{r['range'][0]:.1f} to {r['range'][1]:.1f}"]
            for case, cells in cases.items() for name, r in cells.items()]
    return table(["spawn to call request", "", "ms", "range"], rows)


def tunnel_tables(results):
    names = list(dict.fromkeys(r["contender"] for r in results if "contender" in r))
    compared = {}
    for result in results:
        if "contender" in result:
            compared.setdefault((result["load"], result["mode"]), {})[result["contender"]] = result
    rows = [[load, mode, *(tunnel_cell(cells.get(name)) for name in names), tunnel_ratio(cells)]
            for (load, mode), cells in compared.items()]
    ratios = "Callgate's of " + ", ".join(name for name in names if name != "Callgate")
    alone = [[r["load"], f"{r['tunnels']} tunnels: {r['memory']:.0f} KiB each, set up in {r['seconds']:.1f} s; "
              f"CPU of a busy one {r['cpu']:.1f} us per packet, alone {r['cpu alone']:.1f}"]
             for r in results if "memory" in r]
    alone += [[r["load"], f"{r['case']}: {r['ms']:.1f} ms ({r['range'][0]:.1f} to {r['range'][1]:.1f})"]
              for r in results if "case" in r]
    alone += [[r["load"], f"{r['tunnels']} tunnels: {r['seconds']:.1f} s until each has its own routing table"]
              for r in results if "tunnels" in r and "memory" not in r]
    shown = [table(["whole tunnels", "", *names, ratios], rows)] if rows else []
    return "\n\n".join(shown + ([table(["Callgate without pppd", ""], alone)] if alone else []))


def tunnel_cell(result):
    if result is None:
        return ""
    if "mbit" in result:
        return f"{result['mbit']:.0f} Mbit/s, {result['us']:.1f} us, {result['retransmits']:.0f} retransmits"
    if "received" in result:
        return f"{result['received'] / 1000:.0f} k/s of {result['sent'] / 1000:.0f}"
    return f"{result['p50']:.0f} / {result['p99']:.0f} us"


def tunnel_ratio(cells):
    """Returns Callgate's main figures divided by those of each other contender."""
    ours = cells.get("Callgate", {})
    return ", ".join("/".join(f"{ours[key] / other[key]:.2f}" for key in ("mbit", "us", "received", "p50", "p99")
                              if other.get(key) and key in ours)
                     for name, other in cells.items() if name != "Callgate")


def plot(parts):
    """Returns an SVG with bars of CPU time per packet for each load and each number of calls."""
    groups = []
    for part in parts:
        if part["part"] == "gateway":
            loads = by(part["results"], "load", "contender")
            groups += [(load, {name: r["cpu"] for name, r in cells.items()})
                       for load, cells in loads.items() if "lone" not in load]
        elif part["part"] == "calls":
            calls = by(part["results"], "calls", "contender")
            groups += [(f"one busy of {number} calls", {n: r["cpu"] for n, r in cells.items()})
                       for number, cells in calls.items()]
    return svg("CPU us per packet", groups, power=0.5)  # small bars remain visible


def plot_tunnels(results):
    """Returns an SVG with bars of TCP's throughput for each load and each contender."""
    loads = {}
    for result in results:
        if "mbit" in result:
            loads.setdefault(f"{result['load']}, {result['mode']}", {})[result["contender"]] = result["mbit"]
    return svg("Mbit/s", loads.items(), power=1)


def svg(title, groups, power):
    """A bar is as long as the power of its value."""
    most = max((value for _, bars in groups for value in bars.values()), default=1)
    scale = (WIDTH - LEFT - 70) / most ** power
    body, y = [], 40
    for name, bars in groups:
        body.append(text(LEFT - 8, y + BAR * (len(bars) + 1) / 2, name, "end"))
        for contender, value in bars.items():
            width = scale * value ** power
            body.append(f'<rect x="{LEFT}" y="{y}" width="{width:.1f}" height="{BAR - 1}"'
                        f' fill="{COLOURS.get(contender, "#5aae61")}"/>')
            body.append(text(LEFT + width + 4, y + BAR - 2, f"{value:.1f}"))
            y += BAR
        y += GAP
    shown = [name for name in COLOURS if any(name in bars for _, bars in groups)]
    legend = [text(LEFT + 120 * i, 22, name, colour=COLOURS[name]) for i, name in enumerate(shown)]
    return (f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{y}"'
            f' font-family="sans-serif" font-size="10">\n'
            f'<rect width="100%" height="100%" fill="white"/>\n'
            + "\n".join([text(8, 22, title), *legend, *body]) + "\n</svg>\n")


def text(x, y, words, anchor="start", colour="black"):
    return (f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" fill="{colour}">'
            f'{escape(words)}</text>')
