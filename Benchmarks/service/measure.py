"""The sections: each yields samples of (section, level, server, figures), round by round, the servers in turns."""

import json
import os
import random
import subprocess
import time

import subjects
import load
import usage
from peers import running

LEVELS = [1, 4, 16, 64]
POLLS_LUA = subjects.HERE / "peers/polls.lua"


def drive(bench, server, bodies=None, keep=None, **numbers):
    """Runs the clients against a server; their figures, and the CPU seconds that the server took meanwhile."""
    command = [str(bench.clients), f"port={server.port}", f"first={bench.submits}", *(f"{name}={value}" for name, value in numbers.items())]
    pids = server.processes()
    cpu = usage.cpu(pids)
    done = subprocess.run([*command, *map(str, bodies or bench.bodies)], stdout=subprocess.PIPE, text=True, pass_fds=keep or ())
    if done.returncode:
        raise SystemExit(f"{server.name} failed")
    figures = json.loads(done.stdout) | {"cpu": usage.cpu(pids) - cpu}
    bench.submits = figures["submits"]  # what comes next is to differ from all before
    return figures


def jobs(bench, options):
    """Whole jobs at several numbers of clients, beside the same work inside a process."""
    floor = bench.floor()
    with running(bench.ours, bench.fastapi):
        for server in (bench.ours, bench.fastapi):
            drive(bench, server, jobs=2, turns=1)
        floor()
        for level in LEVELS:
            for turn in range(options.rounds):
                for server in (bench.ours, bench.fastapi) if turn % 2 else (bench.fastapi, bench.ours):
                    # A client of the slow one's makes at least one job each, which is enough where there are many.
                    seconds = options.seconds if server is bench.ours else options.peer_seconds / level
                    made = drive(bench, server, jobs=level, seconds=seconds)
                    count = made["job"]["count"]
                    yield "jobs", level, server.name, {
                        "rate": count / made["seconds"], "cpu": made["cpu"] / count, "submit": made["submit"]["p50"],
                        "submit p99": made["submit"]["p99"], "job": made["job"]["p50"]}
                if level == 1:
                    yield "jobs", level, "in process", {"cpu": min(floor() for _ in range(3)) / 1e3}


def polls(bench, options):
    """Polls for a task that is ready while four clients run jobs, and while bodies of 30 MB come."""
    with running(bench.ours, bench.fastapi):
        for turn in range(options.rounds):
            for server in (bench.ours, bench.fastapi) if turn % 2 else (bench.fastapi, bench.ours):
                made = drive(bench, server, jobs=4, polls=1, seconds=options.seconds)
                yield "polls", "with jobs", server.name, made["poll"]
            for level, large in (("alone", 0), ("with 30 MB", 1)):
                # One client polls; the other's jobs, if there is one, come one after the other.
                made = drive(bench, bench.ours, polls=1, large=large, seconds=options.seconds,
                             bodies=[*bench.bodies, *[bench.folder / "large.json"] * large])
                yield "polls", level, "ours", made["poll"]


def memory(bench, options):
    """The most memory of a new process whose clients do 64 jobs, all at once or one after the other; results are kept."""
    for level in (1, 64):
        for turn in range(options.rounds):
            for server in (bench.ours, bench.fastapi)[: 2 if turn == 0 else 1]:
                with running(server):
                    idle = usage.resident(server.processes())
                    made = drive(bench, server, jobs=level, turns=64 // level)
                    most = sum(usage.most_resident(pid) for pid in server.processes())
                    time.sleep(1.5)
                    yield "memory", level, server.name, {
                        "idle": idle, "most": most, "after": usage.resident(server.processes()),
                        "result": made["bytes"] / made["job"]["count"]}


def growth(bench, options):
    """What a poll costs with few and with many tasks kept, beside a fixed answer of nginx."""
    for count in options.records:
        with running(bench.ours, bench.nginx):
            paths = seed(bench, count)
            os.environ["POLLS"] = str(paths)
            for turn in range(options.rounds):
                for server in (bench.ours, bench.nginx) if turn % 2 else (bench.nginx, bench.ours):
                    yield "growth", count, server.name, load.run(
                        server, "/", 64, round(options.seconds), script=POLLS_LUA)


def seed(bench, count):
    """Has small tasks made, waits until all are done, and writes at most 100,000 of their polls' paths to a file."""
    paths = bench.folder / f"paths-{count}"
    clients = min(64, count)
    with open(paths, "w") as file:
        drive(bench, bench.ours, bench.small, keep=[file.fileno()], ids=file.fileno(), seeds=clients,
              turns=count // clients, offset=0, spread=32)
    while True:
        before = usage.cpu(bench.ours.processes())
        time.sleep(0.5)
        if usage.cpu(bench.ours.processes()) - before < 0.01:
            break
    lines = paths.read_text().splitlines()
    random.Random(1).shuffle(lines)
    for line in lines[:20]:
        head, body = bench.ours.get(line)
        if b" 200 " not in head or b'"Ready"' not in body:
            raise SystemExit(f"a task among {count} is not kept: {head!r} {body!r}")
    paths.write_text("\n".join(lines[:100_000]) + "\n")
    return paths


SECTIONS = {"jobs": jobs, "polls": polls, "memory": memory, "growth": growth}
