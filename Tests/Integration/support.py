"""What the integration tests share: servers on free ports, a connection that speaks plain bytes, and patience."""

import os
import pathlib
import re
import resource
import select
import shutil
import signal
import socket
import struct
import subprocess
import sys
import tempfile
import time

OUTPAINT = os.environ.get("OUTPAINT") or "outpaint"
TEST_SERVER = os.environ.get("TEST_SERVER") or "TestServer"
FIXTURES = pathlib.Path(__file__).resolve().parents[2] / "fixtures"

# No test measures time; this only keeps a broken one from hanging.
PATIENCE = 30


def eventually(condition, seconds=PATIENCE):
    """Looks again and again until the condition holds; says whether it came to hold."""
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            return False
        time.sleep(0.01)
    return True


def is_open(port):
    """Whether somebody listens on a port of this machine."""
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def free_port():
    """A port that nobody has at the moment, for programs that cannot take one themselves."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Process:
    """A server that runs for the length of a `with`."""

    def __init__(self, command, ready, limits=None, user=None):
        self.command, self.ready_mark, self.limits, self.user = command, ready, limits or {}, user

    def __enter__(self):
        def prepare():
            for kind, (soft, hard) in self.limits.items():
                resource.setrlimit(kind, (soft, hard))

        self.errors = tempfile.TemporaryFile(mode="w+")
        self.child = subprocess.Popen(
            self.command, stdout=subprocess.PIPE, stderr=self.errors, text=True, preexec_fn=prepare, user=self.user)
        self.line = self.first_line()
        return self

    def first_line(self):
        if not select.select([self.child.stdout], [], [], PATIENCE)[0]:
            raise AssertionError(f"{self.command[0]} is silent")
        line = self.child.stdout.readline().strip()
        if self.ready_mark not in line:
            raise AssertionError(f"{self.command}: {line} {self.said()}")
        return line

    def said(self):
        """What it wrote to its errors."""
        self.errors.seek(0)
        return self.errors.read()

    def __exit__(self, *_):
        if self.child.poll() is None:
            self.child.send_signal(signal.SIGTERM)
            try:
                self.child.wait(PATIENCE)
            except subprocess.TimeoutExpired:
                self.child.kill()
                self.child.wait()
        self.child.stdout.close()
        self.errors.close()

    def stop(self, number=signal.SIGTERM):
        self.child.send_signal(number)

    def exit_code(self):
        return self.child.wait(PATIENCE)

    def descriptors(self):
        return len(os.listdir(f"/proc/{self.child.pid}/fd"))

    def cpu_seconds(self):
        fields = pathlib.Path(f"/proc/{self.child.pid}/stat").read_text().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def resident_bytes(self):
        return int(pathlib.Path(f"/proc/{self.child.pid}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")

    def forget_most_resident(self):
        """From here on the most is counted anew."""
        pathlib.Path(f"/proc/{self.child.pid}/clear_refs").write_text("5")

    def most_resident_bytes(self):
        status = pathlib.Path(f"/proc/{self.child.pid}/status").read_text()
        return next(int(line.split()[1]) * 1024 for line in status.splitlines() if line.startswith("VmHWM"))

    @property
    def port(self):
        return int(self.line.split("127.0.0.1:")[1].split()[0])


def readme_example(part, port):
    """Runs the Python example of README.md that has this part, against the server at a port; returns the links it prints."""
    text = (FIXTURES.parent / "README.md").read_text()
    examples = [block.split("```")[0] for block in text.split("```python\n")[1:]]
    code = next(example for example in examples if part in example).replace("127.0.0.1:4880", f"127.0.0.1:{port}")
    with tempfile.TemporaryDirectory() as folder:
        shutil.copy(FIXTURES / "photos/kitchen_indoor.jpg", pathlib.Path(folder, "in.jpg"))
        run = subprocess.run(
            [sys.executable, "-c", code], cwd=folder, capture_output=True, text=True, timeout=2 * PATIENCE)
    if run.returncode:
        raise AssertionError(run.stderr)
    return re.findall(rf"http://127\.0\.0\.1:{port}/[^\s'\"]+", run.stdout)


def outpaint(*flags, address=("--port", "0"), **options):
    """The product, serving."""
    return Process([OUTPAINT, "serve", *address, *flags], "outpaint ready", **options)


def test_server(*limits, address="127.0.0.1:0", **options):
    """The server with the routes for tests, serving."""
    return Process([TEST_SERVER, address, *limits], "ready", **options)


class Proxy:
    """A reverse proxy in front of a port, run from a folder of its own."""

    def __init__(self, name, configuration, upstream):
        self.name, self.configuration, self.upstream = name, configuration, upstream

    def __enter__(self):
        self.folder = tempfile.mkdtemp(prefix="outpaint-proxy-")
        # Started by root, nginx reaches its folders as somebody else.
        os.chmod(self.folder, 0o755)
        self.port = free_port()
        path = os.path.join(self.folder, "conf")
        text = self.configuration.replace("@PORT", str(self.port)).replace("@UPSTREAM", str(self.upstream))
        pathlib.Path(path).write_text(text.replace("@FOLDER", self.folder))
        command = {"nginx": ["nginx", "-p", self.folder, "-c", path, "-e", "errors"],
                   "haproxy": ["haproxy", "-db", "-q", "-f", path]}[self.name]
        binary = shutil.which(command[0], path=os.environ["PATH"] + ":/usr/sbin:/sbin")
        self.log = open(os.path.join(self.folder, "log"), "w+")
        self.child = subprocess.Popen([binary, *command[1:]], stdout=self.log, stderr=self.log)
        if not eventually(self.answers):
            self.log.seek(0)
            raise AssertionError(f"{self.name} does not start: {self.log.read()}")
        return self

    def answers(self):
        if self.child.poll() is not None:
            return True
        try:
            socket.create_connection(("127.0.0.1", self.port), 1).close()
            return True
        except OSError:
            return False

    def __exit__(self, *_):
        self.child.terminate()
        self.child.wait(PATIENCE)
        self.log.close()
        shutil.rmtree(self.folder, ignore_errors=True)


class Plain:
    """A connection for plain bytes."""

    def __init__(self, port=None, path=None, host="127.0.0.1"):
        if path:
            self.socket = socket.socket(socket.AF_UNIX)
            self.socket.settimeout(PATIENCE)
            self.socket.connect(path)
        else:
            self.socket = socket.create_connection((host, port), PATIENCE)

    def send(self, text):
        self.socket.sendall(text.encode() if isinstance(text, str) else text)

    def reply(self):
        """One whole answer as its status and body."""
        data = b""
        while b"\r\n\r\n" not in data:
            piece = self.socket.recv(1)
            if not piece:
                raise EOFError(data)
            data += piece
        length = 0
        for line in data.split(b"\r\n"):
            name, _, value = line.partition(b":")
            if name.lower() == b"content-length":
                length = int(value)
        body = b""
        while len(body) < length:
            body += self.socket.recv(length - len(body))
        return int(data.split(b" ")[1]), body

    def rest(self):
        pieces = []
        while piece := self.socket.recv(65536):
            pieces.append(piece)
        return b"".join(pieces)

    def get(self, path):
        self.send(f"GET {path} HTTP/1.1\r\nhost: test\r\n\r\n")
        return self.reply()

    def close(self):
        self.socket.close()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()


class Talk(Plain):
    """A conversation over a WebSocket, in plain frames."""

    def __init__(self, port, path="/v1"):
        super().__init__(port)
        self.send(f"GET {path} HTTP/1.1\r\nhost: test\r\nupgrade: websocket\r\nconnection: Upgrade\r\n"
                  "sec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\nsec-websocket-version: 13\r\n\r\n")
        status, _ = self.reply()
        assert status == 101, status

    def say(self, text, opcode=1):
        payload = text.encode() if isinstance(text, str) else text
        size = len(payload)
        length = (bytes([0x80 | size]) if size < 126 else struct.pack(">BH", 0xFE, size) if size < 1 << 16
                  else struct.pack(">BQ", 0xFF, size))
        # The mask is zeros, which change nothing.
        self.send(bytes([0x80 | opcode]) + length + bytes(4) + payload)

    def hear(self):
        """The next frame's opcode and payload."""
        opcode, size = self.exactly(2)
        if size > 125:
            size = int.from_bytes(self.exactly(2 if size == 126 else 8))
        return opcode & 0x0F, self.exactly(size)

    def message(self):
        """The next message. Pings on the way are answered, as clients do."""
        while (frame := self.hear())[0] == 9:
            self.say(frame[1], opcode=10)
        return frame[1]

    def exactly(self, size):
        data = bytearray(size)
        view = memoryview(data)
        while view:
            count = self.socket.recv_into(view)
            if not count:
                raise EOFError
            view = view[count:]
        return bytes(data)
