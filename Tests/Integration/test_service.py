"""BFL's service as the program serves it: the recorded cases, and a picture from submit to download."""

import base64
import contextlib
import hashlib
import http.server
import json
import pathlib
import re
import threading
import unittest
import urllib.error
import urllib.request

from support import PATIENCE, Plain, eventually, outpaint

FIXTURES = pathlib.Path(__file__).parents[2] / "fixtures"
PICTURE = FIXTURES / "images/png-rgb-8.png"
PATH = "/v1/flux-tools/outpainting-v1"
COMPARED = ("content-type", "allow", "location", "www-authenticate")


def decoded(entry, key):
    """Bytes in base64 under a key, or as pieces of it and how often each comes."""
    if f"{key}_rule" in entry:
        return b"".join(base64.b64decode(piece) * count for piece, count in entry[f"{key}_rule"])
    return None if entry.get(key) is None else base64.b64decode(entry[key])


def request(case):
    head = f"{case['method']} {case['target']} HTTP/1.1\r\nhost: test\r\nconnection: close\r\n"
    head += "".join(f"{name}: {value}\r\n" for name, value in case["headers"])
    body = decoded(case, "body")
    if case["chunked"]:
        chunk = b"%x\r\n%s\r\n" % (len(body), body) if body else b""
        return head.encode("latin-1") + b"transfer-encoding: chunked\r\n\r\n" + chunk + b"0\r\n\r\n"
    if body is not None:
        head += f"content-length: {len(body)}\r\n"
    return head.encode("latin-1") + b"\r\n" + (body or b"")


def answer(data):
    """Status, fields and body of the last of some answers: a 100 may stand before it."""
    head, _, body = data.partition(b"\r\n\r\n")
    if head.startswith(b"HTTP/1.1 100"):
        return answer(body)
    lines = head.decode("latin-1").split("\r\n")
    fields = dict(line.split(": ", 1) for line in lines[1:])
    return int(lines[0].split()[1]), {name: fields[name] for name in COMPARED if name in fields}, body


def is_right(case, status, fields, body):
    expected = case["expected"]
    match case["outcome"]:
        case "refused":
            headers = {name: value.replace("{base}", "http://test") for name, value in expected["headers"].items()}
            return (status, fields, body) == (expected["status"], headers, decoded(expected, "body") or b"")
        case "server-error":
            return status == 422
    return status == 200 or status == 404 and b'"Task not found"' in body or status == 422 and b'"value_error"' in body


class Recorded(unittest.TestCase):
    def test_every_case_is_answered_as_recorded(self):
        lines = (FIXTURES / "contract/cases.jsonl").read_text(encoding="utf-8").splitlines()[1:]
        self.assertEqual(len(lines), 1450)
        with outpaint("--api-key", "test-key") as server:
            for case in map(json.loads, lines):
                with Plain(server.port) as client:
                    client.send(request(case))
                    found = answer(client.rest())
                    self.assertTrue(is_right(case, *found), f"{case['name']}: {str(found)[:400]}")


class Hook(http.server.BaseHTTPRequestHandler):
    """Hears webhooks."""

    def do_POST(self):
        body = self.rfile.read(int(self.headers["content-length"]))
        self.server.heard.append((self.headers["x-webhook-secret"], json.loads(body)))
        self.send_response(204)
        self.end_headers()

    def log_message(self, *_):
        pass


class Service(unittest.TestCase):
    def ask(self, url, body=None):
        data = None if body is None else json.dumps(body).encode()
        fields = {"x-key": "s3cret-key", "content-type": "application/json"}
        with urllib.request.urlopen(urllib.request.Request(url, data, fields), timeout=PATIENCE) as reply:
            return reply.headers, reply.read()

    def submit(self, base, width=96, height=64):
        picture = base64.b64encode(PICTURE.read_bytes()).decode()
        return json.loads(self.ask(base + PATH, {"input_image": picture, "width": width, "height": height})[1])

    def ready(self, url):
        def is_over():
            self.last = json.loads(self.ask(url)[1])
            return self.last["status"] != "Pending"

        self.assertTrue(eventually(is_over))
        self.assertEqual(self.last["status"], "Ready")
        return self.last["result"]["sample"]

    def test_a_picture_from_submit_to_download_and_no_secret_in_any_log(self):
        flags = ("--api-key", "s3cret-key", "--access-log", "text", "--log-level", "debug", "--spool-memory", "0")
        with outpaint(*flags) as server:
            task = self.submit(f"http://127.0.0.1:{server.port}")
            sample = self.ready(task["polling_url"])
            headers, picture = self.ask(sample)
            self.assertEqual(headers["content-type"], "image/png")
            self.assertEqual(headers["content-md5"], base64.b64encode(hashlib.md5(picture).digest()).decode())
            self.assertTrue(picture.startswith(b"\x89PNG"))
            with self.assertRaises(urllib.error.HTTPError) as refused:
                self.ask(sample.replace("sample.png", "sample.jpeg"))
            with refused.exception as error:
                self.assertEqual(error.code, 403)
                self.assertIn(b"<Code>AuthenticationFailed</Code>", error.read())
            server.stop()
            self.assertEqual(server.exit_code(), 0)
            written = server.child.stdout.read() + server.said()
            self.assertIn("sig=***", written)
            self.assertNotIn("s3cret", written)
            self.assertNotIn(sample.split("sig=")[1], written)

    def test_the_same_seed_gives_the_same_ids_and_links(self):
        links = []
        for _ in range(2):
            with outpaint("--seed", "7") as server:
                base = f"http://127.0.0.1:{server.port}"
                task = self.submit(base)
                self.ready(task["polling_url"])
                links.append((task["id"], self.last["result"]["seed"], self.last["result"]["sample"][:80].replace(base, "")))
        self.assertEqual(links[0], links[1])

    @contextlib.contextmanager
    def receiver(self):
        with http.server.HTTPServer(("127.0.0.1", 0), Hook) as receiver:
            receiver.heard = []
            thread = threading.Thread(target=receiver.serve_forever)
            thread.start()
            try:
                yield receiver, f"http://127.0.0.1:{receiver.server_port}/hook/"
            finally:
                receiver.shutdown()
                thread.join()

    def test_a_webhook(self):
        with self.receiver() as (receiver, url):
            with outpaint("--bfl-webhook-url", url, "--bfl-webhook-secret", "s3cret") as server:
                base = f"http://127.0.0.1:{server.port}"
                task = self.submit(base)
                self.assertEqual((task["status"], task["webhook_url"]), ("Pending", url))
                self.assertTrue(eventually(lambda: receiver.heard))
                secret, event = receiver.heard[0]
                self.assertEqual((secret, event["id"], event["status"]), ("s3cret", task["id"], "Ready"))
                sample = event["result"]["sample"]
                self.assertTrue(sample.startswith(base + "/"))
                self.assertTrue(self.ask(sample)[1].startswith(b"\x89PNG"))

    def test_a_stop_waits_for_what_goes_to_a_webhook(self):
        with self.receiver() as (receiver, url), outpaint("--bfl-webhook-url", url) as server:
            for width in (512, 528):
                self.submit(f"http://127.0.0.1:{server.port}", width)
            server.stop()
            self.assertEqual(server.exit_code(), 0)
            self.assertEqual([event["status"] for _, event in receiver.heard], ["Ready", "Ready"])
            self.assertNotIn("ended with", server.said())

    def test_what_a_stop_drops_is_counted(self):
        with self.receiver() as (receiver, url):
            with outpaint("--bfl-webhook-url", url, "--shutdown-timeout", "0", "--workers", "1") as server:
                for width in (1536, 1552, 1568):
                    self.submit(f"http://127.0.0.1:{server.port}", width, 1536)
                server.stop()
                self.assertEqual(server.exit_code(), 0)
                line = re.search(
                    r"warn ended with work undone tasks_waiting=(\d) tasks_running=(\d) unsent=(\d)", server.said())
                self.assertEqual((int(line[1]) + int(line[2]), line[3]), (3, "3"))
                self.assertEqual(receiver.heard, [])

    def test_a_webhook_that_is_given_up_is_a_line_without_secrets(self):
        with outpaint("--bfl-webhook-url", "http://127.0.0.1:1/hook?token=s3cret", "--outbound-private", "refuse") as server:
            task = self.submit(f"http://127.0.0.1:{server.port}")
            self.assertTrue(eventually(lambda: "webhook given up" in server.said()))
            self.assertIn(f"warn webhook given up task={task['id']} host=127.0.0.1:1 tries=1 ", server.said())
            self.assertNotIn("s3cret", server.said())


if __name__ == "__main__":
    unittest.main()
