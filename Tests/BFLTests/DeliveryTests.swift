import BFL
import Bytes
import Crypto
import JSON
import TestSupport
import Testing
import Time

@testable import Tasks

/// Delivery of pictures by signed links.
@Suite struct DeliveryTests {
    private static let file = PNG.bytes(64, 64) + Array(" on 64x64".utf8)
    private static let denied = "AuthenticationFailed"

    private static func xml(_ code: String, _ message: String, _ detail: String? = nil) -> String {
        let detail = detail.map { "<AuthenticationErrorDetail>\($0)</AuthenticationErrorDetail>" } ?? ""
        return #"<?xml version="1.0" encoding="utf-8"?><Error><Code>"#
            + "\(code)</Code><Message>\(message)</Message>\(detail)</Error>"
    }

    private static func denial(_ detail: String) -> String {
        xml(
            denied,
            "Server failed to authenticate the request. Make sure the value of Authorization header is formed correctly "
                + "including the signature.", detail)
    }

    // MARK: - The link

    @Test func `a link is signed for ten minutes and gives the picture without a key`() throws {
        let service = TestService()
        let id = try service.accepted(#","output_format":"jpeg""#)
        let sample = try #require(try service.ended(id).json["result"]?["sample"]?.string)
        let digits = id.filter { $0 != "-" }
        let place = "\(digits.prefix(2))/\(digits.dropFirst(2).prefix(14))/\(digits)"
        let start =
            "http://test/delivery/results/\(place)/sample.jpeg"
            + "?se=2026-11-20T14%3A00%3A00Z&sp=r&sv=2024-11-04&sr=b&rsct=image%2Fjpeg&sig="
        #expect(sample.hasPrefix(start), "\(sample)")
        // 32 bytes in base64; all characters with a meaning in a URL are percent-encoded.
        let signature = sample.dropFirst(start.count)
        #expect(signature.hasSuffix("%3D") && signature.utf8.allSatisfy { "+/=&? ".utf8.contains($0) == false })

        // Without a key.
        let reply = try service.get(String(sample.dropFirst("http://test".count)))
        #expect(reply.status == 200)
        #expect(reply["content-type"] == "image/jpeg")
        #expect(reply.body == Self.file)
    }

    @Test(arguments: [("png", "image/png"), ("jpeg", "image/jpeg"), ("webp", "image/webp")])
    func `a picture has the requested format`(format: String, type: String) throws {
        let service = TestService()
        let link = try service.link(#","output_format":"\#(format)""#)
        #expect(link.contains("/sample.\(format)?"))
        #expect(try service.get(link)["content-type"] == type)
    }

    @Test func `each poll returns the same link`() throws {
        let service = TestService()
        let id = try service.accepted()
        let first = try service.ended(id).json["result"]?["sample"]?.string
        service.pass(.seconds(60))
        #expect(try service.poll(id).json["result"]?["sample"]?.string == first)
    }

    // MARK: - Invalid links

    /// One alteration of a link. Its text is not percent-encoded again.
    private struct Change: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let make: @Sendable (String) -> String

        init(_ name: String, _ make: @escaping @Sendable (String) -> String) {
            (testDescription, self.make) = (name, make)
        }

        /// Replaces the text between two markers; an empty `end` stands for the end of the link.
        init(_ name: String, from start: String, to end: String, _ make: @escaping @Sendable (String) -> String) {
            self.init(name) { link in
                let from = link.firstRange(of: start)!.upperBound
                let to = end.isEmpty ? link.endIndex : link[from...].firstRange(of: end)!.lowerBound
                return link.replacingCharacters(from, to, with: make(String(link[from..<to])))
            }
        }
    }

    private static let notSigned = [
        Change("a second later", from: "se=", to: "&") { _ in "2026-11-20T14%3A00%3A01Z" },
        Change("another form of the time", from: "se=", to: "&") { _ in "2026-11-20T14%3A00%3A00.0Z" },
        Change("a date that is none", from: "se=", to: "&") { _ in "2026-02-30T14%3A00%3A00Z" },
        Change("an empty time", from: "se=", to: "&") { _ in "" },
        Change("no time") { $0.replacing("se=", with: "es=") },
        Change("another time behind") { $0 + "&se=2036-11-20T14%3A00%3A00Z" },
        Change("another type", from: "rsct=", to: "&") { _ in "text%2Fhtml" },
        Change("more rights", from: "sp=", to: "&") { _ in "rw" },
        Change("another version", from: "sv=", to: "&") { _ in "2024-11-05" },
        Change("a folder's right", from: "sr=", to: "&") { _ in "c" },
        Change("no rights") { $0.replacing("&sp=r", with: "") },
        Change("no version") { $0.replacing("&sv=2024-11-04", with: "") },
        Change("nothing it is about") { $0.replacing("&sr=b", with: "") },
        Change("more rights behind, spelt otherwise") { $0 + "&s%70=rw" },
        Change("another signature behind, spelt otherwise") { $0 + "&s%69g=AAAA" },
        Change("no type") { $0.replacing("&rsct=image%2Fpng", with: "") },
        Change("another signature", from: "sig=", to: "") { ($0.hasPrefix("A") ? "B" : "A") + $0.dropFirst() },
        Change("a shorter signature", from: "sig=", to: "") { String($0.dropLast(4)) },
        Change("a signature of another last bit", from: "sig=", to: "%3D") { text in
            let last = text.last!
            return text.dropLast() + (last == "A" ? "B" : "A")
        },
        Change("an empty signature", from: "sig=", to: "") { _ in "" },
        Change("no signature") { $0.replacing("&sig=", with: "&gis=") },
        Change("no query") { String($0[..<$0.firstIndex(of: "?")!]) },
        Change("another picture", from: "/sample", to: "?") { _ in ".jpeg" },
        Change("another name", from: "/sample.", to: "?") { _ in "exe" },
        Change("the id in upper case") { link in
            let end = link.firstRange(of: "/sample")!.lowerBound
            return link[..<end].replacing("/delivery/results/", with: "/DELIVERY/RESULTS/").uppercased()
                .replacing("/DELIVERY/RESULTS/", with: "/delivery/results/") + link[end...]
        },
        Change("another folder", from: "/results/", to: "/") { $0 == "00" ? "11" : "00" },
        Change("an id of another length", from: "/results/", to: "/sample") { $0 + "0" },
        Change("a folder of dots", from: "/results/", to: "/") { _ in "%2e%2e" },
    ]

    @Test(arguments: notSigned)
    private func `an altered link answers 403 AuthenticationFailed`(change: Change) throws {
        let service = TestService()
        let link = try service.link()
        #expect(try service.get(link).status == 200)
        let reply = try service.get(change.make(link))
        #expect(reply.status == 403)
        #expect(reply["content-type"] == "application/xml")
        #expect(reply["x-ms-error-code"] == Self.denied)
        #expect(reply.text == Self.denial("Signature did not match."))
    }

    private static let elsewhere = [
        Change("one more folder") { $0.replacing("/sample", with: "/more/sample") },
        Change("one folder less") { $0.replacing("/results/", with: "/") },
        Change("a way up and down") { $0.replacing("/results/", with: "/results/../results/") },
        Change("a way up and down, hidden") { $0.replacing("/results/", with: "/results/%2e%2e/results/") },
        Change("an empty folder") { $0.replacing("/results/", with: "/results//") },
        Change("a slash that is hidden") { $0.replacing("/results/", with: "/results/%2F") },
        Change("a slash at the end") { $0.replacing("?", with: "/?") },
        Change("the service's folder") { _ in "/delivery/" },
    ]

    @Test(arguments: elsewhere)
    private func `a path of another form answers 404 ResourceNotFound`(change: Change) throws {
        let service = TestService()
        let reply = try service.get(change.make(service.link()))
        #expect(reply.status == 404)
        #expect(reply["content-type"] == "application/xml")
        #expect(reply["x-ms-error-code"] == "ResourceNotFound")
        #expect(reply.text == Self.xml("ResourceNotFound", "The specified resource does not exist."))
    }

    /// Proxies and client libraries may encode the same URL in different ways.
    @Test func `equivalent spellings of a link are accepted`() throws {
        let service = TestService()
        let link = try service.link()
        let plain = link.replacing("%3A", with: ":").replacing("%2F", with: "/").replacing("%3D", with: "=")
            .replacing("%2B", with: "+")
        for spelling in [
            plain, link.replacing("sample", with: "s%61mple"), link + "&more=1",
            link.replacing("se=", with: "%73e=").replacing("sig=", with: "s%69g=").replacing("sp=r", with: "s%70=%72"),
        ] {
            #expect(try service.get(spelling).status == 200, "\(spelling)")
        }
    }

    /// Servers with different seeds sign with different keys.
    @Test func `a link of one server is refused by another`() throws {
        let link = try TestService().link()
        #expect(try TestService { $0.tasks.seed = 2 }.get(link).text == Self.denial("Signature did not match."))
        // This server has the same key, but not the picture.
        let reply = try TestService().get(link)
        #expect(reply.status == 404)
        #expect(reply["x-ms-error-code"] == "BlobNotFound")
        #expect(reply.text == Self.xml("BlobNotFound", "The specified blob does not exist."))
    }

    // MARK: - Time

    @Test func `a link works until the last millisecond of its lifetime`() throws {
        let service = TestService()
        service.pass(.milliseconds(250))
        let link = try service.link()
        service.pass(.milliseconds(599_999))
        #expect(try service.get(link).status == 200)
        // The picture expires before the signature does, whose expiry is a whole second.
        service.pass(.milliseconds(1))
        #expect(try service.get(link).status == 403)
        service.pass(.milliseconds(750))
        let reply = try service.get(link)
        #expect(reply.status == 403)
        #expect(
            reply.text
                == Self.denial(
                    "Signature not valid in the specified time frame: "
                        + "Expiry [2026-11-20T14:00:00Z] - Current [2026-11-20T14:00:01Z]"))
    }

    @Test func `resultLifetime sets the lifetime of a link`() throws {
        let service = TestService { $0.tasks.resultLifetime = .seconds(60) }
        let link = try service.link()
        #expect(link.contains("?se=2026-11-20T13%3A51%3A00Z&"))
        service.pass(.seconds(59))
        #expect(try service.get(link).status == 200)
        service.pass(.seconds(2))
        #expect(try service.get(link).status == 403)
    }

    // MARK: - The answer

    private static func checksum(_ bytes: [UInt8]) -> String {
        let digest = MD5.digest(bytes.span).bytes
        return PNG.base64(digest.bytes.indices.map { digest.bytes[$0] })
    }

    @Test(arguments: [4 << 20, 0]) func `GET and HEAD describe the file of a picture`(memory: Int) throws {
        let service = TestService { $0.tasks.resultMemory = memory }
        let link = try service.link()
        let reply = try service.get(link)
        #expect(reply.body == Self.file)
        #expect(reply["content-length"] == "\(Self.file.count)")
        #expect(reply["content-md5"] == Self.checksum(Self.file))
        #expect(reply["last-modified"] == "Fri, 20 Nov 2026 13:50:00 GMT")
        #expect(reply["accept-ranges"] == "bytes")
        #expect(reply["x-ms-blob-type"] == "BlockBlob")
        #expect(reply["access-control-allow-origin"] == nil)
        #expect(reply["etag"]?.hasPrefix("\"0x") == true)

        let head = try service.ask("HEAD", link)
        #expect(head.status == 200 && head.body.isEmpty)
        let fields = ["content-length", "content-type", "content-md5", "etag", "last-modified"]
        #expect(fields.map { head[$0] } == fields.map { reply[$0] })
    }

    @Test(arguments: [4 << 20, 0]) func `a range request answers 206 with the requested bytes`(memory: Int) throws {
        let service = TestService { $0.tasks.resultMemory = memory }
        let link = try service.link()
        let part = try service.get(link, fields: "range: bytes=1-3\r\n")
        #expect(part.status == 206 && part.body == Array("PNG".utf8))
        #expect(part["content-range"] == "bytes 1-3/\(Self.file.count)")
        // The checksum is that of the whole file.
        #expect(part["content-md5"] == nil)
        #expect(part["x-ms-blob-content-md5"] == Self.checksum(Self.file))
        #expect(try service.get(link, fields: "range: bytes=1000-\r\n").status == 416)
    }

    @Test func `a conditional request for an unchanged picture answers 304`() throws {
        let service = TestService()
        let link = try service.link()
        let tag = try #require(try service.get(link)["etag"])
        let reply = try service.get(link, fields: "if-none-match: \(tag)\r\n")
        #expect(reply.status == 304 && reply.body.isEmpty && reply["content-md5"] == nil)
        #expect(try service.get(link, fields: "if-none-match: \"0x00\"\r\n").status == 200)
        #expect(
            try service.get(link, fields: "if-modified-since: Fri, 20 Nov 2026 13:50:00 GMT\r\n").status == 304)
    }

    @Test func `deliveryOrigin sets access-control-allow-origin of pictures`() throws {
        let service = TestService { $0.bfl.deliveryOrigin = "*" }
        #expect(try service.get(service.link())["access-control-allow-origin"] == "*")
    }

    @Test func `methods other than GET and HEAD answer 405 UnsupportedHttpVerb`() throws {
        let service = TestService()
        for method in ["DELETE", "POST", "OPTIONS", "BREW"] {
            let reply = try service.ask(method, service.link())
            #expect(reply.status == 405 && reply["allow"] == "GET, HEAD")
            #expect(reply["content-type"] == "application/xml")
            #expect(reply["x-ms-error-code"] == "UnsupportedHttpVerb")
            #expect(
                reply.text == Self.xml("UnsupportedHttpVerb", "The resource doesn't support specified Http Verb."))
        }
    }

    /// A result memory of 0 keeps the picture in a file.
    @Test(arguments: [4 << 20, 0]) func `a server sends a picture from memory and from a file`(memory: Int) throws {
        let service = TestService { $0.tasks.resultMemory = memory }
        let link = try service.link()
        try withServer(service.router) { server in
            let client = try server.connect()
            try client.send("GET \(link) HTTP/1.1\r\nhost: test\r\nconnection: close\r\n\r\n")
            let reply = try client.receiveReply()
            #expect(reply.status == 200 && reply.body == Self.file)
        }
    }

    /// The file's first 24 bytes are the signature and the dimensions of a PNG.
    @Test func `the engine makes a PNG of the requested size`() throws {
        let service = TestService { $0.usesEngine = true }
        let image = PNG.base64(File.read("images/png-rgb-8.png"))
        let id = try #require(try service.submit(image: image).json["id"]?.string)
        let sample = try #require(try service.ended(id).json["result"]?["sample"]?.string)
        let reply = try service.get(String(sample.dropFirst("http://test".count)))
        #expect(reply.status == 200)
        #expect(reply.body.starts(with: PNG.bytes(64, 64).prefix(24)))
        #expect(reply["content-md5"] == Self.checksum(reply.body))
    }
}

extension String {
    fileprivate func replacingCharacters(_ from: Index, _ to: Index, with text: String) -> String {
        self[..<from] + text + self[to...]
    }
}
