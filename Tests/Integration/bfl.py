"""What the tests of BFL's clients share: images to send, what a picture must be, and what is true of each client.

For Pythons that have Pillow.
"""

import base64
import io
import json
import urllib.error
import urllib.request

from PIL import Image, ImageStat

from support import FIXTURES, PATIENCE, eventually, outpaint, readme_example

MODEL = "flux-tools/outpainting-v1"


def reference(width, height):
    """A piece of a photograph."""
    with Image.open(FIXTURES / "photos/raccoon_leaves.jpg") as photo:
        return photo.convert("RGB").crop((0, 0, width, height))


def png(image):
    file = io.BytesIO()
    image.save(file, "png")
    return file.getvalue()


def text(image):
    """An image as it stands in a request."""
    return base64.b64encode(png(image)).decode()


def task_id(task):
    """The id of what a client's `submit` returns."""
    return task if isinstance(task, str) else task.id


def download(link):
    with urllib.request.urlopen(link, timeout=PATIENCE) as answer:
        return answer.read()


class Pictures:
    """Tests that look at pictures."""

    def check_picture(self, data, size, reference, at):
        """A PNG of a size has each of the reference's pixels in its place, and something around them."""
        with Image.open(io.BytesIO(data)) as picture:
            self.assertEqual((picture.format, picture.size), ("PNG", size))
            kept = (*at, at[0] + reference.width, at[1] + reference.height)
            self.assertEqual(picture.convert("RGB").crop(kept).tobytes(), reference.tobytes())
            around = Image.new("L", size, 255)
            around.paste(0, kept)
            for spread in ImageStat.Stat(picture.convert("RGB"), around).stddev:
                self.assertGreater(spread, 1)


class Client(Pictures):
    """What is true of each client. What differs: how it submits and asks, and how it says that it was refused."""

    #: What it raises when it is refused.
    refused = None
    #: What only its own example in the README has.
    example = None

    def connect(self, base, key):
        """A client for a key of the server at an address."""
        raise NotImplementedError

    def submit(self, client, **fields):
        """Submits a request, and returns the task."""
        raise NotImplementedError

    def sample(self, client, task):
        """Waits for a task, and returns the link to its picture."""
        raise NotImplementedError

    def status(self, error):
        """The status of the answer in what it raised."""
        raise NotImplementedError

    def served(self, *flags, key="test-key"):
        server = self.enterContext(outpaint(*flags))
        return self.connect(f"http://127.0.0.1:{server.port}", key)

    def assert_refused(self, status, client, **fields):
        with self.assertRaises(self.refused) as caught:
            self.submit(client, **fields)
        self.assertEqual(self.status(caught.exception), status)
        return caught.exception

    small = {"input_image": text(reference(80, 64)), "width": 96, "height": 96}
    # It takes seconds, or at least much longer than the next request takes to arrive.
    large = {"input_image": text(reference(80, 64)), "width": 1536, "height": 1536}

    def test_a_picture_in_each_mode(self):
        image = reference(200, 150)
        client = self.served()
        for mode in ("high", "fast"):
            with self.subTest(mode):
                task = self.submit(
                    client, input_image=text(image), width=320, height=256, reference_offset_x=30,
                    reference_offset_y=90, output_format="png", mode=mode)
                self.check_picture(download(self.sample(client, task)), (320, 256), image, (30, 90))

    def test_the_example_of_the_readme(self):
        server = self.enterContext(outpaint("--fill", "edge"))
        [link] = readme_example(self.example, server.port)
        with Image.open(io.BytesIO(download(link))) as picture:
            self.assertEqual(picture.size, (1280, 960))

    def test_an_invalid_request(self):
        client = self.served()
        for wrong in ({"width": 63}, {"width": 79}, {"input_image": "no image"}, {"bbox_x1": 1}):
            with self.subTest(wrong):
                self.assert_refused(422, client, **self.small | wrong)
        self.submit(client, **self.small)

    def test_a_wrong_key(self):
        client = self.served("--api-key", "first-key", "--api-key", "second-key", key="third-key")
        self.assert_refused(403, client, **self.small)

    def test_a_right_key(self):
        client = self.served("--api-key", "first-key", "--api-key", "second-key", key="second-key")
        self.assertTrue(download(self.sample(client, self.submit(client, **self.small))))

    def test_the_key_says_what_happens(self):
        base = f"http://127.0.0.1:{self.enterContext(outpaint('--fill', 'edge')).port}"
        self.assert_refused(429, self.connect(base, "my-key;submit=429 retry-after=1 times=1"), **self.small)
        self.assert_refused(422, self.connect(base, "my-key;life=redy"), **self.small)
        # A link is all that this can wait for; a plain key has the same namespace.
        client = self.connect(base, "my-key;life=pending*2, \"Warming Up\", ready")
        task = self.submit(client, **self.small)
        seen = []
        while (status := json.loads(download(f"{base}/v1/get_result?id={task_id(task)}"))["status"]) != "Ready":
            seen.append(status)
        self.assertEqual(seen, ["Pending", "Pending", "Warming Up"])

    def test_no_credits(self):
        client = self.served("--credits", "15", "--bfl-price-high", "10")
        self.submit(client, **self.small)
        self.assert_refused(402, client, **self.small | {"prompt": "another"})

    def test_a_link_ends(self):
        client = self.served("--result-lifetime", "1s")
        link = self.sample(client, self.submit(client, **self.small))
        answers = []

        def has_ended():
            try:
                answers.append(download(link))
            except urllib.error.HTTPError as error:
                with error:
                    answers.append(error.read())
                self.assertEqual(error.code, 403)
            return answers[-1][:4] != b"\x89PNG"

        self.assertTrue(eventually(has_ended))
        self.assertIn(b"<Code>AuthenticationFailed</Code>", answers[-1])
        self.assertIn(b"Signature not valid in the specified time frame", answers[-1])
