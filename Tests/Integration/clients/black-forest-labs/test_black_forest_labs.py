"""The package `black-forest-labs`, which stands on httpx and raises its errors."""

import os
import time
import unittest

import httpx

# It makes a client as soon as it is imported, which wants a key.
os.environ["BFL_API_KEY"] = "test-key"
from black_forest_labs import Client, Status  # noqa: E402

import bfl
from support import eventually


class BlackForestLabs(bfl.Client, unittest.TestCase):
    refused = httpx.HTTPStatusError
    example = "from black_forest_labs import"

    def connect(self, base, key):
        client = Client(api_key=key, base_url=base)
        self.addCleanup(client._client.close)
        return client

    def submit(self, client, **fields):
        # The name of a model is the path of its operation.
        return client.generate(bfl.MODEL, **fields).id

    def sample(self, client, task):
        self.assertTrue(eventually(lambda: client.get_result(task).is_done))
        done = client.get_result(task)
        self.assertEqual(done.status, Status.READY)
        return done.result.sample

    def status(self, error):
        return error.response.status_code

    def test_too_many_tasks(self):
        client = self.served("--bfl-active-tasks", "1")
        self.submit(client, **self.large)
        # It leaves waiting to its caller, who is told how long.
        refusal = self.assert_refused(429, client, **self.small)
        self.assertGreaterEqual(int(refusal.response.headers["retry-after"]), 1)

        def accepted():
            try:
                return self.submit(client, **self.small)
            except httpx.HTTPStatusError as again:
                self.assertEqual(again.response.status_code, 429)
                time.sleep(int(again.response.headers["retry-after"]))

        self.assertTrue(eventually(accepted))

    def test_an_unknown_task(self):
        client = self.served()
        with self.assertRaises(httpx.HTTPStatusError) as caught:
            client.get_result("00000000-0000-4000-8000-000000000000")
        self.assertEqual(caught.exception.response.status_code, 404)
        client = self.served("--assume", "bfl-missing-is-404=false")
        self.assertEqual(client.get_result("00000000-0000-4000-8000-000000000000").status, Status.NOT_FOUND)


if __name__ == "__main__":
    unittest.main()
