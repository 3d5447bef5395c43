"""The quick start of BFL's guide."""

import os
import subprocess
import sys
import tempfile
import unittest

from bfl import Pictures, download, png, reference
from support import FIXTURES, PATIENCE, outpaint

# As the guide has it, with two places to fill in.
QUICK_START = FIXTURES / "bfl/quick-start.py"
SERVICE = 'BASE = "https://api.bfl.ai"'
IMAGE = 'IMAGE_PATH = "/path/to/input.png"'


class QuickStart(Pictures, unittest.TestCase):
    def run_with(self, server, path, key):
        program = QUICK_START.read_text()
        for place, filled in ((SERVICE, f'BASE = "http://127.0.0.1:{server.port}"'), (IMAGE, f"IMAGE_PATH = {path!r}")):
            self.assertEqual(program.count(place), 1)
            program = program.replace(place, filled)
        return subprocess.run(
            [sys.executable, "-c", program], env={**os.environ, "BFL_API_KEY": key}, capture_output=True, text=True,
            timeout=PATIENCE)

    def setUp(self):
        self.image = reference(500, 333)
        self.path = os.path.join(self.enterContext(tempfile.TemporaryDirectory()), "input.png")
        with open(self.path, "wb") as file:
            file.write(png(self.image))

    def test_it_runs(self):
        with outpaint() as server:
            run = self.run_with(server, self.path, "any-key")
            self.assertEqual(run.returncode, 0, run.stderr)
            mark = "Result URL: "
            self.assertTrue(run.stdout.startswith(mark), run.stdout)
            picture = download(run.stdout.removeprefix(mark).strip())
            self.check_picture(picture, (1024, 1024), self.image, (100, 50))

    def test_it_hears_of_a_wrong_key(self):
        with outpaint("--api-key", "right-key") as server:
            run = self.run_with(server, self.path, "wrong-key")
            self.assertEqual(run.returncode, 1)
            self.assertIn("requests.exceptions.HTTPError: 403 Client Error: Forbidden", run.stderr)

    def test_it_hears_of_a_wrong_image(self):
        with outpaint() as server:
            run = self.run_with(server, __file__, "any-key")
            self.assertEqual(run.returncode, 1)
            self.assertIn("requests.exceptions.HTTPError: 422 Client Error", run.stderr)


if __name__ == "__main__":
    unittest.main()
