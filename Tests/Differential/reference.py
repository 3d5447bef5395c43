"""The service's contract as FastAPI and pydantic would serve it: what the emulator's answers are compared with.

The models are those of the published OpenAPI document, unknown fields forbidden, types lax. In three places the current
release is set back to the one that the service seems to run: a missing key answers 403, a body without a content type is
read as JSON, and a body that is null is missing. A request that is accepted is answered with an empty object.
"""

from enum import Enum
from typing import Literal, Optional

import fastapi.dependencies.utils as dependencies
from fastapi import Depends, FastAPI, HTTPException, Response
from fastapi.security import APIKeyHeader
from pydantic import BaseModel, ConfigDict, Field


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


def take_null_for_missing():
    read = dependencies.request_body_to_args

    async def reading(body_fields, received_body, *rest, **named):
        if received_body is None:
            received_body = dependencies.Undefined
        return await read(body_fields, received_body, *rest, **named)

    dependencies.request_body_to_args = reading


async def authenticate(key: Optional[str] = Depends(APIKeyHeader(name="x-key", auto_error=False))):
    if not key:
        raise HTTPException(403, "Not authenticated")


take_null_for_missing()
app = FastAPI(docs_url=None, redoc_url=None, openapi_url=None, strict_content_type=False)


@app.post("/v1/flux-tools/outpainting-v1", dependencies=[Depends(authenticate)])
async def submit(inputs: FluxOutpaintingInputs):
    return Response("{}", media_type="application/json")


@app.get("/v1/get_result")
async def get_result(id: str):
    return Response("{}", media_type="application/json")
