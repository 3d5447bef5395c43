"""Steering on live sockets: what faults look like on the wire, and that what a key sees depends on that key alone."""

import base64
import collections
import json
import pathlib
import random
import socket
import struct
import subprocess
import tempfile
import threading
import unittest
import uuid
import zlib

from support import OUTPAINT, PATIENCE, Plain, Talk, outpaint

SUBMIT = "/v1/flux-tools/outpainting-v1"


def chunk(kind, data):
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def png(width=64, height=64, text=None):
    rows = b"".join(b"\0" + bytes((3 * x + 5 * y) % 256 for x in range(width) for _ in range(3)) for y in range(height))
    steering = chunk(b"tEXt", b"emulator\0" + text.encode()) if text else b""
    head = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + head + steering + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")


Answer = collections.namedtuple("Answer", "status fields body")


class Caller:
    """A client with a key, one connection a request."""

    def __init__(self, port, key):
        self.port, self.key = port, key

    def start(self, method, path, body=None, fields=""):
        data = b"" if body is None else body if isinstance(body, bytes) else json.dumps(body).encode()
        connection = Plain(self.port)
        connection.send(
            f"{method} {path} HTTP/1.1\r\nhost: 127.0.0.1:{self.port}\r\nconnection: close\r\n{fields}"
            f"content-type: application/json\r\ncontent-length: {len(data)}\r\n\r\n".encode() + data)
        return connection

    def call(self, *arguments, **options):
        with self.start(*arguments, **options) as connection:
            head, _, body = connection.rest().partition(b"\r\n\r\n")
        lines = head.decode().split("\r\n")
        fields = dict(line.split(": ", 1) for line in lines[1:])
        return Answer(int(lines[0].split()[1]), fields, body)

    def submit(self, width=96, text=None, fields="", key_text=""):
        body = {"input_image": base64.b64encode(png(text=text)).decode(), "width": width, "height": 80}
        return self.call("POST", SUBMIT, body, fields=f"x-key: {self.key}{key_text}\r\n{fields}")

    def accepted(self, **options):
        return json.loads(self.submit(**options).body)["id"]

    def poll(self, task):
        return self.call("GET", f"/v1/get_result?id={task}", fields=f"x-key: {self.key}\r\n")

    def link(self):
        answer = json.loads(self.poll(self.accepted(key_text=";life=ready")).body)
        return "/delivery/" + answer["result"]["sample"].split("/delivery/")[1]

    def rule(self, **rule):
        answer = self.call("POST", f"/_emulator/rules?key={self.key}", rule)
        assert answer.status == 201, answer
        return json.loads(answer.body)["id"]

    def clock(self, what="advance", **body):
        path = "/_emulator/clock" + ("/advance" if what == "advance" else "")
        answer = self.call("POST" if what == "advance" else "PUT", f"{path}?key={self.key}", body)
        assert answer.status == 200, answer
        return json.loads(answer.body)


class OnTheWire(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.server = outpaint("--fill", "edge").__enter__()
        cls.addClassCleanup(cls.server.__exit__)

    def setUp(self):
        self.caller = Caller(self.server.port, f"key-{uuid.uuid4()}")

    def faulty(self, path, **fault):
        self.caller.rule(on="download" if "delivery" in path else "poll", fault=fault)
        return self.caller.start("GET", path, fields=f"x-key: {self.caller.key}\r\n")

    def test_a_reset_is_a_reset(self):
        link = self.caller.link()
        for fault, least in ((True, 0), (100, 100)):
            with self.faulty(link, reset=fault) as connection:
                received = b""
                with self.assertRaises(ConnectionResetError):
                    while piece := connection.socket.recv(65536):
                        received += piece
                self.assertEqual(len(received.partition(b"\r\n\r\n")[2]), least)

    def test_a_cut_leaves_fewer_bytes_than_promised(self):
        link = self.caller.link()
        whole = self.caller.call("GET", link)
        for fault in (0.5, 10, "10B"):
            with self.faulty(link, cut=fault) as connection:
                head, _, body = connection.rest().partition(b"\r\n\r\n")
            self.assertIn(f"content-length: {len(whole.body)}".encode(), head)
            self.assertEqual(body, whole.body[:len(whole.body) // 2 if fault == 0.5 else 10])

    def test_a_length_that_is_not_the_truth(self):
        link = self.caller.link()
        whole = self.caller.call("GET", link).body
        with self.faulty(link, length=True) as connection:
            head, _, body = connection.rest().partition(b"\r\n\r\n")
        self.assertIn(f"content-length: {len(whole) + 1000}".encode(), head)
        self.assertEqual(body, whole)

    def test_what_comes_in_pieces_is_whole_in_the_end(self):
        link = self.caller.link()
        whole = self.caller.call("GET", link).body
        for fault in ({"rate": "4KiB"}, {"dribble": 100, "rate": "8KiB"}):
            with self.faulty(link, **fault) as connection:
                self.assertEqual(connection.rest().partition(b"\r\n\r\n")[2], whole)

    def test_a_hung_answer_never_comes(self):
        with self.faulty(f"/v1/get_result?id={self.caller.accepted()}", hang=True) as connection:
            connection.socket.settimeout(0.3)
            with self.assertRaises(TimeoutError):
                connection.socket.recv(1)

    def test_a_delay_passes_in_the_time_of_its_key(self):
        task = self.caller.accepted()
        self.caller.clock("set", frozen=True)
        with self.faulty(f"/v1/get_result?id={task}", delay="1h") as connection:
            connection.socket.settimeout(0.3)
            with self.assertRaises(TimeoutError):
                connection.socket.recv(1)
            Caller(self.server.port, "another").clock(by="2h")
            self.caller.clock(by="59m")
            with self.assertRaises(TimeoutError):
                connection.socket.recv(1)
            connection.socket.settimeout(PATIENCE)
            happened = self.caller.clock(by="1m")["happened"]
            self.assertIn("delay over", [event["what"] for event in happened])
            self.assertIn(b"Pending", connection.rest())

    def test_bodies_that_are_something_else(self):
        task = self.caller.accepted(key_text=";life=pending")
        for fault, status, check in (
                ("empty", 200, lambda body: body == b""), ("html", 502, lambda body: body.startswith(b"<html>")),
                ("json", 200, lambda body: b"Pend" in body and not body.endswith(b"}"))):
            self.caller.rule(on="poll", fault=fault)
            answer = self.caller.poll(task)
            self.assertEqual(answer.status, status)
            self.assertTrue(check(answer.body), answer)
            self.assertIn("x-emulator-applied", answer.fields)

    def test_readers_refuse_damaged_pictures(self):
        link = self.caller.link()

        def judge(data):
            with tempfile.TemporaryDirectory() as folder:
                pathlib.Path(folder, "picture.png").write_bytes(data)
                run = subprocess.run(["pngfix", "picture.png"], cwd=folder, capture_output=True, text=True)
                return run.returncode, run.stdout

        code, said = judge(self.caller.call("GET", link).body)
        self.assertEqual(code, 0, said)
        for damage in ("crc", "truncated", "size"):
            self.caller.rule(on="download", fault={"image": damage})
            answer = self.caller.call("GET", link)
            self.assertEqual((answer.status, answer.fields["content-type"]), (200, "image/png"))
            self.assertNotEqual(judge(answer.body)[0], 0, damage)
        self.caller.rule(on="download", fault={"image": "type"})
        self.assertEqual(self.caller.call("GET", link).fields["content-type"], "application/octet-stream")

    def test_faults_of_messages_over_a_websocket(self):
        caller = self.caller
        for _ in range(2):
            with Talk(self.server.port) as talk:
                talk.say(json.dumps([{"taskType": "authentication", "apiKey": caller.key}]))
                self.assertIn(b"connectionSessionUUID", talk.message())

                def ask(number):
                    talk.say(json.dumps([{"taskType": "getResponse", "taskUUID": str(uuid.UUID(int=number))}]))

                # Messages that never come, one that says half of what it should, and one that is cut short.
                caller.rule(on="poll", fault="hang")
                ask(1)
                caller.rule(on="socket", fault="drop")
                ask(1)
                caller.rule(on="poll", fault="json")
                ask(2)
                with self.assertRaises(json.JSONDecodeError):
                    json.loads(talk.message())
                caller.rule(on="poll", fault={"cut": 0.5})
                ask(3)
                with self.assertRaises(EOFError):
                    talk.message()
            caller.call("POST", f"/_emulator/reset?key={caller.key}")

    def test_runware_is_steered_by_key_and_header(self):
        def task(**more):
            return [{"taskType": "imageInference", "taskUUID": str(uuid.uuid4()), "model": "bfl:flux@outpainting",
                     "inputs": {"image": base64.b64encode(png(128, 128)).decode()}, "outpaint": {"right": 64}, **more}]

        def post(text, header="", **more):
            answer = self.caller.call(
                "POST", "/v1", task(**more), fields=f"authorization: Bearer {self.caller.key}{text}\r\n{header}")
            return answer.status, json.loads(answer.body)

        self.assertEqual(post("")[0], 200)
        status, answer = post(";life=content-moderated(Violence)")
        self.assertEqual((status, answer["errors"][0]["code"]), (200, "contentPolicyViolation"))
        status, answer = post("", "x-emulator: submit=402\r\n")
        self.assertEqual((status, answer["errors"][0]["code"]), (402, "insufficientCredits"))
        status, answer = post(";life=content-moderated", safety={"checkContent": True})
        self.assertIs(answer["data"][0]["NSFWContent"], True)
        status, answer = post(";life=pendin")
        self.assertIn("did you mean 'pending'", answer["errors"][0]["message"])
        with Talk(self.server.port) as talk:
            talk.say(json.dumps([{"taskType": "authentication", "apiKey": self.caller.key + ";life=error(no)"}]))
            talk.message()
            talk.say(json.dumps(task()))
            self.assertIn(b"The task failed: no", talk.message())


class Sameness(unittest.TestCase):
    """Two runs under one seed, whatever the order in which clients come."""

    RULES = [
        {"on": "poll", "chance": 0.3, "answer": {"status": 503, "retry_after": 1}},
        {"on": "submit", "skip": 1, "life": "pending lognormal(8s,0.5), ready"},
        {"on": "submit", "chance": 0.2, "answer": 429},
        {"on": "download", "fault": {"cut": 0.5}},
    ]

    def run_all(self, order):
        with outpaint("--fill", "edge", "--seed", "7") as server:
            admin = Caller(server.port, "admin")
            answer = admin.call("PUT", "/_emulator/rules", self.RULES)
            self.assertEqual(answer.status, 200, answer.body)
            answer = admin.call("PUT", "/_emulator/clock", {"frozen": True})
            sessions = {name: self.session(Caller(server.port, name)) for name in set(order)}
            seen = collections.defaultdict(list)
            for name in order:
                seen[name].append(next(sessions[name]))
            return seen

    def session(self, caller):
        """Yields what a client sees, step by step."""
        def told(answer):
            fields = {name: value for name, value in answer.fields.items()
                      if name not in ("x-request-id", "x-ratelimit-remaining", "x-ratelimit-reset")}
            text = answer.body.replace(f":{caller.port}".encode(), b"").replace(b"127.0.0.1", b"")
            fields["content-length"] = len(text)
            return answer.status, sorted((name, str(value)) for name, value in fields.items() if name != "date"), text

        tasks = []
        for width in (96, 112, 96, 128):
            answer = caller.submit(width=width)
            yield told(answer)
            if answer.status == 200:
                tasks.append(json.loads(answer.body)["id"])
        while True:
            for task in tasks:
                answer = caller.poll(task)
                yield told(answer)
                if b'"Ready"' in answer.body:
                    link = "/delivery/" + json.loads(answer.body)["result"]["sample"].split("/delivery/")[1]
                    with caller.start("GET", link) as connection:
                        yield connection.rest().partition(b"\r\n\r\n")[2]
            caller.clock(by="3s")
            yield "clock"
            if not tasks:
                yield "nothing"

    def test_two_runs_in_different_order_see_the_same(self):
        order = [f"client-{number}" for number in range(8) for _ in range(40)]
        rolls = random.Random(1)
        rolls.shuffle(order)
        first = self.run_all(order)
        rolls.shuffle(order)
        second = self.run_all(order)
        for name in first:
            # The times of the two runs differ by when they began.
            self.assertEqual([self.timeless(step) for step in first[name]], [self.timeless(step) for step in second[name]])
        self.assertGreater(len({str(first[name]) for name in first}), 4)

    @staticmethod
    def timeless(step):
        if not isinstance(step, tuple):
            return step
        status, fields, body = step
        try:
            value = json.loads(body)
        except ValueError:
            return status, body
        if isinstance(value.get("result"), dict):
            value["result"] = {name: part for name, part in value["result"].items()
                               if name not in ("sample", "start_time", "end_time", "duration")}
        fields = [field for field in fields if field[0] != "content-length"]
        return status, fields, value


class Apart(unittest.TestCase):
    def test_a_hundred_keys_with_clocks_and_rules_of_their_own(self):
        with outpaint("--fill", "edge") as server:
            failures = []

            def live(number):
                caller = Caller(server.port, f"key-{number}")
                try:
                    status = 500 + number % 5 if number % 2 else None
                    if status:
                        caller.rule(on="poll", answer=status)
                    caller.clock("set", frozen=True)
                    before = caller.clock(by="0")["now"]
                    task = caller.accepted(key_text=f";life=pending {number + 1}h, ready")
                    if status:
                        assert caller.poll(task).status == status
                    assert b"Pending" in caller.poll(task).body
                    happened = caller.clock(by=f"{number + 1}h")["happened"]
                    assert {event["key"] for event in happened} <= {caller.key}, happened
                    assert b"Ready" in caller.poll(task).body, number
                    now = json.loads(caller.call("GET", f"/_emulator/clock?key={caller.key}").body)
                    assert now["now"] != before and not now["running"]
                    assert list(now["keys"]) == [caller.key]
                except Exception as error:
                    failures.append((number, repr(error)))

            threads = [threading.Thread(target=live, args=(number,)) for number in range(100)]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
            self.assertEqual(failures, [])


class Scenarios(unittest.TestCase):
    def test_a_folder_of_rules_is_loaded_at_the_start(self):
        with tempfile.TemporaryDirectory() as folder:
            pathlib.Path(folder, "1.json").write_text('[{"on": "submit", "answer": 402}]')
            pathlib.Path(folder, "2.json").write_text('{"on": "submit", "answer": 403}')
            pathlib.Path(folder, "notes.txt").write_text("no rules")
            with outpaint("--fill", "edge", "--scenario", folder) as server:
                caller = Caller(server.port, "key")
                self.assertEqual([caller.submit().status for _ in range(3)], [402, 403, 200])
                caller.call("POST", "/_emulator/reset")
                self.assertEqual(caller.submit().status, 402)

    def test_a_mistake_in_one_stops_the_start_with_its_place(self):
        with tempfile.TemporaryDirectory() as folder:
            path = pathlib.Path(folder, "a.json")
            for text, said in (('[\n {"on": "poll", "answr": 503}]', ":2:17: /0/answr: "), ("[", ":1:2: no JSON"),
                               ("", ":1:1: no JSON")):
                path.write_text(text)
                run = subprocess.run(
                    [OUTPAINT, "serve", "--port", "0", "--scenario", path], capture_output=True, text=True)
                self.assertEqual(run.returncode, 2)
                self.assertIn(f"{path}{said}", run.stderr)


class Guarded(unittest.TestCase):
    def test_a_network_needs_the_token(self):
        with outpaint("--host", "0.0.0.0", "--admin-token", "s3cret") as server:
            server.port_text = server.line.split("0.0.0.0:")[1].split()[0]
            caller = Caller(int(server.port_text), "key")

            def get(fields="", path="/_emulator/rules"):
                return caller.call("GET", path, fields=fields).status

            self.assertEqual(get(), 401)
            self.assertEqual(get("authorization: Bearer wrong\r\n"), 403)
            self.assertEqual(get("authorization: Bearer s3cret\r\n"), 200)
            self.assertEqual(get(path="/_emulator/health"), 200)

    def test_without_a_token_one_is_made_up_and_printed(self):
        with outpaint("--host", "0.0.0.0") as server:
            caller = Caller(int(server.line.split("0.0.0.0:")[1].split()[0]), "key")
            token = server.said().split("token: ")[1].split()[0]
            self.assertEqual(caller.call("GET", "/_emulator/rules").status, 401)
            fields = f"authorization: Bearer {token}\r\n"
            self.assertEqual(caller.call("GET", "/_emulator/rules", fields=fields).status, 200)

    def test_pages_and_foreign_names_are_refused(self):
        with outpaint() as server:
            def get(host, fields=""):
                with Plain(server.port) as connection:
                    connection.send(f"GET /_emulator/rules HTTP/1.1\r\nhost: {host}\r\n{fields}\r\n")
                    return connection.reply()[0]

            for host in ("127.0.0.1", f"127.0.0.1:{server.port}", "localhost", "outpaint:4880", "[::1]:80", "a.localhost"):
                self.assertEqual(get(host), 200, host)
            for host in ("evil.example", "127.0.0.1.evil.example", "1.2.3", "localhost.evil.example:80"):
                self.assertEqual(get(host), 403, host)
            self.assertEqual(get("localhost:1", "origin: http://localhost:1\r\n"), 200)
            for fields in ("origin: http://evil.example\r\n", "origin: null\r\n", "sec-fetch-site: cross-site\r\n",
                           "origin: http://localhost:2\r\n"):
                self.assertEqual(get("localhost:1", fields), 403, fields)


if __name__ == "__main__":
    unittest.main()
