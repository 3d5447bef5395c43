"""Programs that do jobs on images, one a line."""
import subprocess


class Peer:
    """A program that is given a job a line, and answers with numbers."""

    def __init__(self, *command):
        self.process = subprocess.Popen(
            [str(part) for part in command], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def do(self, path, output, kind, keep="-"):
        self.process.stdin.write(f"{path} {output} {kind} {keep}\n")
        self.process.stdin.flush()
        return [float(number) for number in self.process.stdout.readline().split()]
