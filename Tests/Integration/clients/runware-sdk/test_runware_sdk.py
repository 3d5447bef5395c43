"""Runware's newer client, over WebSocket and REST."""

import asyncio
import base64
import inspect
import unittest
import uuid

from runware import Runware, RunwareError

from runware_loss import SlowPicture, Wire
from runware_pictures import PICTURE, SIZE, download, size_of
from support import PATIENCE, outpaint, readme_example

TASK = {"taskType": "imageInference", "model": "bfl:flux@outpainting", "outpaint": {"right": 64}, "outputFormat": "PNG"}
IMAGE = "data:image/png;base64," + base64.b64encode(PICTURE.read_bytes()).decode()


class Client:
    transport = None

    async def connected(self, *flags, key="test-key", port=None, **options):
        port = port or self.enterContext(outpaint("--fill", "edge", *flags)).port
        client = Runware(
            api_key=key, transport=self.transport, ws_base_url=f"ws://127.0.0.1:{port}/v1",
            http_base_url=f"http://127.0.0.1:{port}/v1", **options)
        self.addAsyncCleanup(client.close)
        return client

    async def run_task(self, client, **fields):
        task = {**TASK, "inputs": {"image": IMAGE}, **fields}
        return await asyncio.wait_for(client.run(task), PATIENCE)

    async def test_the_example_of_the_readme(self):
        server = self.enterContext(outpaint("--fill", "edge"))
        links = await asyncio.to_thread(readme_example, "ws_base_url=", server.port)
        self.assertEqual(len(links), 1)
        for link in links:
            self.assertEqual((await asyncio.to_thread(download, link))[:3], b"\xff\xd8\xff")

    async def test_pictures(self):
        client = await self.connected()
        for method in ("async", "sync"):
            images = await self.run_task(client, numberResults=2, includeCost=True, deliveryMethod=method)
            self.assertEqual(len({image["imageUUID"] for image in images}), 2)
            for image in images:
                self.assertEqual(image["cost"], 0.1)
                self.assertEqual(size_of(download(image["imageURL"])), (SIZE[0] + 64, SIZE[1]))

    async def test_pictures_in_the_answer(self):
        client = await self.connected()
        for kind, member, prefix in (
                ("base64Data", "imageBase64Data", ""), ("dataURI", "imageDataURI", "data:image/png;base64,")):
            images = await self.run_task(client, numberResults=2, outputType=kind, deliveryMethod="sync")
            self.assertEqual(len(images), 2)
            for image in images:
                self.assertTrue(image[member].startswith(prefix))
                self.assertNotIn("imageURL", image)
                file = base64.b64decode(image[member].removeprefix(prefix), validate=True)
                self.assertEqual(size_of(file), (SIZE[0] + 64, SIZE[1]))

    async def test_a_picture_of_an_address(self):
        client = await self.connected()
        async with SlowPicture(PICTURE.read_bytes()) as picture:
            picture.released.set()
            [image] = await self.run_task(client, inputs={"image": picture.url})
        self.assertEqual(size_of(download(image["imageURL"])), (SIZE[0] + 64, SIZE[1]))

    async def test_an_upload_that_pictures_are_made_of(self):
        client = await self.connected()
        [upload] = await asyncio.wait_for(client.run({"taskType": "imageUpload", "image": IMAGE}), PATIENCE)
        [image] = await self.run_task(client, inputs={"image": upload["imageUUID"]})
        self.assertEqual(size_of(download(image["imageURL"])), (SIZE[0] + 64, SIZE[1]))

    async def test_media_kept_and_let_go(self):
        client = await self.connected()
        task = {"taskType": "mediaStorage", "operation": "upload", "media": IMAGE}
        [kept] = await asyncio.wait_for(client.run(task), PATIENCE)
        self.assertEqual(download(kept["mediaURL"]), PICTURE.read_bytes())
        task = {"taskType": "mediaStorage", "operation": "delete", "media": kept["mediaUUID"]}
        [gone] = await asyncio.wait_for(client.run(task), PATIENCE)
        self.assertEqual(gone["mediaUUID"], kept["mediaUUID"])

    async def test_an_account(self):
        client = await self.connected()
        await self.run_task(client)
        task = {"taskType": "accountManagement", "operation": "getDetails"}
        [account] = await asyncio.wait_for(client.run(task), PATIENCE)
        self.assertEqual(account["usage"]["today"], {"credits": 0.1, "requests": 1})

    async def test_it_hears_of_a_mistake(self):
        client = await self.connected()
        with self.assertRaises(RunwareError) as refused:
            await self.run_task(client, outpaint={"right": -1})
        self.assertEqual((refused.exception.code, refused.exception.parameter), ("validation", "outpaint.right"))
        with self.assertRaises(RunwareError) as refused:
            await self.run_task(client, inputs={"image": "bm8gcGljdHVyZQ=="})
        self.assertEqual((refused.exception.code, refused.exception.parameter), ("validation", "inputs.image"))

    async def test_the_key_says_what_happens(self):
        client = await self.connected(key="my-key;life=content-moderated(Violence)")
        with self.assertRaises(RunwareError) as moderated:
            await self.run_task(client)
        self.assertIn("Violence", str(moderated.exception))
        client = await self.connected(key="my-key;life=error(out of memory)")
        with self.assertRaises(RunwareError) as failed:
            await self.run_task(client)
        self.assertIn("out of memory", str(failed.exception))

    async def test_it_hears_of_a_wrong_key(self):
        client = await self.connected("--api-key", "right", key="wrong")
        with self.assertRaises(RunwareError) as refused:
            await self.run_task(client)
        self.assertEqual(refused.exception.code, "auth")


    async def lose_in_the_middle(self, method, **options):
        """Cuts the wire while a task's picture is fetched; gives the client, which has come again, its call and the task's name."""
        server = self.enterContext(outpaint("--fill", "edge"))
        wire = await self.enterAsyncContext(Wire(server.port))
        client = await self.connected(port=wire.port, retry_delay=100, **options)
        picture = await self.enterAsyncContext(SlowPicture(PICTURE.read_bytes()))
        name = str(uuid.uuid4())
        call = asyncio.create_task(self.run_task(
            client, inputs={"image": picture.url}, taskUUID=name, deliveryMethod=method, numberResults=2,
            outputType="base64Data"))
        await asyncio.wait_for(picture.asked.wait(), PATIENCE)
        await wire.joined.acquire()
        wire.cut()
        await asyncio.wait_for(wire.joined.acquire(), PATIENCE)
        picture.released.set()
        return client, call, name

    def check(self, images, name):
        self.assertEqual(len({image["imageUUID"] for image in images}), 2)
        for image in images:
            self.assertEqual(image["taskUUID"], name)
            self.assertEqual(size_of(base64.b64decode(image["imageBase64Data"])), (SIZE[0] + 64, SIZE[1]))

    async def results(self, client, name):
        """What became of a task, once there is nothing more to wait for."""
        answer = []

        async def has_ended():
            answer[:] = await client.get_response({"taskUUID": name})
            return all(item.get("status") != "processing" for item in answer)

        await self.until(has_ended)
        return answer

    async def until(self, condition):
        """Looks again and again until the condition holds."""
        async with asyncio.timeout(PATIENCE):
            while not (await held if inspect.isawaitable(held := condition()) else held):
                await asyncio.sleep(0.05)


class OverWebSocket(Client, unittest.IsolatedAsyncioTestCase):
    transport = "websocket"

    async def test_it_connects(self):
        client = await self.connected()
        await asyncio.wait_for(client.connect(), PATIENCE)
        self.assertTrue(client.is_connected)

    async def test_a_connection_lost_in_the_middle_of_an_asynchronous_task(self):
        client, call, name = await self.lose_in_the_middle("async")
        # It was told that the task was taken: it comes again by itself and asks for what became of it.
        self.check(await call, name)

    async def test_a_connection_lost_in_the_middle_of_a_synchronous_task(self):
        heard = []
        client, call, name = await self.lose_in_the_middle("sync", debug=True, log_sink=heard.append)
        with self.assertRaises(RunwareError) as lost:
            await call
        self.assertEqual(lost.exception.code, "connection")
        # Its session goes on, in which both results are told unasked, though it has given them up. They can be asked for.
        await self.until(lambda: sum(
            entry.category == "receive" and name in entry.message and "imageBase64Data" in entry.message for entry in heard) == 2)
        self.check(await self.results(client, name), name)


class OverREST(Client, unittest.IsolatedAsyncioTestCase):
    transport = "rest"

    async def test_a_connection_lost_in_the_middle(self):
        client, call, name = await self.lose_in_the_middle("sync")
        # It tries again under the same name and is told that this is taken; the result can be asked for.
        with self.assertRaises(RunwareError) as conflict:
            await call
        self.assertEqual((conflict.exception.code, conflict.exception.parameter), ("validation", "taskUUID"))
        self.check(await self.results(client, name), name)
        # An asynchronous task was taken before.
        _, call, name = await self.lose_in_the_middle("async")
        self.check(await call, name)

    async def test_a_connection_lost_while_it_asks_what_became_of_a_task(self):
        server = self.enterContext(outpaint("--fill", "edge"))
        wire = await self.enterAsyncContext(Wire(server.port, losing=2))
        client = await self.connected(port=wire.port, retry_delay=100)
        name = str(uuid.uuid4())
        images = await self.run_task(client, taskUUID=name, numberResults=2, outputType="base64Data")
        self.assertLess(wire.losing, 1)
        self.check(images, name)


if __name__ == "__main__":
    unittest.main()
