"""What steering costs and how exact it is: `python3 Benchmarks/steering [section …]`.

Client and server share the machine; let nothing else run. Build ours first: `script/build`.
"""

import argparse
import base64
import http.client
import json
import os
import pathlib
import platform
import struct
import sys
import time
import uuid
import zlib

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
sys.path.append(str(ROOT / "Benchmarks/http"))

import load  # noqa: E402
import peers  # noqa: E402
import report  # noqa: E402
from peers import running  # noqa: E402

TASKS, KEYS = 10_000, 1_000


def png(width, height):
    """A picture of noise, so that its file is no smaller than its pixels."""
    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
    rows = b"".join(b"\0" + os.urandom(3 * width) for _ in range(height))
    return (b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
            + chunk(b"IDAT", zlib.compress(rows, 1)) + chunk(b"IEND", b""))


class Caller:
    """A kept connection."""

    def __init__(self, server):
        self.link = http.client.HTTPConnection("127.0.0.1", server.port)

    def ask(self, method, path, body=None, **fields):
        self.link.request(method, path, body and json.dumps(body), {name.replace("_", "-"): v for name, v in fields.items()})
        answer = self.link.getresponse()
        data = answer.read()
        if answer.status >= 300:
            sys.exit(f"{method} {path}: {answer.status} {data[:500]}")
        return json.loads(data) if data and "json" in answer.headers["content-type"] else data

    def submit(self, key, side=64, canvas=64, image=None):
        image = image or base64.b64encode(png(side, side)).decode()
        return self.ask("POST", "/v1/flux-tools/outpainting-v1", {"input_image": image, "width": canvas, "height": canvas},
                        x_key=key)["id"]

    def ready(self, task):
        while (answer := self.ask("GET", f"/v1/get_result?id={task}"))["status"] != "Ready":
            time.sleep(0.01)
        return answer["result"]["sample"]


class Bench:
    def __init__(self, options):
        ports = peers.free_ports(4)

        def server(name, port, program):
            return peers.Server(name, port, [str(program), "serve", "--port", str(port), "--fill", "edge"],
                                path="/_emulator/health")

        self.plain, self.watched, self.crowded = (
            server(name, port, options.subject) for name, port in zip(("nothing steered", "rules of others", "1,000 rules"), ports))
        self.base = server("base", ports[3], options.base) if options.base else None


def poll(bench, options):
    """CPU a poll of a task that is ready: without rules, with rules that match nothing, and by another program."""
    servers = [server for server in (bench.base, bench.plain, bench.watched, bench.crowded) if server]
    with running(*servers):
        paths = {}
        for server in servers:
            caller = Caller(server)
            count = {"rules of others": 10, "1,000 rules": 1000}.get(server.name, 0)
            if count:
                caller.ask("POST", "/_emulator/rules", [{"on": "poll", "key": "other", "answer": 503}] * count)
            task = caller.submit("bench")
            caller.ready(task)
            paths[server.name] = f"/v1/get_result?id={task}"
        for turn in range(options.rounds):
            for server in servers if turn % 2 else reversed(servers):
                yield "poll", 64, server.name, load.run(server, paths[server.name], 64, round(options.seconds))


def advance(bench, options):
    """Milliseconds of `advance` for one key that is new, and for one that has been moved before, with and without tasks of others."""
    with running(bench.plain, bench.watched):
        image = base64.b64encode(png(16, 16)).decode()
        full = Caller(bench.plain)
        for number in range(TASKS):
            full.submit(f"key-{number % KEYS};life=pending 24h, ready", image=image)
        for turn in range(options.rounds):
            for name, server in (("with", bench.plain), ("without", bench.watched)):
                caller = Caller(server)
                for key in range(10):
                    key = f"own-{turn}-{key}"
                    caller.submit(f"{key};life=pending 10s, ready", image=image)
                    times = []
                    for _ in range(2):
                        start = time.perf_counter()
                        caller.ask("POST", f"/_emulator/clock/advance?key={key}", {"by": "1s"})
                        times.append(time.perf_counter() - start)
                    yield "advance", "first", name, {"time": times[0]}
                    yield "advance", "again", name, {"time": times[1]}


def rate(bench, options):
    """A download of noise at several rates: seconds beside those that the rate makes."""
    with running(bench.plain):
        caller = Caller(bench.plain)
        link = caller.ready(caller.submit(f"rate-{uuid.uuid4()}", 512, 512))
        path = link[link.index("/delivery/"):]
        size = len(caller.ask("GET", path))
        for turn in range(options.rounds):
            for wanted in (256 << 10, 1 << 20, 8 << 20):
                caller.ask("POST", "/_emulator/rules", {"on": "download", "fault": {"rate": wanted}})
                start = time.perf_counter()
                caller.ask("GET", path)
                taken = time.perf_counter() - start
                yield "rate", f"{wanted >> 10} KiB/s", "ours", {"rate": size / taken / wanted}


SECTIONS = {"poll": poll, "advance": advance, "rate": rate}


def table(results):
    rows = [["what", "", "median (least–most)", "beside", "to reach"]]
    for level in results.levels("poll"):
        for _, _, name in (key for key in results.samples if key[0] == "poll"):
            ratios = results.ratios("poll", level, name, "base", "cpu")
            rows.append(["poll, CPU", name, report.spread(results.values("poll", level, name, "cpu"), 1e6, "µs"),
                         report.spread(ratios) + (" × base" if ratios else ""), "≤ 1.02" if name == "nothing steered" else ""])
    for level in results.levels("advance"):
        for name in ("with", "without"):
            rows.append([f"advance of a key, {level}", f"{name} {TASKS:,} tasks of others",
                         report.spread(results.values("advance", level, name, "time"), 1e3, "ms"), "", "≤ 5 ms"])
    for level in results.levels("rate"):
        rows.append(["rate of a download", level, report.spread(results.values("rate", level, "ours", "rate")), "", "0.9–1.1"])
    report.table(rows)


def main():
    options = argparse.ArgumentParser(prog="python3 Benchmarks/steering", description=__doc__.split("\n\n")[0])
    options.add_argument("sections", nargs="*", metavar="section", help=" ".join(SECTIONS) + "; all by default")
    options.add_argument("--rounds", type=int, default=5, help="turns of each server (default: 5)")
    options.add_argument("--seconds", type=float, default=4, help="of load a turn (default: 4)")
    options.add_argument("--subject", type=pathlib.Path, default=ROOT / ".build/release/outpaint",
                         help="the program measured as ours (default: the release build of outpaint)")
    options.add_argument("--base", type=pathlib.Path, help="another program whose polls are measured beside ours")
    options = options.parse_args()
    results = report.Results()
    print(f"{os.cpu_count()} cores, load before {os.getloadavg()[0]:.1f}, Linux {platform.release()}, {options.rounds} rounds\n",
          flush=True)
    bench = Bench(options)
    for section in options.sections or SECTIONS:
        for sample in SECTIONS[section](bench, options):
            results.add(*sample)
    table(results)


if __name__ == "__main__":
    main()
