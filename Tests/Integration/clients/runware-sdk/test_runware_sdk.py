"""Runware's newer client, over WebSocket and REST."""

import asyncio
import base64
import unittest

from runware import Runware, RunwareError

from runware_pictures import PICTURE, SIZE, download, size_of
from support import PATIENCE, outpaint

TASK = {"taskType": "imageInference", "model": "bfl:flux@outpainting", "outpaint": {"right": 64}, "outputFormat": "PNG"}
IMAGE = "data:image/png;base64," + base64.b64encode(PICTURE.read_bytes()).decode()


class Client:
    transport = None

    async def connected(self, *flags, key="test-key"):
        server = self.enterContext(outpaint("--fill", "edge", *flags))
        client = Runware(
            api_key=key, transport=self.transport, ws_base_url=f"ws://127.0.0.1:{server.port}/v1",
            http_base_url=f"http://127.0.0.1:{server.port}/v1")
        self.addAsyncCleanup(client.close)
        return client

    async def run_task(self, client, **fields):
        task = {**TASK, "inputs": {"image": IMAGE}, **fields}
        return await asyncio.wait_for(client.run(task), PATIENCE)

    async def test_pictures(self):
        client = await self.connected()
        for method in ("async", "sync"):
            images = await self.run_task(client, numberResults=2, includeCost=True, deliveryMethod=method)
            self.assertEqual(len({image["imageUUID"] for image in images}), 2)
            for image in images:
                self.assertEqual(image["cost"], 0.1)
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

    async def test_it_hears_of_a_wrong_key(self):
        client = await self.connected("--api-key", "right", key="wrong")
        with self.assertRaises(RunwareError) as refused:
            await self.run_task(client)
        self.assertEqual(refused.exception.code, "auth")


class OverWebSocket(Client, unittest.IsolatedAsyncioTestCase):
    transport = "websocket"


class OverREST(Client, unittest.IsolatedAsyncioTestCase):
    transport = "rest"


if __name__ == "__main__":
    unittest.main()
