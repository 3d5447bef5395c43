"""Load by wrk, and what it cost the server."""

import os
import re
import shutil
import subprocess

import usage

UNITS = {"us": 1e-6, "ms": 1e-3, "s": 1.0, "m": 60.0}


def run(server, path, connections, seconds, cores=None, script=None):
    """Drives `path` over `connections` kept open; a dictionary of what one request cost and how it went."""
    if not shutil.which("wrk"):
        raise SystemExit("wrk is missing: apt-get install wrk")
    command = ["wrk", "-t", str(min(2, connections)), "-c", str(connections), "-d", str(seconds), "--latency"]
    command += ["-s", str(script)] if script else []
    pids = server.processes()
    cpu, (user, system) = usage.cpu(pids), usage.user_and_system(pids)
    out = subprocess.run(
        command + [f"http://127.0.0.1:{server.port}{path}"], check=True, capture_output=True, text=True,
        preexec_fn=(lambda: os.sched_setaffinity(0, cores)) if cores else None).stdout
    cpu, (user_now, system_now) = usage.cpu(pids) - cpu, usage.user_and_system(pids)
    if "Non-2xx" in out or "Socket errors" in out:
        raise SystemExit(f"{server.name} failed under load:\n{out}")
    requests = int(re.search(r"(\d+) requests in", out)[1])
    tail = re.search(r"99%\s+([\d.]+)(us|ms|s|m)\b", out)
    user, system = user_now - user, system_now - system
    share = user / (user + system) if user + system else 0
    return {
        "cpu": cpu / requests, "user": cpu * share / requests, "system": cpu * (1 - share) / requests,
        "rate": float(re.search(r"Requests/sec:\s+([\d.]+)", out)[1]),
        "p99": float(tail[1]) * UNITS[tail[2]],
    }
