"""The same service as one would write it in Python: FastAPI and pydantic, Pillow, uvicorn, a queue with worker threads.

It takes a submit, fills the canvas by stretching the edges, writes a PNG with Pillow's defaults, and hands out the result by
a signed link for ten minutes. Results are kept in memory. WORKERS threads make pictures (default: one a core).

    uvicorn --app-dir Benchmarks/peers fastapi_emulator:app --port 8000
"""

import base64
import binascii
import hashlib
import hmac
import io
import os
import queue
import secrets
import threading
import time
import uuid
from collections import Counter
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from enum import Enum
from typing import Annotated, Literal, Optional

from fastapi import Depends, FastAPI, HTTPException, Query, Request, Response
from fastapi.security import APIKeyHeader
from PIL import Image
from pydantic import BaseModel, ConfigDict, Field

WORKERS = int(os.environ.get("WORKERS", 0)) or os.cpu_count()
SECRET = secrets.token_bytes(32)
LINK_SECONDS = 600
ACTIVE_TASKS = 24
MOST_PIXELS = 2048 * 2048


class OutputFormat(str, Enum):
    jpeg = "jpeg"
    png = "png"
    webp = "webp"


class FluxOutpaintingInputs(BaseModel):
    model_config = ConfigDict(extra="forbid")

    input_image: str
    width: int = Field(ge=64)
    height: int = Field(ge=64)
    auto_crop: bool = False
    safety_tolerance: int = Field(default=2, ge=0, le=5)
    output_format: Optional[OutputFormat] = OutputFormat.png
    prompt: Optional[str] = None
    reference_offset_x: Optional[int] = None
    reference_offset_y: Optional[int] = None
    mode: Literal["high", "fast"] = "high"


class AsyncResponse(BaseModel):
    id: str
    polling_url: str
    cost: Optional[float] = None


class ResultResponse(BaseModel):
    id: str
    status: str
    result: Optional[dict] = None
    progress: Optional[float] = None
    details: Optional[dict] = None
    preview: Optional[dict] = None


@dataclass
class Task:
    key: str
    reference: bytes
    inputs: FluxOutpaintingInputs
    id: str = field(default_factory=lambda: str(uuid.uuid4()))
    status: str = "Pending"
    picture: Optional[bytes] = None
    began: float = field(default_factory=time.time)


tasks: dict[str, Task] = {}
active: Counter[str] = Counter()
lock = threading.Lock()
waiting: queue.SimpleQueue[Optional[Task]] = queue.SimpleQueue()


def expand(reference: Image.Image, inputs: FluxOutpaintingInputs) -> Image.Image:
    """Puts the reference on its canvas and stretches its edges to the canvas's."""
    left, top = offsets(reference.size, inputs)
    canvas = Image.new("RGB", (inputs.width, inputs.height))
    canvas.paste(reference, (left, top))
    # What of the reference lies on the canvas.
    x0, y0 = max(0, left), max(0, top)
    x1, y1 = min(inputs.width, left + reference.width), min(inputs.height, top + reference.height)
    for source, target in [((x0, y0, x0 + 1, y1), (0, y0, x0, y1)), ((x1 - 1, y0, x1, y1), (x1, y0, inputs.width, y1)),
                           ((0, y0, inputs.width, y0 + 1), (0, 0, inputs.width, y0)),
                           ((0, y1 - 1, inputs.width, y1), (0, y1, inputs.width, inputs.height))]:
        size = (target[2] - target[0], target[3] - target[1])
        if min(size) > 0:
            canvas.paste(canvas.crop(source).resize(size, Image.Resampling.NEAREST), target[:2])
    return canvas


def offsets(size: tuple[int, int], inputs: FluxOutpaintingInputs) -> tuple[int, int]:
    x, y = inputs.reference_offset_x, inputs.reference_offset_y
    return ((inputs.width - size[0]) // 2 if x is None else x, (inputs.height - size[1]) // 2 if y is None else y)


def work() -> None:
    while task := waiting.get():
        try:
            with Image.open(io.BytesIO(task.reference)) as reference:
                canvas = expand(reference.convert("RGB"), task.inputs)
            file = io.BytesIO()
            canvas.save(file, (task.inputs.output_format or OutputFormat.png).value)
            task.picture, task.status = file.getvalue(), "Ready"
        except Exception:
            task.status = "Error"
        task.reference = b""
        with lock:
            active[task.key] -= 1


@asynccontextmanager
async def lifespan(_: FastAPI):
    threads = [threading.Thread(target=work, daemon=True) for _ in range(WORKERS)]
    for thread in threads:
        thread.start()
    yield
    for _ in threads:
        waiting.put(None)


app = FastAPI(lifespan=lifespan)
api_key = APIKeyHeader(name="x-key")


@app.post("/v1/flux-tools/outpainting-v1", response_model=AsyncResponse)
def submit(inputs: FluxOutpaintingInputs, request: Request, key: Annotated[str, Depends(api_key)]):
    # A plain function, which FastAPI runs on a thread: decoding megabytes must not hold up the polls.
    try:
        reference = base64.b64decode(inputs.input_image, validate=True)
        with Image.open(io.BytesIO(reference)) as image:
            size = image.size
    except (binascii.Error, OSError) as error:
        raise HTTPException(422, "input_image is no image") from error
    left, top = offsets(size, inputs)
    if inputs.width * inputs.height > MOST_PIXELS:
        raise HTTPException(422, "the canvas is too large")
    if not inputs.auto_crop and not (0 <= left <= inputs.width - size[0] and 0 <= top <= inputs.height - size[1]):
        raise HTTPException(422, "the image leaves the canvas")
    inputs.input_image = ""
    task = Task(key, reference, inputs)
    with lock:
        if active[key] >= ACTIVE_TASKS:
            raise HTTPException(429, "too many active tasks")
        active[key] += 1
        tasks[task.id] = task
    waiting.put(task)
    return AsyncResponse(id=task.id, polling_url=f"{request.base_url}v1/get_result?id={task.id}")


def signature(name: str, expiry: int) -> str:
    return hmac.new(SECRET, f"{name}\n{expiry}".encode(), hashlib.sha256).hexdigest()


@app.get("/v1/get_result", response_model=ResultResponse)
async def get_result(id: str, request: Request):
    task = tasks.get(id)
    if task is None:
        raise HTTPException(404, "Task not found")
    if task.status != "Ready":
        return ResultResponse(id=id, status=task.status)
    name, expiry = f"{id}.{(task.inputs.output_format or OutputFormat.png).value}", int(time.time()) + LINK_SECONDS
    sample = f"{request.base_url}delivery/{name}?se={expiry}&sig={signature(name, expiry)}"
    return ResultResponse(id=id, status="Ready", result={"sample": sample, "start_time": task.began})


@app.get("/delivery/{name}")
async def deliver(name: str, se: Annotated[int, Query()], sig: Annotated[str, Query()]):
    id, _, kind = name.rpartition(".")
    if not hmac.compare_digest(sig, signature(name, se)) or se < time.time():
        raise HTTPException(403, "the link is not valid")
    task = tasks.get(id)
    if task is None or task.picture is None:
        raise HTTPException(404, "Not Found")
    return Response(task.picture, media_type=f"image/{kind}")
