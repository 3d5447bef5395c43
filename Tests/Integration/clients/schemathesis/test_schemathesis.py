"""Requests that Schemathesis makes from the OpenAPI document, and what it thinks of the answers."""

import json
import os
import pathlib
import subprocess
import sys
import tempfile
import unittest
import urllib.request

from support import PATIENCE, outpaint

HERE = pathlib.Path(__file__).resolve().parent


class Schemathesis(unittest.TestCase):
    def test_it_finds_nothing(self):
        with outpaint("--api-key", "test-key", "--bfl-active-tasks", "10000") as server:
            base = f"http://127.0.0.1:{server.port}"
            before = self.credits(base)
            run = self.schemathesis("run", f"{base}/openapi.json", "--url", base)
            self.assertEqual(run.returncode, 0, run.stdout + run.stderr)
            # Each operation was tried, and many requests have become tasks that were asked for.
            self.assertIn("Tested: 3", run.stdout)
            self.assertIn("1 covered", run.stdout)
            self.assertLess(self.credits(base), before - 1000)

    def schemathesis(self, *arguments):
        # It leaves notes where it runs.
        with tempfile.TemporaryDirectory() as folder:
            return subprocess.run(
                [sys.executable, "-m", "schemathesis.cli", "--config-file", HERE / "schemathesis.toml", *arguments],
                capture_output=True, text=True, timeout=10 * PATIENCE, cwd=folder,
                env={**os.environ, "NO_COLOR": "1", "PYTHONPATH": f"{HERE}:{HERE.parents[1]}"})

    def credits(self, base):
        request = urllib.request.Request(f"{base}/v1/credits", headers={"x-key": "test-key"})
        with urllib.request.urlopen(request, timeout=PATIENCE) as answer:
            return json.load(answer)["credits"]


if __name__ == "__main__":
    unittest.main()
