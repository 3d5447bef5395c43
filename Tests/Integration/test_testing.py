"""The shell commands of docs/testing.md against the product. Its tests for pytest run in clients/testing."""

import pathlib
import re
import shlex
import subprocess
import sys
import tempfile
import unittest

from support import OUTPAINT, PATIENCE, eventually, free_port, is_open, outpaint

ROOT = pathlib.Path(__file__).parents[2]
SECTIONS = re.split(r"^## ", (ROOT / "docs/testing.md").read_text(), flags=re.M)[1:]


def blocks(section, language):
    return re.findall(rf"```{language}\n(.*?)```", section, re.S)


class Recipes(unittest.TestCase):
    def run_section(self, title, section):
        shared = next(blocks(each, "sh")[0] for each in SECTIONS if each.startswith("What the recipes share"))
        flags = re.findall(r"^\$ outpaint serve (.*)$", section, re.M)
        flags = shlex.split(flags[0]) if flags else []
        with tempfile.TemporaryDirectory() as folder:
            receiver = output = None
            for code in blocks(section, "python"):
                if code.startswith("# receiver.py"):
                    receiver_port = free_port()
                    pathlib.Path(folder, "receiver.py").write_text(code)
                    output = open(f"{folder}/hooks.txt", "w")
                    receiver = subprocess.Popen(
                        [sys.executable, "receiver.py", str(receiver_port)], cwd=folder, stdout=output)
                    self.assertTrue(eventually(lambda: is_open(receiver_port)))
                    flags = [flag.replace(":8099", f":{receiver_port}") for flag in flags]
            try:
                with outpaint("--fill", "edge", "--outbound-private", "allow", *flags) as server:
                    for block in blocks(section, "sh"):
                        self.run_block(title, folder, server.port, shared, block)
            finally:
                if receiver:
                    receiver.kill()
                    receiver.wait()
                    output.close()

    def run_block(self, title, folder, port, shared, block):
        """Runs a block line by line; what stands behind an arrow must be in what the line prints."""
        marks = []
        lines = []
        for line in block.splitlines():
            code, _, expected = line.partition("# → ")
            lines.append(code.rstrip())
            if expected:
                marks.append(expected.strip())
                lines.append(f"echo; echo '=== {len(marks)}'")
        code = (shared + "\n".join(lines)).replace(":4880", f":{port}").replace("/tmp/", f"{folder}/")
        code = code.replace("fixtures/", f"{ROOT}/fixtures/")
        environment = {"PATH": f"{pathlib.Path(OUTPAINT).resolve().parent}:/usr/bin:/bin", "no_proxy": "*"}
        run = subprocess.run(
            ["bash", "-uc", code], cwd=folder, env=environment, capture_output=True, text=True, timeout=4 * PATIENCE)
        self.assertEqual(run.returncode, 0, f"{title}: {run.stderr}")
        parts = re.split(r"^=== \d+$", run.stdout, flags=re.M)
        for number, expected in enumerate(marks):
            self.assertIn(expected, parts[number], f"{title}: {run.stdout[-2000:]}\n{run.stderr[-500:]}")

    def test_every_recipe(self):
        titles = []
        for section in SECTIONS:
            title = section.splitlines()[0]
            if title.startswith("What the recipes share") or not blocks(section, "sh"):
                continue
            titles.append(title)
            with self.subTest(title):
                self.run_section(title, section)
        self.assertGreaterEqual(len(titles), 15)

    def test_every_recipe_with_a_shell_has_a_test_for_pytest(self):
        for section in SECTIONS:
            if blocks(section, "sh"):
                self.assertTrue(blocks(section, "python"), section.splitlines()[0])


if __name__ == "__main__":
    unittest.main()
