"""Writes the bodies that clients submit, and a reference for the floor: inputs.py FOLDER. Needs Pillow."""

import base64
import io
import json
import pathlib
import random
import struct
import sys
import zlib

from PIL import Image, ImageChops

PHOTO = pathlib.Path(__file__).resolve().parent.parent.parent / "fixtures/photos/raccoon_leaves.jpg"
SIDE, CANVAS = 1024, 2048
COUNT = 16
BODY_BYTES = 2_300_000
LARGE_BYTES = 30 << 20


def photograph(noise, seed):
    """The photograph at its size, with the noise of a sensor: an amplitude, and a seed that makes each another picture."""
    image = Image.open(PHOTO).convert("RGB")
    side = min(image.size)
    image = image.crop((0, 0, side, side)).resize((SIDE, SIDE), Image.Resampling.LANCZOS)
    grain = Image.frombytes("RGB", (SIDE, SIDE), random.Random(seed).randbytes(3 * SIDE * SIDE))
    grain = grain.point([round(value * noise / 255) for value in range(256)] * 3)
    return ImageChops.add(image, grain, offset=-round(noise / 2))


def png(image):
    file = io.BytesIO()
    image.save(file, "PNG")
    return file.getvalue()


def noise_for(size):
    """The amplitude at which the photograph's PNG takes about so many bytes."""
    low, high = 0, 64
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if len(png(photograph(middle, 0))) < size else (low, middle)
    return low


def padded(picture, size):
    """The same picture with a chunk that nobody reads behind its header."""
    header = 8 + 25
    content = b"Comment\0" + b"x" * (size - len(picture))
    chunk = struct.pack(">I", len(content)) + b"tEXt" + content
    return picture[:header] + chunk + struct.pack(">I", zlib.crc32(chunk[4:])) + picture[header:]


def body(picture, canvas):
    return json.dumps(
        {"input_image": base64.b64encode(picture).decode(), "width": canvas, "height": canvas}, separators=(",", ":"))


def main():
    folder = pathlib.Path(sys.argv[1])
    noise = noise_for(BODY_BYTES * 3 // 4)
    for index in range(COUNT):
        image = photograph(noise, index)
        picture = png(image)
        if index == 0:
            (folder / "reference.png").write_bytes(picture)
            (folder / "large.json").write_text(body(padded(picture, LARGE_BYTES * 3 // 4), CANVAS))
        (folder / f"body-{index}.json").write_text(body(picture, CANVAS))
        (folder / f"small-{index}.json").write_text(body(png(image.resize((32, 32))), 64))


main()
