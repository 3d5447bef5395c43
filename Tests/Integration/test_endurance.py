"""Many clients for a while, some of which go in the middle: no wrong answer, no task lost, nothing left behind."""

import asyncio
import base64
import hashlib
import json
import random
import re
import socket
import struct
import time
import unittest
import uuid

from support import FIXTURES, PATIENCE, Plain, eventually, outpaint

VISITORS = 64
SUBMITS = 1_000
POLLS = 100_000
CREDITS, PRICE = 1_000_000, 10
# A task is forgotten so soon that most are gone before the end, and so late that no visitor misses its own.
KEPT = 8

IMAGE = base64.b64encode((FIXTURES / "images/png-rgb-8.png").read_bytes()).decode()
LENGTH = re.compile(rb"\r\ncontent-length: (\d+)\r\n")
SUM = re.compile(rb"\r\ncontent-md5: (\S+)\r\n")
# Close at once, with a reset, whatever is on its way.
RESET = struct.pack("ii", 1, 0)


class Task:
    def __init__(self, id, size):
        self.id, self.size, self.end = id, size, None


class Visitor:
    """A client on one connection, which it opens again when it has gone away from one."""

    def __init__(self, key, port):
        self.key, self.port = key, port
        self.random = random.Random(key)
        self.tasks = []
        self.polls = self.submits = self.uncertain = 0
        self.writer = None

    # The connection.

    async def open(self):
        self.reader, self.writer = await asyncio.open_connection("127.0.0.1", self.port)

    def go(self, rudely):
        if rudely:
            self.writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)
            self.writer.transport.abort()
        self.writer.close()

    async def answer(self):
        head = await self.reader.readuntil(b"\r\n\r\n")
        return int(head[9:12]), head, await self.reader.readexactly(int(LENGTH.search(head)[1]))

    def request(self, method, target, body=b""):
        length = f"content-length: {len(body)}\r\n" if method == "POST" else ""
        return f"{method} {target} HTTP/1.1\r\nhost: 127.0.0.1:{self.port}\r\nx-key: {self.key}\r\n{length}\r\n".encode() + body

    def poll_request(self, id):
        return self.request("GET", f"/v1/get_result?id={id}")

    def submit_request(self, size):
        body = {"input_image": IMAGE, "width": size[0], "height": size[1], "output_format": "png"}
        return self.request("POST", "/v1/flux-tools/outpainting-v1", json.dumps(body).encode())

    # What it does.

    async def submit(self, size):
        """Submits a picture of its own size, so that none can pass for another."""
        self.writer.write(self.submit_request(size))
        status, _, body = await self.answer()
        assert status == 200, body
        answer = json.loads(body)
        assert answer["polling_url"] == f"http://127.0.0.1:{self.port}/v1/get_result?id={answer['id']}", answer
        assert answer["cost"] == PRICE, answer
        self.tasks.append(Task(answer["id"], size))
        self.submits += 1

    async def poll(self, count):
        """Asks for some tasks in one go: all that are not done, others of its own, and some that nobody has."""
        now = time.time()
        waiting = [task for task in self.tasks if not task.end]
        known = [task for task in self.tasks if not task.end or now < task.end + KEPT / 2]
        asked = waiting + [self.random.choice([*known, None]) for _ in range(count - len(waiting))]
        ids = [task.id if task else str(uuid.UUID(int=self.random.getrandbits(128), version=4)) for task in asked]
        self.writer.write(b"".join(map(self.poll_request, ids)))
        links = []
        for task, id in zip(asked, ids):
            status, _, body = await self.answer()
            answer = json.loads(body)
            assert answer["id"] == id, (id, body)
            if not task:
                assert (status, answer["status"]) == (404, "Task not found"), (status, body)
            elif task.end or answer["status"] == "Ready":
                assert (status, answer["status"]) == (200, "Ready"), (status, body)
                if not task.end:
                    task.end = answer["result"]["end_time"]
                    links.append((task, answer["result"]["sample"]))
            else:
                assert (status, answer["status"]) == (200, "Pending"), (status, body)
        self.polls += len(asked)
        for task, link in links:
            await self.download(task, link)

    async def download(self, task, link):
        base = f"http://127.0.0.1:{self.port}"
        assert link.startswith(f"{base}/delivery/results/") and task.id.replace("-", "") in link, link
        self.writer.write(self.request("GET", link.removeprefix(base)))
        status, head, body = await self.answer()
        assert status == 200, (head, body[:500])
        assert base64.b64decode(SUM.search(head)[1]) == hashlib.md5(body).digest(), head
        assert body[:4] == b"\x89PNG" and struct.unpack(">II", body[16:24]) == task.size, (body[:24], task.size)

    async def leave(self, size):
        """Goes in the middle of something, and comes back."""
        submit = self.submit_request(size)
        half = self.random.randrange(1, len(submit))
        what = self.random.choice([b"", submit[:half], submit, submit + submit[:half], self.poll_request("x") * 20])
        self.uncertain += what.startswith(submit)
        self.writer.write(what)
        if self.random.random() < 0.5:
            await asyncio.sleep(0)
        self.go(rudely=self.random.random() < 0.7)
        await self.open()

    async def visit(self, sizes, polls):
        await self.open()
        for turn, size in enumerate(sizes, 1):
            await self.submit(size)
            while self.polls < polls * turn / len(sizes):
                await self.poll(self.random.randrange(1, 33))
                if self.random.random() < 0.05:
                    await self.leave(size)
        while not all(task.end for task in self.tasks):
            await self.poll(0)
            await asyncio.sleep(0.02)
        self.writer.write(self.request("GET", "/v1/credits"))
        self.credits = json.loads((await self.answer())[2])["credits"]
        self.go(rudely=False)


class Endurance(unittest.TestCase):
    def test_many_clients_for_a_while(self):
        # The plainest fill: this is about all else.
        flags = ["--log-level", "warn", "--fill", "edge", "--result-lifetime", f"{KEPT}s", "--task-retention", f"{KEPT}s",
                 "--bfl-price-high", str(PRICE), "--credits", str(CREDITS)]
        with outpaint(*flags) as server:
            before = server.descriptors()
            # The first time makes what is made once and stays, and what is used again.
            self.load(server, "first")
            memory = server.resident_bytes()
            self.load(server, "second")
            # Ten bytes for each poll would be as much, or a thousand for each task.
            self.assertTrue(
                eventually(lambda: server.resident_bytes() < memory + (1 << 20)), (memory, server.resident_bytes()))
            # Two files without names may have come, for what did not fit in memory.
            self.assertTrue(eventually(lambda: server.descriptors() <= before + 2), (before, server.descriptors()))
            self.assertEqual(server.said(), "")

    def load(self, server, name):
        """Has all visitors come at once, and waits until what they left is forgotten."""
        visitors = [Visitor(f"{name} {number}", server.port) for number in range(VISITORS)]
        sizes = [(64 + number % 40, 64 + number // 40) for number in range(SUBMITS)]

        async def all_at_once():
            visits = [
                visitor.visit(sizes[number::VISITORS], POLLS / VISITORS) for number, visitor in enumerate(visitors)]
            await asyncio.wait_for(asyncio.gather(*visits), 4 * PATIENCE)

        asyncio.run(all_at_once())
        self.assertEqual(sum(visitor.submits for visitor in visitors), SUBMITS)
        self.assertGreaterEqual(sum(visitor.polls for visitor in visitors), POLLS)
        for visitor in visitors:
            # What was sent without waiting for the answer may have been accepted.
            made = (CREDITS - visitor.credits) / PRICE
            self.assertTrue(visitor.submits <= made <= visitor.submits + visitor.uncertain, (made, vars(visitor)))
        ids = [task.id for visitor in visitors for task in visitor.tasks]
        self.assertEqual(len(set(ids)), SUBMITS)
        with Plain(server.port) as client:
            for id in ids:
                self.assertTrue(eventually(lambda: client.get(f"/v1/get_result?id={id}")[0] == 404), id)


if __name__ == "__main__":
    unittest.main()
