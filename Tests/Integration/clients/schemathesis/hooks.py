"""What the published OpenAPI document leaves out, added before requests are made from it."""

import base64

import schemathesis

from support import FIXTURES

# It names 200 and 422 alone. The guide and answers that were recorded know these, all in one form …
REFUSALS = {"400": "no JSON", "402": "no credits", "403": "no key, or a wrong one", "429": "too many tasks"}
REFUSAL = {
    "type": "object", "properties": {"detail": {"type": "string"}}, "required": ["detail"], "additionalProperties": False,
}

IMAGE = base64.b64encode((FIXTURES / "images/png-rgb-8.png").read_bytes()).decode()


@schemathesis.hook
def before_load_schema(context, raw_schema):
    paths = raw_schema["paths"]
    for path in paths.values():
        for operation in path.values():
            for status, description in REFUSALS.items():
                operation["responses"][status] = {
                    "description": description, "content": {"application/json": {"schema": REFUSAL}}}
    # … but for an unknown task, of which the usual things are told.
    result = paths["/v1/get_result"]["get"]
    result["responses"]["404"] = result["responses"]["200"]
    # It is asked for by the id that a submit has told.
    paths["/v1/flux-tools/outpainting-v1"]["post"]["responses"]["200"]["links"] = {
        "result": {"operationId": result["operationId"], "parameters": {"id": "$response.body#/id"}}}


@schemathesis.hook
def map_body(context, body):
    """Any text passes for an image in the schema. Every other request has one that is, where it fits, to become a task."""
    if isinstance(body, dict) and isinstance(body.get("input_image"), str) and len(body["input_image"]) % 2 == 0:
        for field in ("reference_offset_x", "reference_offset_y"):
            body.pop(field, None)
        for field, value in {"input_image": IMAGE, "width": 64, "height": 64, "mode": "high"}.items():
            if field in body:
                body[field] = value
    return body
