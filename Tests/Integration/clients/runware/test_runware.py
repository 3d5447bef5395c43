"""Runware's older client, over WebSocket."""

import asyncio
import base64
import os
import pathlib
import tempfile
import unittest
import uuid

# Read when the client is imported: how long it waits before it asks again for what was not ready.
os.environ["RUNWARE_VIDEO_INITIAL_TIMEOUT"] = "1000"

from runware import IImageInference, Runware, RunwareAPIError
from runware.types import IInputs, IOutpaint, ISettings

from runware_loss import SlowPicture, Wire
from runware_pictures import PICTURE, SIZE, download, size_of
from support import PATIENCE, outpaint, readme_example

MODEL = "bfl:flux@outpainting"


class Client(unittest.IsolatedAsyncioTestCase):
    async def connected(self, *flags, key="test-key", port=None):
        port = port or self.enterContext(outpaint("--fill", "edge", *flags)).port
        client = Runware(api_key=key, url=f"ws://127.0.0.1:{port}/v1")
        await asyncio.wait_for(client.connect(), PATIENCE)
        self.addAsyncCleanup(client.disconnect)
        return client

    async def images(self, client, **fields):
        request = IImageInference(
            model=MODEL, inputs=IInputs(image=fields.pop("image", str(PICTURE))),
            outpaint=fields.pop("outpaint", IOutpaint(right=64)), outputFormat="PNG", **fields)
        return await asyncio.wait_for(client.imageInference(requestImage=request), PATIENCE)

    async def test_the_example_of_the_readme(self):
        server = self.enterContext(outpaint("--fill", "edge"))
        links = await asyncio.to_thread(readme_example, "from runware import IImageInference", server.port)
        self.assertEqual(len(links), 2)
        for link in links:
            self.assertEqual((await asyncio.to_thread(download, link))[:3], b"\xff\xd8\xff")

    async def test_it_connects(self):
        client = await self.connected()
        self.assertTrue(client.connected())
        self.assertEqual(str(uuid.UUID(client._connectionSessionUUID)), client._connectionSessionUUID)

    async def test_pictures(self):
        client = await self.connected()
        images = await self.images(client, numberResults=3, includeCost=True, settings=ISettings(autoCrop=False))
        self.assertEqual(len({image.imageUUID for image in images}), 3)
        self.assertEqual(len({image.seed for image in images}), 3)
        for image in images:
            self.assertEqual(image.cost, 0.1)
            self.assertEqual(size_of(download(image.imageURL)), (SIZE[0] + 64, SIZE[1]))

    async def test_a_picture_in_the_answer(self):
        client = await self.connected()
        for kind in ("base64Data", "dataURI"):
            [image] = await self.images(client, outputType=kind)
            text = image.imageBase64Data if kind == "base64Data" else image.imageDataURI.removeprefix("data:image/png;base64,")
            self.assertEqual(size_of(base64.b64decode(text, validate=True)), (SIZE[0] + 64, SIZE[1]))
            self.assertIsNone(image.imageURL)

    async def test_a_picture_of_an_address(self):
        client = await self.connected()
        async with SlowPicture(PICTURE.read_bytes()) as picture:
            picture.released.set()
            [image] = await self.images(client, image=picture.url)
        self.assertEqual(size_of(download(image.imageURL)), (SIZE[0] + 64, SIZE[1]))

    async def test_an_upload_that_pictures_are_made_of(self):
        client = await self.connected()
        upload = await asyncio.wait_for(client.uploadImage(str(PICTURE)), PATIENCE)
        self.assertEqual(download(upload.imageURL), PICTURE.read_bytes())
        [image] = await self.images(client, image=upload.imageUUID)
        self.assertEqual(size_of(download(image.imageURL)), (SIZE[0] + 64, SIZE[1]))

    async def test_an_asynchronous_task(self):
        client = await self.connected()
        ack = await self.images(client, deliveryMethod="async")
        uuid = ack.taskUUID if not isinstance(ack, list) else ack[0].taskUUID
        [image] = await asyncio.wait_for(client.getResponse(taskUUID=uuid), PATIENCE)
        self.assertEqual(size_of(download(image.imageURL)), (SIZE[0] + 64, SIZE[1]))

    async def test_it_hears_of_a_mistake(self):
        client = await self.connected()
        with self.assertRaises(RunwareAPIError) as refused:
            await self.images(client, outpaint=IOutpaint(right=64, blur=4))
        self.assertEqual(refused.exception.code, "unsupportedParameter")
        broken = pathlib.Path(self.enterContext(tempfile.TemporaryDirectory())) / "broken.png"
        broken.write_bytes(b"no picture")
        with self.assertRaises(RunwareAPIError) as refused:
            await self.images(client, image=str(broken))
        self.assertEqual(refused.exception.code, "invalidInputsImage")

    async def test_the_key_says_what_happens(self):
        client = await self.connected(key="my-key;life=content-moderated(Violence)")
        with self.assertRaises(RunwareAPIError) as moderated:
            await self.images(client)
        self.assertEqual(moderated.exception.code, "contentPolicyViolation")
        client = await self.connected(key="my-key;submit=503 times=1")
        with self.assertRaises(RunwareAPIError) as refused:
            await self.images(client)
        self.assertEqual(refused.exception.code, "serviceUnavailable")
        self.assertEqual(len(await self.images(client)), 1)

    async def test_it_hears_of_a_wrong_key(self):
        client = await self.connected("--api-key", "right", key="wrong")
        with self.assertRaises(ConnectionError):
            await self.images(client)

    async def test_a_connection_lost_in_the_middle(self):
        server = self.enterContext(outpaint("--fill", "edge"))
        wire = await self.enterAsyncContext(Wire(server.port))
        client = await self.connected(port=wire.port)
        await wire.joined.acquire()
        picture = await self.enterAsyncContext(SlowPicture(PICTURE.read_bytes()))
        name = str(uuid.uuid4())
        task = asyncio.create_task(
            self.images(client, image=picture.url, taskUUID=name, numberResults=2, outputType="base64Data"))
        await asyncio.wait_for(picture.asked.wait(), PATIENCE)
        wire.cut()
        # It comes again by itself, sends the task again, hears that it is known, and asks for what became of it.
        await asyncio.wait_for(wire.joined.acquire(), PATIENCE)
        picture.released.set()
        images = await task
        self.assertEqual(len({image.imageUUID for image in images}), 2)
        for image in images:
            self.assertEqual(image.taskUUID, name)
            self.assertEqual(size_of(base64.b64decode(image.imageBase64Data)), (SIZE[0] + 64, SIZE[1]))

    async def test_a_connection_lost_while_an_asynchronous_task_is_sent(self):
        server = self.enterContext(outpaint("--fill", "edge"))
        wire = await self.enterAsyncContext(Wire(server.port))
        client = await self.connected(port=wire.port)
        picture = await self.enterAsyncContext(SlowPicture(PICTURE.read_bytes()))
        name = str(uuid.uuid4())
        task = asyncio.create_task(
            self.images(client, image=picture.url, taskUUID=name, deliveryMethod="async", outputType="base64Data"))
        await asyncio.wait_for(picture.asked.wait(), PATIENCE)
        wire.cut()
        self.assertEqual((await task).taskUUID, name)
        picture.released.set()
        [image] = await asyncio.wait_for(client.getResponse(taskUUID=name), PATIENCE)
        self.assertEqual(size_of(base64.b64decode(image.imageBase64Data)), (SIZE[0] + 64, SIZE[1]))


if __name__ == "__main__":
    unittest.main()
