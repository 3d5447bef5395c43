"""`outpaint expand` as a process: pipes, closed descriptors, signals, terminals, and names that are no text."""

import fcntl
import os
import pathlib
import pty
import resource
import signal
import struct
import subprocess
import tempfile
import termios
import time
import unittest

from support import OUTPAINT, PATIENCE, eventually

SIZE = ("--width", "96", "--height", "64", "--fill", "edge")
FIXTURES = pathlib.Path(__file__).parents[2] / "fixtures"
PICTURE = FIXTURES / "images/png-rgb-8.png"
# Files of megabytes, so that writing takes a while.
LARGE = ("--width", "2048", "--height", "2048", "--fill", "mirror", "--format", "png", "--threads", "1")
END_OF_PNG = b"IEND\xaeB`\x82"


def expand(*arguments, picture=b"", **options):
    return subprocess.run(
        [OUTPAINT, "expand", *SIZE, *arguments], input=picture, capture_output=True, timeout=PATIENCE, **options)


class Folder(unittest.TestCase):
    """A test with a folder of its own."""

    def setUp(self):
        held = tempfile.TemporaryDirectory()
        self.addCleanup(held.cleanup)
        self.folder = held.name

    def path(self, name):
        return os.path.join(self.folder, name)

    def is_one_line(self, run, code=1):
        self.assertEqual((run.returncode, run.stderr.count(b"\n")), (code, 1), run)
        self.assertTrue(run.stderr.startswith(b"outpaint: "), run.stderr)


class Pipes(Folder):
    def test_a_dash_is_standard_input_and_output(self):
        path = self.path("out.png")
        self.assertEqual(expand(PICTURE, path).returncode, 0)
        piped = expand("-", "-", picture=PICTURE.read_bytes())
        self.assertEqual((piped.returncode, piped.stderr), (0, b""))
        self.assertEqual(piped.stdout, pathlib.Path(path).read_bytes())

    def test_bad_input_from_a_pipe_is_one_line_and_no_output(self):
        for picture in (b"", b"no picture", PICTURE.read_bytes()[:-20]):
            with self.subTest(picture[:10]):
                run = expand("-", "-", picture=picture)
                self.is_one_line(run)
                self.assertEqual(run.stdout, b"")

    def test_a_reader_that_goes_is_one_line(self):
        reader, writer = os.pipe()
        os.close(reader)
        with os.fdopen(writer, "wb") as closed:
            self.is_one_line(subprocess.run(
                [OUTPAINT, "expand", *SIZE, PICTURE, "-"], stdout=closed, stderr=subprocess.PIPE, timeout=PATIENCE))

    def test_what_is_closed_is_an_error_and_no_other_file_takes_its_place(self):
        for closed, arguments in ((0, ["-", "out.png"]), (1, [PICTURE, "-"])):
            with self.subTest(closed):
                self.is_one_line(expand(*arguments, cwd=self.folder, preexec_fn=lambda: os.close(closed)))
        self.assertEqual(os.listdir(self.folder), [])

    def test_what_is_meant_for_people_never_ends_up_in_a_file(self):
        child = subprocess.Popen(
            [OUTPAINT, "expand", *SIZE, "-", self.path("out.png")], stdin=subprocess.PIPE,
            preexec_fn=lambda: os.close(2))
        # It waits for its input by then; a file opened later would have taken the free number.
        self.assertTrue(eventually(lambda: os.path.realpath(f"/proc/{child.pid}/fd/2") == os.devnull))
        child.communicate(PICTURE.read_bytes(), PATIENCE)
        self.assertEqual(child.returncode, 0)

    def test_what_was_asked_for_and_cannot_be_written_is_an_error(self):
        for arguments in (["help"], ["help", "expand"], ["version"], ["--version"], ["serve", "--print-config"]):
            with self.subTest(arguments), open("/dev/full", "wb") as full:
                self.is_one_line(
                    subprocess.run([OUTPAINT, *arguments], stdout=full, stderr=subprocess.PIPE, timeout=PATIENCE))


class Names(Folder):
    def test_they_need_not_be_text(self):
        source, target = (os.fsencode(self.folder) + name for name in (b"/caf\xe9.png", b"/\xff\xfe.png"))
        pathlib.Path(os.fsdecode(source)).write_bytes(PICTURE.read_bytes())
        self.assertEqual(expand(source, target).returncode, 0)
        self.assertEqual(sorted(os.listdir(os.fsencode(self.folder))), [b"caf\xe9.png", b"\xff\xfe.png"])

    def test_a_file_that_may_not_be_written_stays(self):
        path = self.path("out.png")
        pathlib.Path(path).write_bytes(b"old")
        os.chmod(path, 0o400)
        options = {}
        if os.geteuid() == 0:
            os.chmod(self.folder, 0o777)
            os.chown(path, 65534, 65534)
            options = {"user": 65534}
            # Where the program and its pictures stand may be closed to others.
            for file in (OUTPAINT, PICTURE):
                subprocess.run(["cp", file, self.folder], check=True)
        program, picture = (self.path(os.path.basename(file)) if options else file for file in (OUTPAINT, PICTURE))
        run = subprocess.run(
            [program, "expand", *SIZE, picture, path], capture_output=True, timeout=PATIENCE, cwd="/", **options)
        self.is_one_line(run)
        self.assertEqual(pathlib.Path(path).read_bytes(), b"old")


def heeding_signals():
    """For a child: what started the tests may ignore signals, and that is handed down; and no core is to be left."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT):
        signal.signal(number, signal.SIG_DFL)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


class Signals(Folder):
    def test_none_leaves_anything_half_made(self):
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT):
            with self.subTest(number):
                child = self.stopped_while_writing()
                child.send_signal(number)
                child.send_signal(signal.SIGCONT)
                self.assertEqual(child.wait(PATIENCE), -number)
                for name in os.listdir(self.path("made")):
                    self.assertFalse(name.startswith("."), name)
                    self.assertTrue(pathlib.Path(self.path(f"made/{name}")).read_bytes().endswith(END_OF_PNG), name)

    def stopped_while_writing(self):
        """The program, held up at a moment when a file of its is unfinished."""
        os.makedirs(self.path("made"), exist_ok=True)
        links = [self.path(f"{number}.jpg") for number in range(500)]
        for link in links:
            if not os.path.lexists(link):
                os.symlink(FIXTURES / "photos/pagoda.jpg", link)
        child = subprocess.Popen(
            [OUTPAINT, "expand", *LARGE, *links, self.path("made")],
            preexec_fn=heeding_signals)
        self.addCleanup(child.kill)
        while child.poll() is None:
            child.send_signal(signal.SIGSTOP)
            if os.WIFSTOPPED(os.waitpid(child.pid, os.WUNTRACED)[1]):
                if any(name.startswith(".") for name in os.listdir(self.path("made"))):
                    return child
                child.send_signal(signal.SIGCONT)
                # Long enough for it to come further, short next to the time that a file takes.
                time.sleep(0.001)
        raise AssertionError("it ended before it was caught writing")

    def test_what_is_ignored_stays_ignored(self):
        child = subprocess.Popen(
            [OUTPAINT, "expand", *SIZE, "-", self.path("out.png")], stdin=subprocess.PIPE,
            preexec_fn=lambda: signal.signal(signal.SIGHUP, signal.SIG_IGN))
        eventually(lambda: waits_for_signals(child.pid))
        child.send_signal(signal.SIGHUP)
        child.communicate(PICTURE.read_bytes(), PATIENCE)
        self.assertEqual(child.returncode, 0)
        self.assertEqual(os.listdir(self.folder), ["out.png"])

    def test_a_file_that_may_not_grow_is_one_line(self):
        run = expand(
            PICTURE, self.path("out.png"),
            preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (100, 100)))
        self.is_one_line(run)
        self.assertEqual(os.listdir(self.folder), [])


def waits_for_signals(pid):
    """Whether the thread that takes signals is there."""
    try:
        return any(
            pathlib.Path(f"/proc/{pid}/task/{task}/comm").read_text() == "signals\n"
            for task in os.listdir(f"/proc/{pid}/task"))
    except OSError:
        return False


class Terminals(Folder):
    def on_terminal(self, *arguments, columns=80, term="xterm", output=False):
        """What a terminal shows of a run, and the exit code."""
        master, terminal = pty.openpty()
        fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
        child = subprocess.Popen(
            [OUTPAINT, "expand", *SIZE, *arguments], stderr=terminal, stdout=terminal if output else subprocess.DEVNULL,
            env={**os.environ, "TERM": term})
        os.close(terminal)
        shown = b""
        try:
            while piece := os.read(master, 65536):
                shown += piece
        except OSError:
            pass  # The last one has closed it.
        os.close(master)
        return shown, child.wait(PATIENCE)

    def test_the_bar_fits_and_goes(self):
        for columns, cells in ((80, 40), (40, 30)):
            with self.subTest(columns):
                shown, code = self.on_terminal(PICTURE, self.path("out.png"), columns=columns)
                self.assertEqual(code, 0)
                self.assertIn(b"\r[" + b"#" * cells + b"] 100 %", shown)
                self.assertTrue(shown.endswith(b"\r\x1b[K"))

    def test_a_terminal_that_cannot_move_back_shows_no_bar(self):
        self.assertEqual(self.on_terminal(PICTURE, self.path("out.png"), term="dumb"), (b"", 0))

    def test_it_is_sent_no_picture(self):
        shown, code = self.on_terminal(PICTURE, "-", output=True)
        self.assertEqual(code, 2)
        self.assertTrue(shown.startswith(b"outpaint: a terminal shows no picture"), shown)
        self.assertEqual(shown.count(b"\n"), 1)


if __name__ == "__main__":
    unittest.main()
