import Bytes
import System
import Testing
import Time

@testable import HTTP

@Suite struct ResponseTests {
    /// The head of a response, as it is written in 1994.
    private static func written(
        _ response: borrowing Response, closing: Bool = false, persisting: Bool = false, requestID: UInt64? = nil,
        length: Int? = nil
    ) -> String {
        var output = ByteBuffer()
        var date = HTTPDate(clock: Clock(at: Instant(secondsSince1970: 784_111_777), frozen: true))
        date.refresh(.now)
        ResponseWriter.append(
            response, date: date, closing: closing, persisting: persisting, requestID: requestID, length: length,
            to: &output)
        return output.bytes.text
    }

    private static let date = "\r\ndate: Sun, 06 Nov 1994 08:49:37 GMT"

    @Test func `a plain answer is written byte for byte`() {
        let head = Self.written(.json(.ok, ByteBuffer("{}")))
        #expect(
            head == "HTTP/1.1 200 OK\(Self.date)\r\ncontent-length: 2\r\ncontent-type: application/json\r\n\r\n")
    }

    @Test(arguments: [200, 404])
    func `an answer may carry a date and a length that are not the server's`(_ status: Int) {
        var response = Response(Status(status), .bytes(ByteBuffer("body")))
        response.date = Instant(secondsSince1970: 0)
        let start = status == 200 ? "HTTP/1.1 200 OK" : "HTTP/1.1 404 Not Found"
        let date = "date: Thu, 01 Jan 1970 00:00:00 GMT"
        #expect(Self.written(response) == "\(start)\r\n\(date)\r\ncontent-length: 4\r\n\r\n")
        #expect(Self.written(response, length: 99) == "\(start)\r\n\(date)\r\ncontent-length: 99\r\n\r\n")
        response.date = nil
        #expect(Self.written(response, length: 99) == "\(start)\(Self.date)\r\ncontent-length: 99\r\n\r\n")
    }

    @Test func `every field has its place`() {
        var response = Response.text(.notFound, "no")
        response.add("x-a", "1")
        response.add("x-b", "")
        let head = Self.written(response, closing: true, requestID: 7)
        let expected = """
            HTTP/1.1 404 Not Found\(Self.date)\r
            content-length: 2\r
            content-type: text/plain; charset=utf-8\r
            connection: close\r
            x-request-id: \(RequestID.text(7))\r
            x-a: 1\r
            x-b: \r
            \r

            """
        #expect(head == expected)
    }

    @Test func `the connection field is written only where it says something`() {
        let body = "\r\ncontent-length: 0"
        #expect(Self.written(Response(.ok)) == "HTTP/1.1 200 OK\(Self.date)\(body)\r\n\r\n")
        #expect(
            Self.written(Response(.ok), closing: true)
                == "HTTP/1.1 200 OK\(Self.date)\(body)\r\nconnection: close\r\n\r\n")
        #expect(
            Self.written(Response(.ok), persisting: true)
                == "HTTP/1.1 200 OK\(Self.date)\(body)\r\nconnection: keep-alive\r\n\r\n")
    }

    /// RFC 9110, 8.6: no length where there never is a body.
    @Test(arguments: [(101, "Switching Protocols"), (204, "No Content"), (304, "Not Modified")])
    func `an answer that never has a body has no length`(code: Int, reason: String) {
        #expect(Self.written(Response(Status(code))) == "HTTP/1.1 \(code) \(reason)\(Self.date)\r\n\r\n")
    }

    @Test func `a status without a reason keeps its space`() {
        #expect(Self.written(Response(Status(299))) == "HTTP/1.1 299 \(Self.date)\r\ncontent-length: 0\r\n\r\n")
    }

    @Test func `the length is that of the body`() {
        let bytes = SharedBytes(ByteBuffer("0123456789"))
        let part = Response(Status(206), .stored(.bytes(bytes), 2..<5))
        let head = Self.written(part)
        #expect(head == "HTTP/1.1 206 Partial Content\(Self.date)\r\ncontent-length: 3\r\n\r\n")
        let none = Response.Content.none.count
        #expect(none == 0)
    }

    /// Whatever a value holds, it stays one line.
    @Test(arguments: [
        ("a\r\nset-cookie: b", "a  set-cookie: b"), ("a\nb", "a b"), ("a\rb", "a b"), ("\r\n\r\n<html>", "    <html>"),
        ("\0", " "), ("a\tb", "a b"), ("\u{7F}", " "), ("ä: b", "ä: b"), ("", ""),
    ])
    func `a value cannot forge a field`(value: String, sent: String) {
        var response = Response(.noContent)
        response.add("x-a", value)
        let head = Self.written(response)
        #expect(head == "HTTP/1.1 204 No Content\(Self.date)\r\nx-a: \(sent)\r\n\r\n")
    }

    @Test func `no byte of a value ends its line`() {
        for byte in UInt8.min...UInt8.max {
            var response = Response(.noContent)
            response.add("x", [byte].span)
            let line = response.fields.bytes.extracting(3..<4)[0]
            #expect(line == (byte < 0x20 || byte == 0x7F ? 0x20 : byte))
            let count = response.fields.count
            #expect(count == 6)
        }
    }

    // MARK: - Refusals

    @Test(
        arguments: [
            (.badRequestLine, 400), (.badTarget, 400), (.bareLineFeed, 400), (.bareCarriageReturn, 400),
            (.controlByte, 400),
            (.foldedField, 400), (.badFieldName, 400), (.missingHost, 400), (.repeatedHost, 400), (.badHost, 400),
            (.badContentLength, 400), (.unequalContentLengths, 400), (.contentLengthWithTransferEncoding, 400),
            (.badTransferEncoding, 400), (.transferEncodingInHTTP10, 400), (.badChunkSize, 400), (.badChunkEnd, 400),
            (.badTrailer, 400), (.unknownTransferCoding, 501), (.versionNotSupported, 505), (.requestLineTooLong, 414),
            (.tooManyFields, 431), (.fieldsTooLarge, 431), (.bodyTooLarge, 413), (.headTimeout, 408),
            (.bodyTimeout, 408),
            (.unknownExpectation, 417), (.tooManyConnections, 503), (.outOfBodyMemory, 503),
        ] as [(Refusal, Int)])
    func `every refusal has its status and ends the connection`(refusal: Refusal, code: Int) {
        let response = refusal.response
        let (status, closes) = (response.status.code, response.closesConnection)
        #expect(status == code)
        #expect(closes)
        let fields = response.fields.bytes.text
        #expect(fields == (code == 503 ? "retry-after: 1\r\n" : ""))
        let text = Self.text(response.body)
        #expect(text == "{\"detail\":\"\(refusal.message)\"}")
        #expect(!"\(refusal.message)".contains("\"") && !"\(refusal.message)".isEmpty)
    }

    private static func text(_ body: borrowing Response.Content) -> String {
        switch body {
        case .bytes(let buffer): buffer.bytes.text
        default: ""
        }
    }

    // MARK: - Late answers

    @Test func `a responder answers once`() {
        let answers = Answers()
        let responder = Responder { answers.add($0.status.code) }
        responder.respond(Response(.ok))
        responder.respond(Response(.notFound))
        #expect(answers.all == [200])
    }

    @Test func `a responder that is dropped answers 500`() {
        let answers = Answers()
        do { _ = Responder { answers.add($0.status.code) } }
        #expect(answers.all == [500])
        do { Responder { answers.add($0.status.code) }.respond(Response(.noContent)) }
        #expect(answers.all == [500, 204])
    }

    private final class Answers: Sendable {
        private let codes = Locked<[Int]>([])
        func add(_ code: Int) { codes.withLock { $0.append(code) } }
        var all: [Int] { codes.withLock { $0 } }
    }
}
