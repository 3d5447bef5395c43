"""Sends random requests to two servers and shows where their answers differ.

    compare.py REFERENCE SUBJECT [COUNT [SEED]]

REFERENCE and SUBJECT are ports of 127.0.0.1. Where the reference breaks down with 500, since it cannot write its own
answer, the subject has to answer 422; what the reference lets through need only not be refused for its form.
"""

import base64
import json
import socket
import sys
from collections import Counter
from pathlib import Path

from mistakes import requests

CASES = Path(__file__).resolve().parents[2] / "fixtures" / "contract" / "cases.jsonl"
COMPARED = ("content-type", "allow", "location", "www-authenticate")


class Client:
    """One kept connection."""

    def __init__(self, port):
        self.port = port
        self.connection = None

    def ask(self, request):
        for again in (False, True):
            try:
                return self.ask_once(request)
            except (ConnectionError, IndexError):
                self.connection = None
                if again:
                    raise

    def ask_once(self, request):
        if self.connection is None:
            self.connection = socket.create_connection(("127.0.0.1", self.port))
            self.file = self.connection.makefile("rb")
        head = f"{request.method} {request.target} HTTP/1.1\r\nhost: test\r\n"
        head += "".join(f"{name}: {value}\r\n" for name, value in request.headers)
        if request.body is not None:
            head += f"content-length: {len(request.body)}\r\n"
        self.connection.sendall(head.encode("latin-1") + b"\r\n" + (request.body or b""))
        status = int(self.file.readline().split()[1])
        fields = {}
        while line := self.file.readline().strip():
            name, value = line.split(b":", 1)
            fields.setdefault(name.decode().lower(), value.strip().decode("latin-1"))
        length = 0 if request.method == "HEAD" else int(fields.get("content-length", 0))
        body = self.file.read(length)
        if fields.get("connection") == "close":
            self.connection = None
        return status, {name: fields[name] for name in COMPARED if name in fields}, body


def agree(expected, found):
    if expected == found:
        return True
    status, _, body = expected
    if status == 400 and body == b"Invalid HTTP request received.":
        return True  # Refused by the server below the reference.
    if status == 500:
        return found[0] == 422 and bool(json.loads(found[2])["detail"])
    # No image of theirs is one, and nobody has submitted what they poll for.
    beyond = found[0] == 422 and b'"value_error"' in found[2] or found[0] == 404 and b'"Task not found"' in found[2]
    return status == 200 and (found[0] == 200 or beyond)


def recorded_bodies():
    bodies = []
    for line in open(CASES, encoding="utf-8"):
        body = json.loads(line).get("body")
        if body and len(body) < 4000:
            bodies.append(base64.b64decode(body))
    return bodies


def main(reference, subject, count=20000, seed=1, agree=agree):
    reference, subject = Client(reference), Client(subject)
    outcomes, differing = Counter(), 0
    for request in requests(seed, count, recorded_bodies()):
        expected, found = reference.ask(request), subject.ask(request)
        outcomes[expected[0]] += 1
        if not agree(expected, found):
            differing += 1
            if differing <= 20:
                print(f"{request}\n  expected {expected!r:.400}\n  found    {found!r:.400}\n")
    print(f"{count} requests, {differing} differ; of the reference:", dict(sorted(outcomes.items())))
    return differing


if __name__ == "__main__":
    sys.exit(1 if main(*map(int, sys.argv[1:])) else 0)
