"""Has one picture expanded, as any client of BFL does: submits it, polls, downloads. Usage: example.py IN OUT"""

import base64
import json
import os
import pathlib
import sys
import time
import urllib.request

BASE = os.environ.get("BFL_URL", "http://127.0.0.1:4880")
# Any key will do; each has its own credits and limits.
HEADERS = {"x-key": "11111111-2222-3333-4444-555555555555", "content-type": "application/json"}


def ask(url, body=None):
    data = json.dumps(body).encode() if body else None
    with urllib.request.urlopen(urllib.request.Request(url, data, HEADERS), timeout=30) as answer:
        return json.load(answer)


picture, result = map(pathlib.Path, sys.argv[1:])
task = ask(BASE + "/v1/flux-tools/outpainting-v1", {
    "input_image": base64.b64encode(picture.read_bytes()).decode(),
    "width": 1280, "height": 960, "output_format": "png",
})
for _ in range(240):
    state = ask(task["polling_url"])
    if state["status"] not in ("Pending", "Reasoning", "Generating"):
        break
    time.sleep(0.5)
if state["status"] != "Ready":
    sys.exit(f"task {task['id']}: {state['status']}")
with urllib.request.urlopen(state["result"]["sample"], timeout=30) as answer:
    result.write_bytes(answer.read())
print(f"{result}: {result.stat().st_size} bytes")
