import Bytes
import TestSupport
import Testing

@testable import HTTP

/// Framing, section by section as the Autobahn test suite numbers it: 1 framing, 2 pings and pongs, 3 reserved bits,
/// 4 opcodes, 9 limits.
@Suite struct WebSocketFrameTests {
    /// 1.1 and 1.2, 2.4: each kind of frame at each edge of the three forms of a length.
    @Test(arguments: [0, 1, 2, 3, 4, 7, 8, 9, 124, 125, 126, 127, 128, 65_535, 65_536, 1 << 20])
    func `payloads of every length arrive whole`(count: Int) {
        let payload = (0..<count).map { UInt8($0 % 95 + 32) }
        let expected = brief(ByteBuffer(payload.span))
        #expect(transcript(of: clientFrame(text, payload)) == ["text \(expected)"])
        #expect(transcript(of: clientFrame(binary, payload)) == ["binary \(expected)"])
        #expect(transcript(of: clientFrame(binary, payload), pieces: [3, 5, 1, 2]) == ["binary \(expected)"])
        guard count <= 125 else { return }
        #expect(transcript(of: clientFrame(ping, payload)) == ["ping \(expected)"])
        #expect(transcript(of: clientFrame(pong, payload)) == ["pong \(expected)"])
    }

    @Test func `the masking key continues across pieces of a payload`() {
        let payload = (0..<64).map { UInt8($0) }
        let frame = clientFrame(binary, payload, key: [1, 2, 4, 8])
        let expected = transcript(of: frame)
        for size in 1...20 {
            let pieces = Array(repeating: size, count: frame.count / size)
            #expect(transcript(of: frame, pieces: pieces) == expected)
        }
    }

    @Test func `every frame of one piece is read`() {
        let frames = clientFrame(text, "a") + clientFrame(ping, "") + clientFrame(text, "") + clientFrame(pong, "p")
        #expect(transcript(of: frames) == ["text 'a'", "ping ''", "text ''", "pong 'p'"])
    }

    /// A fault is told at the byte that shows it: the prefix before it says nothing yet.
    @Test(
        arguments: [
            // 3: reserved bits, on any frame.
            ([0xC1], .reservedBits), ([0xA1], .reservedBits), ([0x91], .reservedBits), ([0xF9], .reservedBits),
            ([0xC8], .reservedBits),
            // 4: reserved opcodes, data and control.
            ([0x83], .reservedOpcode), ([0x84], .reservedOpcode), ([0x85], .reservedOpcode), ([0x86], .reservedOpcode),
            ([0x87], .reservedOpcode), ([0x8B], .reservedOpcode), ([0x8C], .reservedOpcode), ([0x8D], .reservedOpcode),
            ([0x8E], .reservedOpcode), ([0x8F], .reservedOpcode),
            // 2.5, 5.1, 5.2: control frames too long or in fragments.
            ([0x89, 0xFE], .longControl), ([0x88, 0xFF], .longControl), ([0x8A, 0xFE], .longControl),
            ([0x09], .fragmentedControl), ([0x0A], .fragmentedControl), ([0x08], .fragmentedControl),
            // Without a mask.
            ([0x81, 0x00], .notMasked), ([0x82, 0x7E], .notMasked), ([0x89, 0x00], .notMasked),
            // Lengths that are longer than they must be, or impossible.
            ([0x82, 0xFE, 0, 125], .lengthNotShortest), ([0x82, 0xFE, 0, 0], .lengthNotShortest),
            ([0x82, 0xFF, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF], .lengthNotShortest),
            ([0x82, 0xFF, 0, 0, 0, 0, 0, 0, 0, 0], .lengthNotShortest),
            ([0x82, 0xFF, 0x80], .lengthTooLarge), ([0x82, 0xFF, 0xFF], .lengthTooLarge),
        ] as [([UInt8], WebSocket.Failure)])
    func `a malformed frame header fails`(bytes: [UInt8], failure: WebSocket.Failure) {
        #expect(transcript(of: bytes) == ["failure 1002 \(failure)"])
        #expect(transcript(of: bytes, pieces: [1, 1, 1]) == ["failure 1002 \(failure)"])
        #expect(transcript(of: Array(bytes.dropLast())) == [])
        // What came in order before it is not lost, what comes after is dropped.
        let around = clientFrame(text, "before") + bytes + clientFrame(text, "after")
        #expect(transcript(of: around) == ["text 'before'", "failure 1002 \(failure)"])
    }

    @Test(arguments: [
        (16, [clientFrame(binary, Array(repeating: 1, count: 17))]),
        (16, [clientFrame(text, "0123456789", isFinal: false), clientFrame(continuation, "0123456", isFinal: false)]),
        (0, [clientFrame(text, "a")]),
        (1 << 26, [[0x82, 0xFF, 0x7F, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 1, 2, 3, 4]]),
        (
            1 << 26,
            [
                clientFrame(text, "a", isFinal: false), [0x80, 0xFF, 0x7F] + Array(repeating: 0xFF, count: 7),
                [1, 2, 3, 4],
            ]
        ),
    ])
    func `a message past the limit is refused by its header`(limit: Int, frames: [[UInt8]]) {
        #expect(transcript(of: frames.flatMap(\.self), limit: limit) == ["failure 1009 messageTooBig"])
    }

    @Test func `a message of the limit and pings beside it are accepted`() {
        let frames =
            clientFrame(text, "0123456789", isFinal: false) + clientFrame(ping, "0123456789")
            + clientFrame(continuation, "012345")
        #expect(transcript(of: frames + frames, limit: 16).count == 4)
    }

    @Test func `memory is reserved as bytes arrive and not as they are announced`() {
        var asked = 0
        let frame = clientFrame(binary, Array(repeating: 7, count: 1 << 20))
        _ = transcript(
            of: Array(frame.prefix(1014)),
            reserve: {
                asked += $0; return true
            })
        #expect(asked == 1250)
        asked = 0
        _ = transcript(
            of: frame, pieces: Array(repeating: 1000, count: 1000),
            reserve: {
                asked += $0; return true
            })
        #expect(asked == 1 << 20)
    }

    @Test func `a refused reservation fails with 1013`() {
        let frames = clientFrame(text, "small") + clientFrame(binary, Array(repeating: 7, count: 100))
        let lines = transcript(of: frames, reserve: { $0 < 100 })
        #expect(lines == ["text 'small'", "failure 1013 outOfMemory"])
    }

    @Test(
        arguments: [
            (0, [0x82, 0]), (125, [0x82, 125]), (126, [0x82, 126, 0, 126]), (65_535, [0x82, 126, 0xFF, 0xFF]),
            (65_536, [0x82, 127, 0, 0, 0, 0, 0, 1, 0, 0]), (1 << 40, [0x82, 127, 0, 0, 1, 0, 0, 0, 0, 0]),
        ] as [(Int, [UInt8])])
    func `frame headers are written in their shortest form`(count: Int, expected: [UInt8]) {
        var output = ByteBuffer()
        WebSocket.FrameWriter.header(.binary, count: count, into: &output)
        let same = output.bytes.equals(expected.span)
        #expect(same)
    }

    @Test func `control frames are written whole`() {
        var output = ByteBuffer()
        WebSocket.FrameWriter.ping([1, 2].span, into: &output)
        WebSocket.FrameWriter.pong([3].span, into: &output)
        WebSocket.FrameWriter.close(.tooBig, reason: "big", into: &output)
        WebSocket.FrameWriter.close(nil, into: &output)
        WebSocket.FrameWriter.header(.text, isFinal: false, count: 1, into: &output)
        WebSocket.FrameWriter.header(.continuation, count: 1, into: &output)
        let expected: [UInt8] =
            [0x89, 2, 1, 2, 0x8A, 1, 3, 0x88, 5, 0x03, 0xF1] + Array("big".utf8) + [0x88, 0, 0x01, 1, 0x80, 1]
        let same = output.bytes.equals(expected.span)
        #expect(same)
    }

    @Test(arguments: WebSocket.Failure.allCases)
    func `every failure fits into a close frame`(failure: WebSocket.Failure) {
        var output = ByteBuffer()
        WebSocket.FrameWriter.close(failure.code, reason: failure.reason, into: &output)
        let size = output.count
        #expect(size == 4 + failure.reason.utf8CodeUnitCount)
        #expect(failure.code.isAllowedInFrame)
    }
}
