"""The same jobs by Pillow, at our quality and sampling; the protocol is that of peers/imaging_floor.c."""
import io
import sys
import time

from PIL import Image, ImageOps

OUTPUTS = {
    "png": ("PNG", {}),
    "jpeg": ("JPEG", {"quality": 95, "subsampling": 0}),
    "jpeg420-85": ("JPEG", {"quality": 85, "subsampling": 2}),
    "webp": ("WEBP", {"quality": 80}),
}


def around(reference, kind):
    size, margin = reference.width, reference.width // 2
    canvas = Image.new("RGB", (2 * size, 2 * size))
    if kind == "mirror":
        for column in range(-1, 2):
            for row in range(-1, 2):
                tile = ImageOps.mirror(reference) if column else reference
                tile = ImageOps.flip(tile) if row else tile
                canvas.paste(tile, (margin + column * size, margin + row * size))
        return canvas
    canvas.paste(reference, (margin, margin))
    left, right = reference.crop((0, 0, 1, size)), reference.crop((size - 1, 0, size, size))
    canvas.paste(left.resize((margin, size), Image.NEAREST), (0, margin))
    canvas.paste(right.resize((margin, size), Image.NEAREST), (margin + size, margin))
    top = canvas.crop((0, margin, 2 * size, margin + 1))
    bottom = canvas.crop((0, margin + size - 1, 2 * size, margin + size))
    canvas.paste(top.resize((2 * size, margin), Image.NEAREST), (0, 0))
    canvas.paste(bottom.resize((2 * size, margin), Image.NEAREST), (0, margin + size))
    return canvas


for line in sys.stdin:
    path, output, kind, keep = line.split()
    with open(path, "rb") as file:
        data = file.read()
    cpu, wall = time.process_time(), time.monotonic()
    reference = Image.open(io.BytesIO(data)).convert("RGB")
    name, options = OUTPUTS[output]
    made = io.BytesIO()
    around(reference, kind).save(made, name, **options)
    print((time.process_time() - cpu) * 1e3, (time.monotonic() - wall) * 1e3, len(made.getvalue()), flush=True)
    if keep != "-":
        with open(keep, "wb") as file:
            file.write(made.getvalue())
