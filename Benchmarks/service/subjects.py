"""What is measured: how each server and what drives it is built and started."""

import os
import pathlib
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent.parent
ROOT = HERE.parent
for folder in ("http", "imaging"):
    sys.path.append(str(HERE / folder))

import peers  # noqa: E402
import worker  # noqa: E402

VENV = ROOT / ".venv/service"
PACKAGES = ["fastapi==0.165.0", "starlette==1.10.0", "pydantic==2.14.3", "pillow==13.0.0", "uvicorn==0.54.0",
            "uvloop==0.23.0", "httptools==0.9.0"]


class Bench:
    """A folder with everything that a run needs, and the servers by name."""

    def __init__(self, folder, options):
        self.folder, self.options = pathlib.Path(folder), options
        os.chmod(folder, 0o755)  # nginx started by root works there as another user
        if not os.access(options.subject, os.X_OK):
            raise SystemExit(f"{options.subject} is missing: script/build")
        if not (VENV / "bin/uvicorn").exists():
            subprocess.run([sys.executable, "-m", "venv", VENV], check=True)
            subprocess.run([VENV / "bin/pip", "install", "--quiet", "--disable-pip-version-check", *PACKAGES], check=True)
        subprocess.run([VENV / "bin/python", HERE / "service/inputs.py", folder], check=True)
        self.bodies = sorted(self.folder.glob("body-*.json"))
        self.small = sorted(self.folder.glob("small-*.json"))
        self.submits = 0
        self.clients = self.folder / "clients"
        subprocess.run(["gcc", "-O2", "-o", self.clients, HERE / "peers/clients.c", "-lpthread"], check=True)
        ports = peers.free_ports(3)
        self.ours = peers.Server(
            "ours", ports[0], [str(options.subject), "serve", "--port", str(ports[0]), *options.flags.split()],
            path="/_emulator/health")
        self.fastapi = peers.Server(
            "FastAPI", ports[1],
            [str(VENV / "bin/uvicorn"), "--app-dir", str(HERE / "peers"), "fastapi_emulator:app", "--port", str(ports[1]),
             "--log-level", "critical", "--no-access-log"], path="/openapi.json")
        self.nginx = peers.build_nginx(ports[2], folder, None)

    def floor(self):
        """The same job inside a process, to be asked for again and again; gives milliseconds of CPU."""
        built = subprocess.run(
            [ROOT / "script/build", "Benchmarks", "ImagingBench"], check=True, text=True, stdout=subprocess.PIPE)
        process = worker.Peer(built.stdout.split()[-1])
        return lambda: process.do(self.folder / "reference.png", "png", "stretch")[0]
