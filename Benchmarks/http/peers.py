"""The servers that are compared: how each is built, started and ended."""

import contextlib
import os
import pathlib
import resource
import shutil
import signal
import socket
import string
import subprocess
import time

HERE = pathlib.Path(__file__).resolve().parent.parent
RECORD = "00000000-0000-4000-8000-000000000269"
POLL = "/v1/get_result?id=" + RECORD
ANSWER_BYTES = 260
BLOB_BYTES = 1 << 20


def answer():
    """The answer every server gives to `POLL`, filled up to its size by the signature."""
    start = (f'{{"id":"{RECORD}","status":"Ready","progress":1,"result":'
             f'{{"sample":"http://127.0.0.1:4880/delivery/{RECORD}.png?signature=')
    return (start + "0" * (ANSWER_BYTES - len(start) - 3) + '"}}').encode()


def free_ports(count, start=18080):
    """The first `count` ports from `start` that can be bound."""
    found = []
    while len(found) < count:
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", start))
                found.append(start)
            except OSError:
                pass
        start += 1
    return found


class Server:
    """A server under test: a command line, and its processes once started."""

    def __init__(self, name, port, command, path=POLL, program=None):
        """`program` stands in for this server where a whole program is measured; `path` is what is asked of it first."""
        self.name, self.port, self.command, self.pid = name, port, command, None
        self.path, self.program = path, program or self

    def start(self, cores=None):
        """Starts the server, on `cores` only if given, and returns without waiting for it."""
        before = os.sched_getaffinity(0)
        if cores:
            os.sched_setaffinity(0, cores)
        quiet = (os.POSIX_SPAWN_OPEN, 1, "/dev/null", os.O_WRONLY, 0)
        self.pid = os.posix_spawn(self.command[0], self.command, os.environ, file_actions=[quiet], setpgroup=0)
        os.sched_setaffinity(0, before)

    def wait(self, seconds=5):
        """Waits until the server answers the poll as it should."""
        end = time.monotonic() + seconds
        while True:
            try:
                head, body = self.get(self.path)
                break
            except OSError:
                if time.monotonic() > end:
                    raise SystemExit(f"{self.name} does not answer on port {self.port}") from None
                time.sleep(0.01)
        if not head.startswith(b"HTTP/1.1 200 ") or self.path == POLL and body != answer():
            raise SystemExit(f"{self.name} answers otherwise than agreed: {head!r} {body!r}")

    def get(self, path):
        """Head and body of one answer over a connection of its own."""
        with socket.create_connection(("127.0.0.1", self.port), timeout=5) as link:
            link.sendall(f"GET {path} HTTP/1.1\r\nHost: bench\r\nConnection: close\r\n\r\n".encode())
            return read_answer(link)

    def processes(self):
        """The server's process and all below it."""
        found = [self.pid]
        for pid in found:
            for task in os.listdir(f"/proc/{pid}/task"):
                children = pathlib.Path(f"/proc/{pid}/task/{task}/children").read_text()
                found += [int(child) for child in children.split()]
        return found

    def stop(self):
        """Asks the server to end, kills its whole process group if it takes long, and waits until the port is free."""
        if self.pid is None:
            return
        os.kill(self.pid, signal.SIGTERM)
        patience = time.monotonic() + 2
        while time.monotonic() < patience and os.waitpid(self.pid, os.WNOHANG) == (0, 0):
            time.sleep(0.005)
        try:
            os.killpg(self.pid, signal.SIGKILL)
            os.waitpid(self.pid, 0)
        except (ProcessLookupError, ChildProcessError):
            pass
        self.pid = None
        while True:
            try:
                socket.create_connection(("127.0.0.1", self.port)).close()
            except OSError:
                return


@contextlib.contextmanager
def running(*servers):
    """Has the servers run, all at once."""
    try:
        for server in servers:
            server.start()
        for server in servers:
            server.wait(20)
        yield
    finally:
        for server in servers:
            server.stop()


def read_answer(link):
    """Head and body of one answer with a Content-Length."""
    data = b""
    while b"\r\n\r\n" not in data:
        data += receive(link)
    head, _, body = data.partition(b"\r\n\r\n")
    for line in head.split(b"\r\n"):
        if line.lower().startswith(b"content-length:"):
            while len(body) < int(line[15:]):
                body += receive(link)
    return head, body


def receive(link):
    data = link.recv(1 << 16)
    if not data:
        raise ConnectionResetError("closed in the middle of an answer")
    return data


def build(names, folder, subject):
    """The servers called `names`, in this order, with their files in `folder`."""
    os.chmod(folder, 0o755)  # nginx started by root reads the blob as another user
    limit = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (limit, limit))
    return [BUILDERS[name](port, folder, subject) for name, port in zip(names, free_ports(len(names)))]


def build_ours(port, folder, subject):
    if not os.access(subject, os.X_OK):
        raise SystemExit(f"{subject} is missing: script/build Benchmarks BenchServer")
    program = HERE.parent / ".build/release/outpaint"
    if not os.access(program, os.X_OK):
        raise SystemExit(f"{program} is missing: script/build")
    program = Server("ours", port, [str(program), "serve", "--port", str(port)], path="/_emulator/health")
    return Server("ours", port, [str(subject), "--port", str(port)], program=program)


def build_nginx(port, folder, subject):
    binary = shutil.which("nginx", path=os.environ["PATH"] + ":/usr/sbin")
    if not binary:
        raise SystemExit("nginx is missing: apt-get install nginx-light")
    folder = pathlib.Path(folder)
    (folder / "blob").write_bytes(b"b" * BLOB_BYTES)
    template = string.Template((HERE / "peers/nginx.conf").read_text().split("\n", 1)[1])
    conf = folder / "nginx.conf"
    conf.write_text(template.substitute(port=port, folder=folder, answer=answer().decode()))
    return Server("nginx", port, [binary, "-e", str(folder / "error.log"), "-c", str(conf)])


def build_floor(port, folder, subject):
    binary = pathlib.Path(folder) / "floor"
    subprocess.run(["gcc", "-O2", "-o", binary, HERE / "peers/floor.c", "-lpthread"], check=True)
    return Server("floor", port, [str(binary), str(port)])


BUILDERS = {"ours": build_ours, "nginx": build_nginx, "floor": build_floor}
