"""Runware's service in numbers: callers that wait, and results that are large."""

import base64
import json
import random
import resource
import struct
import sys
import unittest
import uuid
import zlib

from support import PATIENCE, Plain, Talk, eventually, outpaint

MIB = 1 << 20
SOCKETS = 5_000
KEY = '[{"taskType":"authentication","apiKey":"test-key"}]'
PING = '[{"taskType":"ping","ping":true}]'
PONG = b'{"data":[{"taskType":"ping","pong":true}]}'


def authenticated(port):
    caller = Talk(port)
    caller.say(KEY)
    assert b"connectionSessionUUID" in caller.hear()[1]
    return caller


class Sockets(unittest.TestCase):
    def test_five_thousand_callers_wait_while_others_are_served(self):
        soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
        # Some for the interpreter, the loops, and those that are served meanwhile.
        count = min(SOCKETS, hard - 200)
        if count < SOCKETS:
            print(f"runware: only {count} sockets, since no more than {hard} files may be open", file=sys.stderr)
        resource.setrlimit(resource.RLIMIT_NOFILE, (count + 200, hard))
        self.addCleanup(resource.setrlimit, resource.RLIMIT_NOFILE, (soft, hard))
        with outpaint(limits={resource.RLIMIT_NOFILE: (count + 200, hard)}) as server:
            authenticated(server.port).close()
            before = server.resident_bytes()
            callers = [authenticated(server.port) for _ in range(count)]
            grown = server.resident_bytes() - before
            for caller in callers[:: count // 20]:
                caller.say(PING)
                self.assertEqual(caller.hear(), (1, PONG))
            with Plain(server.port) as other:
                self.assertEqual(other.get("/_emulator/health")[0], 200)
            # 60 MB is what was asked for 5,000 of them.
            self.assertLess(grown, count * 60_000_000 // SOCKETS)
            for caller in callers:
                caller.close()
            self.assertTrue(eventually(lambda: server.descriptors() < 50))


    def test_silence_ends_a_socket_with_the_code_that_is_set(self):
        with outpaint("--websocket-idle-timeout", "100ms", "--assume", "websocket-idle-code=4000") as server:
            with Talk(server.port) as caller:
                opcode, payload = caller.hear()
            self.assertEqual((opcode, payload[:2]), (8, struct.pack(">H", 4000)))


def noise(width, height):
    """A PNG that nothing makes smaller, with transparency so that its pixels have four bytes."""
    random_bytes = random.Random(1).randbytes
    rows = b"".join(b"\0" + random_bytes(4 * width) for _ in range(height))

    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", width, height, 8, 6, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(rows, 0)) + chunk(b"IEND", b"")


class Large(unittest.TestCase):
    """Results of 20 MB in base64. They are made before; the memory is that of answering."""

    @classmethod
    def setUpClass(cls):
        cls.server = cls.enterClassContext(outpaint("--fill", "edge"))
        cls.image = cls.post({"taskType": "mediaStorage", "operation": "upload",
                              "media": base64.b64encode(noise(1900, 2000)).decode()})[0]["mediaUUID"]
        cls.post(cls.task("URL"))

    @classmethod
    def task(cls, kind):
        return {"taskType": "imageInference", "model": "bfl:flux@outpainting", "inputs": {"image": cls.image},
                "outpaint": {"right": 64}, "outputFormat": "PNG", "outputType": kind, "numberResults": 5}

    @classmethod
    def post(cls, task):
        body = json.dumps([{"taskUUID": str(uuid.uuid4()), **task}])
        with Plain(cls.server.port) as caller:
            caller.socket.settimeout(10 * PATIENCE)
            caller.send(f"POST /v1 HTTP/1.1\r\nhost: test\r\nauthorization: Bearer test-key\r\n"
                        f"content-length: {len(body)}\r\nconnection: close\r\n\r\n{body}")
            head, _, answer = caller.rest().partition(b"\r\n\r\n")
        assert b" 200 " in head, answer[:1000]
        return json.loads(answer)["data"]

    def setUp(self):
        # What making them took is given back in a quiet moment.
        self.assertTrue(eventually(lambda: self.server.resident_bytes() < 20 * MIB), self.server.resident_bytes())
        self.server.forget_most_resident()
        self.before = self.server.resident_bytes()

    def check(self, items):
        pictures = [base64.b64decode(item["imageBase64Data"], validate=True) for item in items]
        self.assertEqual([picture[:8] for picture in pictures], [b"\x89PNG\r\n\x1a\n"] * 5)
        self.assertGreater(min(len(item["imageBase64Data"]) for item in items), 20_000_000)
        self.assertLess(self.server.most_resident_bytes() - self.before, 8 * MIB)

    def test_a_socket_is_sent_them_without_a_copy(self):
        with authenticated(self.server.port) as caller:
            caller.say(json.dumps([{"taskUUID": str(uuid.uuid4()), **self.task("base64Data")}]))
            self.check([json.loads(caller.message())["data"][0] for _ in range(5)])

    def test_an_answer_by_REST_takes_no_more_for_many(self):
        self.check(self.post(self.task("base64Data")))


if __name__ == "__main__":
    unittest.main()
