"""The tests for pytest in docs/testing.md, as they stand there."""

import os
import pathlib
import re
import subprocess
import sys
import tempfile
import unittest

from support import FIXTURES, PATIENCE, eventually, free_port, is_open, outpaint

TEXT = (FIXTURES.parent / "docs/testing.md").read_text()
BLOCKS = re.findall(r"```python\n(.*?)```", TEXT, re.S)

# What the page leaves to its reader: the lines that the receiver has printed since the test began.
HOOKS = '''
import pathlib

@pytest.fixture
def hooks():
    file = pathlib.Path("hooks.txt")
    before = len(file.read_text().splitlines())
    return lambda: file.read_text().splitlines()[before:]
'''


class Recipes(unittest.TestCase):
    def run_pytest(self, folder, tests, *flags):
        shared = next(block for block in BLOCKS if block.startswith("# conftest.py"))
        pathlib.Path(folder, "conftest.py").write_text(shared + HOOKS)
        # In the page the tests follow what they share.
        code = "from conftest import *\n\n" + "\n".join(tests)
        pathlib.Path(folder, "test_recipes.py").write_text(code)
        os.symlink(FIXTURES, pathlib.Path(folder, "fixtures"))
        with outpaint("--fill", "edge", "--outbound-private", "allow", *flags) as server:
            run = subprocess.run(
                [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider"], cwd=folder, capture_output=True,
                text=True, timeout=4 * PATIENCE,
                env={**os.environ, "OUTPAINT_URL": f"http://127.0.0.1:{server.port}", "NO_PROXY": "*"})
        self.assertEqual(run.returncode, 0, run.stdout[-4000:])
        return run.stdout

    def test_all_without_webhooks(self):
        tests = [block for block in BLOCKS if "def test_" in block and "hooks" not in block]
        self.assertGreaterEqual(len(tests), 14)
        with tempfile.TemporaryDirectory() as folder:
            self.run_pytest(folder, tests)

    def test_webhooks(self):
        receiver = next(block for block in BLOCKS if block.startswith("# receiver.py"))
        tests = [block for block in BLOCKS if "def test_" in block and "hooks" in block]
        port = free_port()
        with tempfile.TemporaryDirectory() as folder, open(f"{folder}/hooks.txt", "w") as output:
            child = subprocess.Popen([sys.executable, "-c", receiver, str(port)], stdout=output)
            self.assertTrue(eventually(lambda: is_open(port)))
            try:
                self.run_pytest(folder, tests, "--bfl-webhook-url", f"http://127.0.0.1:{port}/hook")
            finally:
                child.kill()
                child.wait()


if __name__ == "__main__":
    unittest.main()
