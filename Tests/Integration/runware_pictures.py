"""What the tests of Runware's clients share: a picture to send, and a look at those that come back."""

import struct
import urllib.request

from support import FIXTURES, PATIENCE

PICTURE = FIXTURES / "images/png-grey-16-all.png"


def size_of(png):
    """Width and height as a PNG's head has them."""
    assert png.startswith(b"\x89PNG\r\n\x1a\n"), png[:20]
    return struct.unpack(">II", png[16:24])


SIZE = size_of(PICTURE.read_bytes())


def download(link):
    with urllib.request.urlopen(link, timeout=PATIENCE) as answer:
        return answer.read()
