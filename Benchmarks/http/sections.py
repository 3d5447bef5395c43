"""What is measured: each section yields samples of (section, level, server, figures), round by round.

The servers take turns within a round, and each round begins with another, so that a drift of the machine falls on all.
"""

import socket
import time

import load
import peers
import usage

UPLOAD = peers.HERE / "peers/upload.lua"


def turns(servers, rounds):
    """Each server once a round."""
    for r in range(rounds):
        shift = r % len(servers)
        yield from servers[shift:] + servers[:shift]


def under_load(section, path, levels, script=None, without=()):
    """A section that drives one path at several numbers of connections."""
    def measure(servers, options):
        servers = [server for server in servers if server.name not in without]
        server_cores, client_cores = options.pin
        try:
            for server in servers:
                server.start(server_cores)
            for server in servers:
                server.wait()
                load.run(server, path, 16, 1, client_cores, script)
            for level in levels:
                for server in turns(servers, options.rounds):
                    figures = load.run(server, path, level, options.seconds, client_cores, script)
                    yield section, level, server.name, figures
        finally:
            for server in servers:
                server.stop()
    return measure


def start(servers, options):
    """From the spawn of a process to its first answer, by a client that tries to connect every 0.1 ms or so."""
    for server in turns([server.program for server in servers], max(20, options.rounds)):
        request = f"GET {server.path} HTTP/1.1\r\nHost: bench\r\n\r\n".encode()
        try:
            awake = time.perf_counter() + 0.02
            while time.perf_counter() < awake:
                pass  # a core that slept takes a millisecond to come back, which would be charged to the server
            begin = time.perf_counter()
            server.start()
            while True:
                link = socket.socket()
                try:
                    link.connect(("127.0.0.1", server.port))
                    link.sendall(request)
                    data = link.recv(4096)
                except OSError:
                    data = b""
                    time.sleep(20e-6)  # without it the client keeps a core from the server: nginx took 11 ms, not 5
                finally:
                    link.close()
                if data:
                    break
            seconds = time.perf_counter() - begin
            if not data.startswith(b"HTTP/1.1 200 "):
                raise SystemExit(f"{server.name} starts with another answer: {data!r}")
            server.wait()  # before the kill: nginx has forked all its workers by its second answer or soon after
            yield "start", 1, server.name, {"start": seconds}
        finally:
            server.stop()


def memory(servers, options):
    """Resident memory after the first answer, and what 1,000 connections add that were answered once and stay."""
    count = 1000
    for server in turns([server.program for server in servers], min(3, options.rounds)):
        links = []
        try:
            server.start()
            server.wait()
            time.sleep(0.2)
            idle = usage.resident(server.processes())
            for _ in range(count):
                link = socket.create_connection(("127.0.0.1", server.port))
                links.append(link)
                link.sendall(f"GET {server.path} HTTP/1.1\r\nHost: bench\r\n\r\n".encode())
                peers.read_answer(link)
            added = usage.resident(server.processes()) - idle
            yield "memory", count, server.name, {"idle": idle, "added": added}
        finally:
            for link in links:
                link.close()
            server.stop()


SECTIONS = {
    "poll": under_load("poll", peers.POLL, [1, 16, 64, 256, 1000]),
    "blob": under_load("blob", "/blob", [1, 16, 64]),
    "upload": under_load("upload", "/upload", [1, 4], script=UPLOAD, without=["nginx"]),
    "start": start,
    "memory": memory,
}
