"""The package `blackforest`, BFL's own, which stands on requests."""

import contextlib
import io
import re
import unittest
from typing import Optional

import pydantic
import requests.adapters
import urllib3
from blackforest import BFLClient, BFLError
from blackforest.types.general.client_config import ClientConfig

import bfl


class Outpainting(pydantic.BaseModel):
    """Inputs of a model that came after the package."""

    model_config = pydantic.ConfigDict(extra="allow")


class Blackforest(bfl.Client, unittest.TestCase):
    refused = BFLError
    example = "from blackforest import"

    @classmethod
    def setUpClass(cls):
        # Where it looks models up.
        BFLClient.model_input_registry[bfl.MODEL] = Outpainting

    def connect(self, base, key):
        client = BFLClient(api_key=key, base_url=base)
        self.addCleanup(client.session.close)
        return client

    def submit(self, client, **fields):
        return client.generate(bfl.MODEL, fields, ClientConfig(sync=False)).id

    def sample(self, client, task):
        # It talks while it polls.
        with contextlib.redirect_stdout(io.StringIO()):
            return client.get_polling_result(task, ClientConfig(polling_interval=0.1, max_retries=300))["sample"]

    def status(self, error):
        return int(re.match(r"API request failed: (\d+) Client Error", str(error))[1])

    def test_submit_and_poll_in_one_call(self):
        client = self.served()
        image = bfl.reference(80, 64)
        with contextlib.redirect_stdout(io.StringIO()):
            answer = client.generate(
                bfl.MODEL, self.small, ClientConfig(sync=True, polling_interval=0.1, max_retries=300))
        self.assertEqual(answer.result["prompt"], "")
        self.check_picture(bfl.download(answer.result["sample"]), (96, 96), image, (8, 16))

    def test_the_states_of_a_task(self):
        client = self.served()
        task = self.submit(client, **self.large)
        self.assertEqual(client.get_task_status(task).status, "Pending")
        self.sample(client, task)
        self.assertEqual(client.get_task_status(task).status, "Ready")

    def test_too_many_tasks(self):
        client = self.served("--bfl-active-tasks", "1")
        self.submit(client, **self.large)
        self.assert_refused(429, client, **self.small)
        # What its session is made for: to wait as it is told, and to try again.
        retry = urllib3.Retry(total=30, status_forcelist=[429], allowed_methods=None, respect_retry_after_header=True)
        client.session.mount("http://", requests.adapters.HTTPAdapter(max_retries=retry))
        answers = []
        client.session.hooks["response"].append(lambda answer, **_: answers.append(answer.raw.retries.history))
        self.submit(client, **self.small)
        self.assertEqual({one.status for one in answers[-1]}, {429})


if __name__ == "__main__":
    unittest.main()
