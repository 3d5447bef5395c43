"""The container's files against the program: no image is built here."""

import pathlib
import re
import subprocess
import unittest

from support import OUTPAINT, PATIENCE

ROOT = pathlib.Path(__file__).parents[2]
DOCKERFILE = (ROOT / "docker/Dockerfile").read_text()
COMPOSE = (ROOT / "docker/compose.yaml").read_text()


def help_of(verb):
    return subprocess.run([OUTPAINT, "help", verb], capture_output=True, text=True, timeout=PATIENCE).stdout


class Container(unittest.TestCase):
    def test_every_variable_is_a_setting(self):
        names = set(re.findall(r"OUTPAINT_[A-Z_]+", DOCKERFILE + COMPOSE))
        self.assertIn("OUTPAINT_HOST", names)
        flags = {name.replace("OUTPAINT", "-").replace("_", "-").lower() for name in names}
        self.assertEqual(flags - set(re.findall(r"--[a-z-]+", help_of("serve"))), set())

    def test_the_port_is_the_default(self):
        default = re.search(r"--port\b.*?\[(\d+)\]", help_of("serve"), re.DOTALL)[1]
        self.assertEqual(re.findall(r"EXPOSE (\d+)", DOCKERFILE), [default])
        self.assertIn(f'"127.0.0.1:{default}:{default}"', COMPOSE)
        self.assertIn(f"http://outpaint:{default}\n", COMPOSE)

    def test_health_is_asked_by_the_program(self):
        self.assertIn('HEALTHCHECK', DOCKERFILE)
        self.assertIn('CMD ["outpaint", "health"]', DOCKERFILE)
        self.assertIn('test: ["CMD", "outpaint", "health"]', COMPOSE)
        self.assertIn("--timeout", help_of("health"))

    def test_it_is_not_root(self):
        self.assertRegex(DOCKERFILE.split("FROM scratch")[1], r"\nUSER [1-9]\d*:[1-9]\d*\n")

    def test_the_libraries_that_are_loaded_later_are_there(self):
        sources = "".join(path.read_text() for path in (ROOT / "Sources/CShims").glob("*.c"))
        names = re.findall(r'dlopen\("([^"]+)"', sources)
        self.assertEqual(len(names), 3)
        for name in names:
            self.assertIn(f"-linux-gnu/{name}", DOCKERFILE)

    def test_what_is_copied_is_there_and_not_ignored(self):
        kept = re.findall(r"^!(.*)$", (ROOT / ".dockerignore").read_text(), re.MULTILINE)
        copied = [name for line in re.findall(r"^COPY ([^-\n]*)$", DOCKERFILE, re.MULTILINE) for name in line.split()[:-1]]
        self.assertEqual(sorted(copied), sorted(kept))
        for name in copied:
            self.assertTrue((ROOT / name).exists(), name)

    def test_what_is_mounted_is_there(self):
        for name in re.findall(r"^ +- (\.[^:]+):", COMPOSE, re.MULTILINE):
            self.assertTrue((ROOT / "docker" / name).exists(), name)


if __name__ == "__main__":
    unittest.main()
