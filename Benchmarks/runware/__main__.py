"""Runware's service over WebSocket and REST, from one process: `python3 Benchmarks/runware [section …]`.

Client and server share the machine; let nothing else run. Build ours first: `script/build`.
"""

import argparse
import json
import os
import pathlib
import platform
import random
import resource
import sys
import uuid

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
sys.path += [str(ROOT / "Benchmarks/http"), str(ROOT / "Tests/Integration")]

import report  # noqa: E402
import support  # noqa: E402
import test_runware as service  # noqa: E402
import usage  # noqa: E402

PINGS, TASKS, SOCKETS = 5_000, 200, 5_000
MB = 1e-6


class REST:
    """A kept connection for REST."""

    def __init__(self, port):
        self.link = support.Plain(port)

    def ask(self, tasks):
        body = json.dumps(tasks)
        self.link.send("POST /v1 HTTP/1.1\r\nhost: bench\r\nauthorization: Bearer test-key\r\n"
                       f"content-length: {len(body)}\r\n\r\n{body}")
        status, answer = self.link.reply()
        return checked(answer) if status == 200 else sys.exit(f"{status} {answer[:1000]}")

    def close(self):
        self.link.close()


class Socket:
    """A WebSocket that is authenticated."""

    def __init__(self, port):
        self.link = service.authenticated(port)

    def ask(self, tasks):
        self.link.say(json.dumps(tasks))
        return checked(self.link.message())

    def close(self):
        self.link.close()


def checked(answer):
    if b'"errors"' in answer[-1000:]:
        sys.exit(f"{answer[:1000]}")
    return answer


def cost(server, ways, count, tasks):
    """CPU seconds of the server for each of `count` questions, one after the other."""
    for name in ways:
        caller = {"REST": REST, "WebSocket": Socket}[name](server.port)
        caller.ask(tasks())
        before = usage.cpu([server.child.pid])
        for _ in range(count):
            caller.ask(tasks())
        yield name, {"cpu": (usage.cpu([server.child.pid]) - before) / count}
        caller.close()


def turns(options):
    return [("REST", "WebSocket") if turn % 2 else ("WebSocket", "REST") for turn in range(options.rounds)]


def ping(options):
    """A ping and its pong."""
    with support.outpaint() as server:
        for ways in turns(options):
            yield from cost(server, ways, PINGS, lambda: [{"taskType": "ping", "ping": True}])


def task(options):
    """A small picture, no two alike, sent with the task and back in its answer."""
    dice = random.Random(1)
    image = service.base64.b64encode(service.noise(64, 64)).decode()

    def tasks():
        sides = {side: dice.randrange(1, 64) for side in ("top", "right", "bottom", "left")}
        return [{"taskType": "imageInference", "taskUUID": str(uuid.uuid4()), "model": "bfl:flux@outpainting",
                 "inputs": {"image": image}, "outpaint": sides, "outputFormat": "PNG", "outputType": "base64Data"}]

    with support.outpaint("--fill", "edge") as server:
        for ways in turns(options):
            yield from cost(server, ways, TASKS, tasks)


def sockets(options):
    """The memory that authenticated sockets take which say nothing."""
    resource.setrlimit(resource.RLIMIT_NOFILE, (SOCKETS + 200, max(SOCKETS + 200, resource.getrlimit(resource.RLIMIT_NOFILE)[1])))
    for _ in range(options.rounds):
        with support.outpaint() as server:
            Socket(server.port).close()
            before = server.resident_bytes()
            callers = [Socket(server.port) for _ in range(SOCKETS)]
            yield "WebSocket", {"added": server.resident_bytes() - before}
            for caller in callers:
                caller.close()


def large(options):
    """The most memory over that before when a result of 20 MB is sent as base64, which was made before."""
    with support.outpaint("--fill", "edge") as server:
        caller = REST(server.port)
        media = {"taskType": "mediaStorage", "operation": "upload", "taskUUID": str(uuid.uuid4()),
                 "media": service.base64.b64encode(service.noise(1900, 2000)).decode()}
        image = json.loads(caller.ask([media]))["data"][0]["mediaUUID"]

        def tasks(kind):
            return [{"taskType": "imageInference", "taskUUID": str(uuid.uuid4()), "model": "bfl:flux@outpainting",
                     "inputs": {"image": image}, "outpaint": {"right": 64}, "outputFormat": "PNG", "outputType": kind}]

        caller.ask(tasks("URL"))
        if not support.eventually(lambda: server.resident_bytes() < 20 << 20):
            sys.exit("what making took is not given back")
        for ways in turns(options):
            for name in ways:
                caller = {"REST": REST, "WebSocket": Socket}[name](server.port)
                server.forget_most_resident()
                before = server.resident_bytes()
                size = len(caller.ask(tasks("base64Data")))
                yield name, {"added": server.most_resident_bytes() - before, "size": size}
                caller.close()


SECTIONS = {"ping": ping, "task": task, "sockets": sockets, "large": large}


def table(results):
    rows = [["", "what", "WebSocket", "REST", "ratio", "to reach"], ["---"] * 6]

    def row(section, what, figure, limit, scale, unit, of_ratio):
        ours, rest = (results.values(section, "", name, figure) for name in ("WebSocket", "REST"))
        pairs = [a / b for a, b in zip(ours, rest)] if of_ratio else []
        judged = pairs or [scale * value for value in ours]
        if judged:
            rows.append(["reached" if report.median(judged) <= limit else "**missed**", what, report.spread(ours, scale, unit),
                         report.spread(rest, scale, unit), report.spread(pairs), f"≤ {limit:g} {'×' if of_ratio else unit}"])

    row("ping", "ping, CPU", "cpu", 1.2, 1e6, "µs", True)
    row("task", "small synchronous task, CPU", "cpu", 1.2, 1e3, "ms", True)
    row("sockets", f"{SOCKETS:,} idle authenticated sockets", "added", 60, MB, "MB", False)
    row("large", "answering with 20 MB of base64, most memory", "added", 21, MB, "MB", False)
    for cells in rows:
        print("| " + " | ".join(cells) + " |")


def main():
    options = argparse.ArgumentParser(prog="python3 Benchmarks/runware", description=__doc__.split("\n\n")[0])
    options.add_argument("sections", nargs="*", metavar="section", help=" ".join(SECTIONS) + "; all by default")
    options.add_argument("--rounds", type=int, default=5, help="turns of each (default: 5)")
    options.add_argument("--subject", type=pathlib.Path, default=ROOT / ".build/release/outpaint",
                         help="the program that is measured (default: the release build of outpaint)")
    options = options.parse_args()
    if unknown := set(options.sections) - set(SECTIONS):
        raise SystemExit(f"unknown: {' '.join(sorted(unknown))}")
    if not os.access(options.subject, os.X_OK):
        raise SystemExit(f"{options.subject} is missing: script/build")
    support.OUTPAINT = str(options.subject)
    results = report.Results()
    print(f"{os.cpu_count()} cores, load before {os.getloadavg()[0]:.1f}, Linux {platform.release()}, {options.rounds} rounds,"
          " median (least–most); ratios of paired rounds\n", flush=True)
    for section in options.sections or SECTIONS:
        for name, figures in SECTIONS[section](options):
            results.add(section, "", name, figures)
            print(section, name, {key: round(value, 6) for key, value in figures.items()}, file=sys.stderr)
    table(results)


if __name__ == "__main__":
    main()
