"""What large bodies take, and what they leave behind."""

import concurrent.futures
import http.client
import unittest

from support import eventually, test_server

MIB = 1 << 20


class Memory(unittest.TestCase):
    def setUp(self):
        self.server = test_server().__enter__()
        self.addCleanup(self.server.__exit__)
        self.upload(MIB)
        self.idle = self.server.resident_bytes()

    def upload(self, size):
        connection = http.client.HTTPConnection("127.0.0.1", self.server.port)
        connection.request("PUT", "/echo", bytes(size))
        self.assertEqual(connection.getresponse().read(), str(size).encode())
        connection.close()

    def has_given_back(self):
        return eventually(lambda: self.server.resident_bytes() < self.idle + 2 * MIB)

    def test_what_large_bodies_took_goes_back(self):
        # After the first ones the C library keeps so much for the next.
        for size in (20, 20, 20, 60, 20):
            self.upload(size * MIB)
        self.assertTrue(self.has_given_back(), self.server.resident_bytes() / MIB)

    def test_a_burst_takes_little_and_leaves_nothing(self):
        with concurrent.futures.ThreadPoolExecutor(32) as pool:
            list(pool.map(self.upload, [5 * MIB] * 64))
        # Half of what the 32 that were there at once would have taken together.
        self.assertLess(self.server.most_resident_bytes(), self.idle + 80 * MIB)
        self.assertTrue(self.has_given_back(), self.server.resident_bytes() / MIB)
