"""What goes wrong in the middle, for the tests of Runware's clients: a wire that can be cut, a picture that is long in coming."""

import asyncio
import socket
import struct


class Wire:
    """A way to a port of this machine. It can be cut, which resets whatever goes over it, and goes on for those who come anew."""

    def __init__(self, port, losing=None):
        # Of all that is answered, so manieth piece is lost, and its connection with it.
        self.target, self.losing = port, losing
        self.ends, self.pumps = set(), set()
        # One for each connection that has come.
        self.joined = asyncio.Semaphore(0)

    async def __aenter__(self):
        self.server = await asyncio.start_server(self.carry, "127.0.0.1", 0)
        self.port = self.server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(self, *_):
        self.server.close()
        self.cut()
        await asyncio.gather(*self.pumps, return_exceptions=True)

    async def carry(self, reader, writer):
        self.joined.release()
        answers, asks = await asyncio.open_connection("127.0.0.1", self.target)
        self.ends |= {writer, asks}
        self.pumps.add(asyncio.current_task())
        await asyncio.gather(self.pump(reader, asks), self.pump(answers, writer, is_answer=True), return_exceptions=True)

    async def pump(self, source, sink, is_answer=False):
        while piece := await source.read(1 << 16):
            if is_answer and self.losing is not None:
                self.losing -= 1
                if self.losing == 0:
                    return self.cut()
            sink.write(piece)
            await sink.drain()
        sink.close()

    def cut(self):
        for end in self.ends:
            if not end.is_closing():
                end.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                end.transport.abort()
        self.ends.clear()


class SlowPicture:
    """An address of a picture that is sent only when it is let go: until then, whose task it is waits in the middle of it."""

    def __init__(self, picture):
        self.picture = picture
        self.asked, self.released = asyncio.Event(), asyncio.Event()

    async def __aenter__(self):
        self.server = await asyncio.start_server(self.answer, "127.0.0.1", 0)
        self.url = f"http://127.0.0.1:{self.server.sockets[0].getsockname()[1]}/picture"
        return self

    async def __aexit__(self, *_):
        self.released.set()
        self.server.close()

    async def answer(self, reader, writer):
        await reader.readuntil(b"\r\n\r\n")
        self.asked.set()
        await self.released.wait()
        writer.write(b"HTTP/1.1 200 OK\r\ncontent-length: %d\r\nconnection: close\r\n\r\n" % len(self.picture) + self.picture)
        await writer.drain()
        writer.close()
