import Glibc
import Outbound
import TestSupport
import Testing

/// The TLS server is a Python script with a certificate created for the test.
struct TLSTests {
    @Test func `a self-signed certificate is refused`() throws {
        try withTLSPeer(name: "IP:127.0.0.1") { url, _ in
            #expect(local.refusal(url) == .certificate)
        }
    }

    @Test func `a certificate in the file of authorities is trusted`() throws {
        try withTLSPeer(name: "IP:127.0.0.1") { url, certificate in
            var settings = Settings.local
            settings.authorities = certificate
            let text = try Client(settings).text(url)
            #expect(text == "secret")
        }
    }

    @Test func `a certificate of another host is refused`() throws {
        try withTLSPeer(name: "DNS:example.invalid") { url, certificate in
            var settings = Settings.local
            settings.authorities = certificate
            #expect(Client(settings).refusal(url) == .certificate)
        }
    }

    @Test func `the check of certificates can be turned off`() throws {
        try withTLSPeer(name: "DNS:example.invalid") { url, _ in
            var settings = Settings.local
            settings.checksCertificates = false
            let text = try Client(settings).text(url)
            #expect(text == "secret")
        }
    }

    @Test func `a missing file of authorities is reported`() throws {
        try withTLSPeer(name: "IP:127.0.0.1") { url, certificate in
            var settings = Settings.local
            settings.authorities = certificate + ".missing"
            #expect(Client(settings).refusal(url) == .noAuthorities)
        }
    }
}

/// Serves one connection over TLS, with a self-signed certificate of this name.
private func withTLSPeer(name: String, _ body: (_ url: String, _ certificate: String) throws -> Void) throws {
    try withTemporaryFolder { folder in
        let program = """
            import socket, ssl, subprocess
            subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes",
                "-keyout", "\(folder)/key", "-out", "\(folder)/certificate", "-days", "2", "-subj", "/CN=test",
                "-addext", "subjectAltName=\(name)"], check=True, capture_output=True)
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain("\(folder)/certificate", "\(folder)/key")
            listener = socket.create_server(("127.0.0.1", 0))
            listener.settimeout(20)
            print(listener.getsockname()[1], flush=True)
            try:
                with context.wrap_socket(listener.accept()[0], server_side=True) as connection:
                    connection.recv(65536)
                    connection.sendall(b"HTTP/1.1 200 OK\\r\\ncontent-length: 6\\r\\n\\r\\nsecret")
            except OSError:
                pass
            """
        let path = "\(folder)/peer.py"
        guard let file = unsafe fopen(path, "w") else { fatalError("no file") }
        unsafe fputs(program, file)
        unsafe fclose(file)
        // Debian's own Python; the pipe closes when the process exits.
        guard let pipe = unsafe popen("exec /usr/bin/python3 \(path)", "r") else { fatalError("no process") }
        defer { unsafe pclose(pipe) }
        var line = [CChar](repeating: 0, count: 64)
        let port = unsafe fgets(&line, 64, pipe).flatMap { unsafe Int(String(cString: $0).dropLast()) }
        try body("https://127.0.0.1:\(try #require(port, "no server came up"))/", "\(folder)/certificate")
    }
}
