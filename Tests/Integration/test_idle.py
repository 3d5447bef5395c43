"""Ten thousand idle connections, held while others are served."""

import resource
import select
import sys
import unittest

from support import Plain, eventually, test_server

WANTED = 10_000


class Idle(unittest.TestCase):
    def test_ten_thousand_are_held_while_others_are_served(self):
        soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
        # Some for the interpreter, the loops, and those that are served meanwhile.
        count = min(WANTED, hard - 200)
        if count < WANTED:
            print(f"idle: only {count} connections, since no more than {hard} files may be open", file=sys.stderr)
        resource.setrlimit(resource.RLIMIT_NOFILE, (count + 200, hard))
        self.addCleanup(resource.setrlimit, resource.RLIMIT_NOFILE, (soft, hard))
        limits = {resource.RLIMIT_NOFILE: (count + 200, hard)}
        with test_server(f"connections={count + 50}", "idleMilliseconds=600000", limits=limits) as server:
            before = server.resident_bytes()
            idle = [Plain(server.port) for _ in range(count)]
            for client in idle[::2]:
                # Half of them have been served once.
                client.send("GET /quick HTTP/1.1\r\nhost: test\r\n\r\n")
            for client in idle[::2]:
                self.assertEqual(client.reply(), (200, b"quick"))
            self.assertTrue(eventually(lambda: server.descriptors() > count))
            grown = server.resident_bytes() - before
            for round in range(20):
                with Plain(server.port) as other:
                    for word in range(20):
                        self.assertEqual(other.get(f"/late/{word}"), (200, str(word).encode()))
            # None of them was let go.
            poll = select.poll()
            for client in idle:
                poll.register(client.socket, select.POLLIN)
            self.assertEqual(poll.poll(0), [])
            for client in (idle[0], idle[count // 2], idle[-1]):
                self.assertEqual(client.get("/quick"), (200, b"quick"))
            # Twenty megabytes is what the 2 KB each would come to.
            self.assertLess(grown, count * 2048)
            for client in idle:
                client.close()
            self.assertTrue(eventually(lambda: server.descriptors() < 50))


if __name__ == "__main__":
    unittest.main()
