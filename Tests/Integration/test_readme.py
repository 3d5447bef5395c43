"""The shell commands of README.md against the product. The Python examples run in clients/."""

import pathlib
import re
import shlex
import struct
import subprocess
import tempfile
import unittest

from support import OUTPAINT, PATIENCE, outpaint

ROOT = pathlib.Path(__file__).parents[2]
TEXT = (ROOT / "README.md").read_text()


def size(picture):
    """Width and height of a PNG."""
    head = pathlib.Path(picture).read_bytes()[:24]
    assert head.startswith(b"\x89PNG"), head
    return struct.unpack(">II", head[16:24])


class Readme(unittest.TestCase):
    def setUp(self):
        held = tempfile.TemporaryDirectory()
        self.addCleanup(held.cleanup)
        self.folder = held.name

    def run_shell(self, code, port=None):
        """Runs a command as it stands, but for the port, the folder of results and the program's path."""
        if port:
            code = code.replace(":4880", f":{port}")
        code = code.replace("/tmp/", f"{self.folder}/")
        environment = {"PATH": f"{pathlib.Path(OUTPAINT).parent}:/usr/bin:/bin", "no_proxy": "*"}
        run = subprocess.run(
            ["bash", "-euc", code], cwd=ROOT, env=environment, capture_output=True, text=True, timeout=2 * PATIENCE)
        self.assertEqual(run.returncode, 0, f"{code}\n{run.stderr}")
        return run.stdout

    def test_the_first_picture(self):
        code = next(block for block in re.findall(r"```sh\n(.*?)```", TEXT, re.S) if "polling_url" in block)
        with outpaint("--fill", "edge") as server:
            self.run_shell(code, server.port)
            server.said()
        self.assertEqual(size(f"{self.folder}/wide.png"), (1280, 960))

    def test_every_curl_of_the_console(self):
        commands = re.findall(r"^\$ (curl .*?)(?:  +#.*)?$", TEXT, re.M)
        self.assertGreaterEqual(len(commands), 3)
        with outpaint() as server:
            for command in commands:
                self.assertTrue(self.run_shell(command, server.port), command)
            server.said()

    def test_every_verb_and_flag_of_outpaint_is_known(self):
        help_text = "".join(
            subprocess.run([OUTPAINT, "help", *verb], capture_output=True, text=True, check=True).stdout
            for verb in ([], ["serve"], ["expand"], ["health"], ["version"]))
        commands = re.findall(r"`outpaint ([^`]*)`", TEXT) + re.findall(r"^\$? ?outpaint (.*)$", TEXT, re.M)
        for command in commands:
            words = shlex.split(command.split("#")[0].replace("…", ""))
            for flag in (word.split("=")[0].removeprefix("--no-").removeprefix("--")
                         for word in words if word.startswith("--")):
                self.assertRegex(help_text, rf"--(\[no-\])?{re.escape(flag)}\b", command)


if __name__ == "__main__":
    unittest.main()
