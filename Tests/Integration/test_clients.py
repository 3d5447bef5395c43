"""Real clients against the server: curl, Python's http.client and websockets, wrk."""

import asyncio
import http.client
import os
import pathlib
import re
import shutil
import subprocess
import tempfile
import unittest

import websockets

from support import PATIENCE, test_server

BLOB = bytes(index & 255 for index in range(1_000_000))


def curl(*arguments, data=None):
    outcome = subprocess.run(["curl", "-sS", *arguments], input=data, capture_output=True, timeout=PATIENCE)
    return outcome.stdout, outcome.stderr.decode(errors="replace"), outcome.returncode


class Curl(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.server = test_server("body=4000000").__enter__()
        cls.addClassCleanup(cls.server.__exit__)
        cls.base = f"http://127.0.0.1:{cls.server.port}"

    def test_a_connection_is_used_again(self):
        output, errors, code = curl("-v", *[f"{self.base}/late/{n}" for n in range(5)])
        self.assertEqual((output, code), (b"01234", 0))
        self.assertEqual(errors.count("Re-using existing connection"), 4, errors)

    def test_http_1_0(self):
        output, errors, _ = curl("-v", "--http1.0", f"{self.base}/quick")
        self.assertEqual(output, b"quick")
        self.assertIn("connection: close", errors)

    def test_head(self):
        output, _, code = curl("-I", f"{self.base}/quick")
        self.assertEqual(code, 0)
        self.assertIn(b"content-length: 5", output)

    def test_a_download(self):
        self.assertEqual(curl(f"{self.base}/blob")[0], BLOB)

    def test_parts_of_a_file(self):
        url = f"{self.base}/file"
        self.assertEqual(curl(url)[0], BLOB)
        for part, expected in [("0-0", BLOB[:1]), ("500000-", BLOB[500000:]), ("-3", BLOB[-3:]), ("0-1,5-6", BLOB)]:
            self.assertEqual(curl("-r", part, url)[0], expected, part)
        self.assertEqual(curl("-o", "/dev/null", "-w", "%{http_code}", "-r", "1000000-", url)[0], b"416")

    def test_a_download_is_taken_up_again(self):
        with tempfile.TemporaryDirectory() as folder:
            path = pathlib.Path(folder, "file")
            path.write_bytes(BLOB[:300_001])
            self.assertEqual(curl("-C", "-", "-o", str(path), f"{self.base}/file")[2], 0)
            self.assertEqual(path.read_bytes(), BLOB)

    def test_what_is_known_is_not_sent_again(self):
        with tempfile.TemporaryDirectory() as folder:
            tag = os.path.join(folder, "tag")
            ask = ["-w", "%{http_code}", "-o", "/dev/null", f"{self.base}/file"]
            self.assertEqual(curl("--etag-save", tag, *ask)[0], b"200")
            self.assertEqual(curl("--etag-compare", tag, *ask)[0], b"304")
            self.assertEqual(curl("-z", "Sun, 06 Nov 1994 08:49:37 GMT", *ask)[0], b"304")
            self.assertEqual(curl("-z", "Sun, 06 Nov 1994 08:49:36 GMT", *ask)[0], b"200")

    def test_an_upload_of_known_length_waits_for_100(self):
        output, errors, _ = curl("-v", "-H", "Expect: 100-continue", "--data-binary", "@-", f"{self.base}/echo", data=BLOB)
        self.assertEqual(output, BLOB)
        self.assertIn("100 Continue", errors)

    def test_a_chunked_upload(self):
        output, errors, _ = curl("-v", "-T", "-", f"{self.base}/echo", data=BLOB)
        self.assertEqual(output, b"1000000")
        self.assertIn("Transfer-Encoding: chunked", errors)

    def test_an_upload_too_large_is_answered(self):
        for expect in ("Expect: 100-continue", "Expect:"):
            for arguments in (["--data-binary", "@-"], ["-X", "POST", "-T", "-"]):
                with self.subTest(expect, arguments=arguments):
                    output, errors, code = curl(
                        "-w", "%{http_code}", "-H", expect, *arguments, f"{self.base}/echo", data=bytes(10_000_000))
                    self.assertEqual((output[-3:], code), (b"413", 0), errors)

    def test_ipv6_and_a_unix_socket(self):
        with test_server(address="[::1]:0") as server:
            self.assertEqual(curl(f"http://{server.line.split()[1]}/quick")[0], b"quick")
        with tempfile.TemporaryDirectory() as folder:
            path = os.path.join(folder, "socket")
            with test_server(address=f"unix:{path}"):
                self.assertEqual(curl("--unix-socket", path, "http://any/quick")[0], b"quick")


class HTTPClient(unittest.TestCase):
    def test_a_kept_connection(self):
        with test_server() as server:
            connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=PATIENCE)
            connection.connect()
            first = connection.sock
            for body in (b"", b"x", BLOB):
                connection.request("POST", "/echo", body)
                self.assertEqual(connection.getresponse().read(), body)
            connection.request("POST", "/echo", iter([b"in ", b"pieces"]), encode_chunked=True)
            self.assertEqual(connection.getresponse().read(), b"in pieces")
            connection.request("GET", "/none")
            answer = connection.getresponse()
            self.assertEqual((answer.status, answer.reason), (404, "Not Found"))
            answer.read()
            connection.request("HEAD", "/quick")
            self.assertEqual(connection.getresponse().read(), b"")
            connection.request("GET", "/quick")
            self.assertEqual(connection.getresponse().read(), b"quick")
            self.assertIs(connection.sock, first)
            connection.close()


class WebSockets(unittest.IsolatedAsyncioTestCase):
    async def asyncSetUp(self):
        # The test's loop would complain about the time that megabytes take.
        asyncio.get_running_loop().slow_callback_duration = PATIENCE

    async def test_a_conversation(self):
        with test_server() as server:
            async with websockets.connect(f"ws://127.0.0.1:{server.port}/socket", max_size=None) as socket:
                # It offers to compress, which is declined.
                self.assertIn("permessage-deflate", socket.request_headers["Sec-WebSocket-Extensions"])
                self.assertEqual(socket.extensions, [])
                for message in ("text ü", b"bytes", "", BLOB * 20):
                    await socket.send(message)
                    self.assertEqual(await socket.recv(), message)
                await socket.send(["in ", "three ", "frames"])
                self.assertEqual(await socket.recv(), "in three frames")
                await asyncio.wait_for(await socket.ping(), PATIENCE)
            self.assertEqual(socket.close_code, 1000)

    async def test_the_server_says_goodbye(self):
        with test_server() as server:
            async with websockets.connect(f"ws://127.0.0.1:{server.port}/socket") as socket:
                server.stop()
                with self.assertRaises(websockets.ConnectionClosed):
                    await asyncio.wait_for(socket.recv(), PATIENCE)
                self.assertEqual(socket.close_code, 1001)
            self.assertEqual(server.exit_code(), 0)

    async def test_many_at_once(self):
        with test_server() as server:
            async def talk(number):
                async with websockets.connect(f"ws://127.0.0.1:{server.port}/socket") as socket:
                    for turn in range(20):
                        await socket.send(f"{number} {turn}")
                        self.assertEqual(await socket.recv(), f"{number} {turn}")

            await asyncio.gather(*[talk(number) for number in range(50)])


@unittest.skipUnless(shutil.which("wrk"), "wrk is not here")
class Wrk(unittest.TestCase):
    def test_load_brings_no_errors(self):
        with test_server() as server:
            for path in ("/quick", "/late/x", "/blob"):
                with self.subTest(path):
                    output = subprocess.run(
                        ["wrk", "-t1", "-c64", "-d1s", f"http://127.0.0.1:{server.port}{path}"],
                        capture_output=True, text=True, timeout=PATIENCE).stdout
                    self.assertNotIn("Non-2xx", output)
                    self.assertNotIn("Socket errors", output)
                    self.assertGreater(int(re.search(r"(\d+) requests in", output)[1]), 0, output)


if __name__ == "__main__":
    unittest.main()
