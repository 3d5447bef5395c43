"""nginx and HAProxy as reverse proxies in front."""

import asyncio
import http.client
import unittest

import websockets

from support import PATIENCE, Plain, Proxy, test_server

BLOB = bytes(index & 255 for index in range(1_000_000))

NGINX = """
daemon off;
worker_processes 1;
pid @FOLDER/pid;
error_log @FOLDER/errors;
events {}
http {
    access_log off;
    client_body_temp_path @FOLDER/body;
    proxy_temp_path @FOLDER/proxy;
    fastcgi_temp_path @FOLDER/fastcgi;
    uwsgi_temp_path @FOLDER/uwsgi;
    scgi_temp_path @FOLDER/scgi;
    client_max_body_size 64m;
    upstream server { server 127.0.0.1:@UPSTREAM; keepalive 8; }
    map $http_upgrade $wanted { default Upgrade; '' ''; }
    server {
        listen 127.0.0.1:@PORT;
        location / {
            proxy_pass http://server;
            proxy_http_version 1.1;
            proxy_request_buffering off;
            proxy_set_header Host $http_host;
            proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;
            proxy_set_header Upgrade $http_upgrade;
            proxy_set_header Connection $wanted;
        }
        # As nginx speaks when nothing is said: HTTP/1.0 to the server.
        location /old/ { proxy_pass http://server/; }
    }
}
"""

HAPROXY = """
defaults
    mode http
    timeout connect 10s
    timeout client 30s
    timeout server 30s
    option forwardfor
    http-reuse always
frontend front
    bind 127.0.0.1:@PORT
    default_backend back
backend back
    option httpchk GET /quick
    http-check send hdr Host check
    server one 127.0.0.1:@UPSTREAM check inter 100
"""


class Behind:
    """The tests that hold behind any proxy."""

    name = configuration = ""

    def setUp(self):
        self.server = self.enterContext(test_server())
        self.proxy = self.enterContext(Proxy(self.name, self.configuration, self.server.port))
        self.connection = http.client.HTTPConnection("127.0.0.1", self.proxy.port, timeout=PATIENCE)
        self.addCleanup(self.connection.close)

    def ask(self, method, path, body=None, **options):
        self.connection.request(method, path, body, **options)
        answer = self.connection.getresponse()
        return answer.status, answer.read()

    def test_requests_of_every_kind(self):
        for number in range(200):
            self.assertEqual(self.ask("GET", f"/late/{number}"), (200, str(number).encode()))
        self.assertEqual(self.ask("HEAD", "/quick"), (200, b""))
        self.assertEqual(self.ask("GET", "/none")[0], 404)
        self.assertEqual(self.ask("DELETE", "/quick")[0], 405)
        self.assertEqual(self.ask("GET", "/blob"), (200, BLOB))
        self.assertEqual(self.ask("POST", "/echo", BLOB * 3), (200, BLOB * 3))
        pieces = (BLOB[start : start + 10_000] for start in range(0, len(BLOB), 10_000))
        self.assertEqual(self.ask("POST", "/echo", pieces, encode_chunked=True), (200, BLOB))
        # Refused with the body on its way, whereupon nginx may close its side; the server goes on.
        self.assertEqual(self.ask("POST", "/none", bytes(10_000))[0], 404)
        self.connection.close()
        self.assertEqual(self.ask("GET", "/quick"), (200, b"quick"))

    def test_what_the_proxy_adds_arrives(self):
        fields = self.ask("GET", "/fields")[1].decode().lower()
        self.assertIn("x-forwarded-for: 127.0.0.1", fields)
        self.assertIn(f"host: 127.0.0.1:{self.proxy.port}", fields)

    def test_connections_to_the_server_are_kept(self):
        self.ask("GET", "/quick")
        before = self.server.descriptors()
        for _ in range(200):
            self.assertEqual(self.ask("GET", "/quick")[0], 200)
        self.assertLessEqual(self.server.descriptors(), before + 2)

    def test_a_client_that_goes_in_the_middle(self):
        for _ in range(20):
            with Plain(self.proxy.port) as client:
                client.send("POST /echo HTTP/1.1\r\nhost: test\r\ncontent-length: 1000000\r\n\r\nhalf")
            with Plain(self.proxy.port) as client:
                client.send("GET /blob HTTP/1.1\r\nhost: test\r\n\r\n")
        self.assertEqual(self.ask("GET", "/quick"), (200, b"quick"))

    def test_a_websocket(self):
        async def talk():
            address = f"ws://127.0.0.1:{self.proxy.port}/socket"
            async with websockets.connect(address, max_size=None) as socket:
                for message in ("text", b"bytes", BLOB * 5):
                    await socket.send(message)
                    self.assertEqual(await socket.recv(), message)
            self.assertEqual(socket.close_code, 1000)

        asyncio.run(talk())


class Nginx(Behind, unittest.TestCase):
    name, configuration = "nginx", NGINX

    def test_http_1_0_to_the_server(self):
        self.assertEqual(self.ask("GET", "/old/quick"), (200, b"quick"))
        self.assertEqual(self.ask("POST", "/old/echo", BLOB), (200, BLOB))


class HAProxy(Behind, unittest.TestCase):
    name, configuration = "haproxy", HAPROXY


if __name__ == "__main__":
    unittest.main()
