"""The program as a process: signals, exit codes, addresses, and too few descriptors."""

import os
import pathlib
import resource
import signal
import socket
import subprocess
import tempfile
import time
import unittest

from support import OUTPAINT, PATIENCE, Plain, eventually, outpaint

HEALTH = "/_emulator/health"
HALF = f"GET {HEALTH} HTTP/1.1\r\nhost: test\r\n"


def run(*flags, **options):
    return subprocess.run(
        [OUTPAINT, "serve", *flags], capture_output=True, text=True, timeout=PATIENCE, **options)


class Version(unittest.TestCase):
    def test_it_names_the_commit_of_a_clone(self):
        output = subprocess.run([OUTPAINT, "version"], capture_output=True, text=True, timeout=PATIENCE).stdout
        commit = r" \([0-9a-f]{7,}(-dirty)?\)" if (pathlib.Path(__file__).parents[2] / ".git").exists() else ".*"
        self.assertRegex(output, rf"^outpaint \d+\.\d+\.\d+{commit}\n$")


class Stopping(unittest.TestCase):
    def test_a_signal_ends_it_with_0(self):
        for number in (signal.SIGTERM, signal.SIGINT):
            with self.subTest(number), outpaint() as server, Plain(server.port) as idle:
                self.assertEqual(idle.get(HEALTH)[0], 200)
                server.stop(number)
                self.assertEqual(server.exit_code(), 0)
                self.assertEqual(idle.rest(), b"")

    def test_what_is_in_flight_finishes_and_nobody_new_is_let_in(self):
        with outpaint("--header-timeout", "1h") as server:
            with Plain(server.port) as busy, Plain(server.port) as idle:
                busy.send(HALF)
                self.assertEqual(idle.get(HEALTH)[0], 200)
                server.stop()
                self.assertEqual(idle.rest(), b"")
                self.assertTrue(eventually(lambda: refused(server.port)))
                busy.send("\r\n")
                answer = busy.rest()
                self.assertIn(b"200 OK", answer)
                self.assertIn(b"connection: close", answer)
                self.assertEqual(server.exit_code(), 0)

    def test_it_waits_no_longer_than_it_may(self):
        with outpaint("--header-timeout", "1h", "--shutdown-timeout", "300ms") as server, Plain(server.port) as busy:
            busy.send(HALF)
            self.taken(server)
            start = time.monotonic()
            server.stop()
            self.assertEqual(server.exit_code(), 0)
            self.assertGreaterEqual(time.monotonic() - start, 0.3)
            self.assertIn("ended with requests in flight", server.said())

    def test_a_second_signal_ends_it_at_once(self):
        with outpaint("--header-timeout", "1h", "--shutdown-timeout", "1h") as server, Plain(server.port) as busy:
            busy.send(HALF)
            self.taken(server)
            server.stop()
            self.assertTrue(eventually(lambda: refused(server.port)))
            self.assertIsNone(server.child.poll())
            server.stop()
            self.assertEqual(server.exit_code(), 0)

    def taken(self, server):
        """The half request sent before has reached the server when as many later ones have been answered."""
        for _ in range(4):
            with Plain(server.port) as other:
                self.assertEqual(other.get(HEALTH)[0], 200)


class Memory(unittest.TestCase):
    """What only the kernel knows: pages a process was given."""

    PHOTO = pathlib.Path(__file__).parents[2] / "fixtures/photos/pagoda.jpg"

    def test_the_next_picture_is_made_in_the_memory_of_the_last(self):
        with tempfile.TemporaryDirectory() as folder:
            reference = f"{folder}/reference.png"
            subprocess.run(
                [OUTPAINT, "expand", self.PHOTO, reference, "--width", "1024", "--height", "1024", "--fill", "mirror"],
                check=True, timeout=PATIENCE)
            os.mkdir(f"{folder}/wide")
            few, many = (self.fresh_pages(folder, reference, count) for count in (2, 6))
        # A reference alone fills 768 pages, a canvas 3,072.
        self.assertLess((many - few) / 4, 100)

    def fresh_pages(self, folder, reference, count):
        links = [f"{folder}/{count}-{number}.png" for number in range(count)]
        for link in links:
            os.symlink(reference, link)
        child = subprocess.Popen(
            [OUTPAINT, "expand", *links, f"{folder}/wide", "--width", "2048", "--height", "2048", "--fill", "edge",
             "--threads", "1"])
        _, status, usage = os.wait4(child.pid, 0)
        child.returncode = os.waitstatus_to_exitcode(status)
        self.assertEqual(child.returncode, 0)
        return usage.ru_minflt


def refused(port):
    try:
        socket.create_connection(("127.0.0.1", port), 1).close()
        return False
    except ConnectionRefusedError:
        return True
    except OSError:
        return False


class Addresses(unittest.TestCase):
    def test_ipv6(self):
        with outpaint(address=("--listen", "[::1]:0")) as server:
            port = int(server.line.split("[::1]:")[1].split()[0])
            with Plain(port, host="::1") as client:
                self.assertEqual(client.get(HEALTH)[0], 200)

    def test_a_unix_socket_comes_and_goes(self):
        with tempfile.TemporaryDirectory() as folder:
            path = os.path.join(folder, "socket")
            with outpaint(address=("--listen", f"unix:{path}")) as server:
                with Plain(path=path) as client:
                    self.assertEqual(client.get(HEALTH)[0], 200)
                server.stop()
                self.assertEqual(server.exit_code(), 0)
            self.assertFalse(os.path.exists(path))

    def test_one_that_cannot_be_had_is_said_in_one_line(self):
        with outpaint() as server:
            cases = {
                "taken": ["--port", str(server.port)],
                "not local": ["--listen", "192.0.2.1:0"],
                "no folder": ["--listen", "unix:/nowhere/socket"],
            }
            for name, flags in cases.items():
                with self.subTest(name):
                    self.cannot_start(run(*flags))
            # Still there.
            with Plain(server.port) as client:
                self.assertEqual(client.get(HEALTH)[0], 200)

    def test_a_port_without_permission_is_said_in_one_line(self):
        with open("/proc/sys/net/ipv4/ip_unprivileged_port_start") as file:
            if int(file.read()) <= 80:
                self.skipTest("anybody may listen on port 80 here")
        nobody = {"user": "nobody"} if os.geteuid() == 0 else {}
        with tempfile.TemporaryDirectory() as folder:
            # Where the program stands may be closed to others.
            os.chmod(folder, 0o755)
            copy = os.path.join(folder, "outpaint")
            subprocess.run(["cp", OUTPAINT, copy], check=True)
            self.cannot_start(
                subprocess.run([copy, "serve", "--port", "80"], capture_output=True, text=True, timeout=PATIENCE,
                               cwd="/", **nobody))

    def cannot_start(self, outcome):
        self.assertEqual(outcome.returncode, 1)
        self.assertEqual(outcome.stdout, "")
        self.assertEqual(len(outcome.stderr.splitlines()), 1, outcome.stderr)
        self.assertIn("cannot listen on", outcome.stderr)

    def test_a_bad_setting_is_named(self):
        for flags, name in ((["--port", "x"], "--port"), (["--max-body", "-1"], "--max-body"), (["--prot", "1"], "--prot"),
                            (["--spool-folder", "/nowhere"], "--spool-folder"),
                            (["--public-url", "http://a?b"], "--public-url")):
            with self.subTest(name):
                outcome = run(*flags)
                self.assertEqual(outcome.returncode, 2)
                self.assertEqual(outcome.stdout, "")
                self.assertIn(name, outcome.stderr)


class Descriptors(unittest.TestCase):
    def test_with_too_few_it_neither_spins_nor_crashes_and_recovers(self):
        with outpaint("--idle-timeout", "1h", "--header-timeout", "1h",
                      limits={resource.RLIMIT_NOFILE: (64, 64)}) as server:
            before = server.descriptors()
            # The kernel connects them all; the program can take a part.
            clients = [Plain(server.port) for _ in range(150)]
            self.assertTrue(eventually(lambda: server.descriptors() >= 60))
            spent = server.cpu_seconds()
            time.sleep(1)
            self.assertLess(server.cpu_seconds() - spent, 0.2, "it spins")
            self.assertIsNone(server.child.poll())
            served = 0
            for client in clients:
                try:
                    served += client.get(HEALTH)[0] == 200
                except (OSError, EOFError):
                    pass
            self.assertGreater(served, 30)
            for client in clients:
                client.close()
            self.assertTrue(eventually(lambda: server.descriptors() == before), (server.descriptors(), before))
            with Plain(server.port) as client:
                self.assertEqual(client.get(HEALTH)[0], 200)

    def test_clients_of_every_kind_leave_none_behind(self):
        with outpaint() as server:
            before = server.descriptors()
            for index in range(300):
                with Plain(server.port) as client:
                    if index % 3 == 0:
                        client.get(HEALTH)
                    elif index % 3 == 1:
                        client.send(HALF)
                    else:
                        client.send("nonsense\r\n\r\n")
                        client.rest()
            self.assertTrue(eventually(lambda: server.descriptors() == before))


class Log(unittest.TestCase):
    def test_the_access_log_has_a_line_for_each_request(self):
        with outpaint("--access-log", "text") as server:
            with Plain(server.port) as client:
                client.get(HEALTH)
                client.get("/nowhere")
                client.send("nonsense\r\n\r\n")
                client.rest()
            server.stop()
            lines = server.child.stdout.read().splitlines()
            self.assertEqual(len(lines), 3, lines)
            for line, status in zip(lines, ("200", "404", "400")):
                self.assertIn(status, line)


if __name__ == "__main__":
    unittest.main()
