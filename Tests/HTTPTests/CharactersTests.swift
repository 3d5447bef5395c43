import Bytes
import TestSupport
import Testing

@testable import HTTP

@Suite struct CharactersTests {
    private static let alphanumeric = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
    private static let bytes = Array(UInt8.min...UInt8.max)

    /// Spelled out from RFC 9110, 5.6.2.
    @Test func `the characters of a token are those of RFC 9110`() {
        let listed = Array(("!#$%&'*+-.^_`|~" + Self.alphanumeric).utf8)
        for byte in Self.bytes {
            #expect(CharacterSet.token.contains(byte) == listed.contains(byte), "\(byte)")
            let isToken = [byte].span.isToken
            #expect(isToken == listed.contains(byte))
        }
        let empty = [UInt8]().span.isToken
        #expect(!empty)
    }

    /// Spelled out from RFC 3986, 2.2 and 2.3.
    @Test func `the characters of a host are those of RFC 3986`() {
        let listed = Array(("-._~" + "!$&'()*+,;=" + "%" + Self.alphanumeric).utf8)
        for byte in Self.bytes { #expect(CharacterSet.hostName.contains(byte) == listed.contains(byte), "\(byte)") }
    }

    /// Against a plain loop: every byte at every place of every short run, behind bytes of every kind.
    @Test func `the first control byte is found at any position`() {
        for filler in [UInt8(ascii: "a"), 0x09, 0x20, 0x7E, 0x80, 0xFF] {
            for count in 0...26 {
                for place in 0..<count {
                    for byte in [0, 1, 8, 9, 10, 13, 0x1F, 0x20, 0x7E, 0x7F, 0x80, 0x9F, 0xFF] as [UInt8] {
                        var bytes = Array(repeating: filler, count: count)
                        bytes[place] = byte
                        expectFirstControl(bytes, from: [0, place, place + 1].filter { $0 <= count })
                    }
                }
            }
        }
        for byte in Self.bytes { expectFirstControl(Array(repeating: byte, count: 17), from: [0]) }
    }

    @Test func `the first of two control bytes is found`() {
        for first in 0..<16 {
            for second in first..<16 {
                for (a, b) in [(9, 10), (10, 9), (0, 0x7F), (0x7F, 0), (0x80, 0x1F), (9, 9), (0x7F, 0x80)]
                    as [(UInt8, UInt8)]
                {
                    var bytes = Array(repeating: UInt8(ascii: " "), count: 20)
                    bytes[second] = b
                    bytes[first] = a
                    expectFirstControl(bytes, from: [0])
                }
            }
        }
    }

    private func expectFirstControl(_ bytes: [UInt8], from starts: [Int]) {
        for start in starts {
            let found = atPageEnd(bytes) { $0.firstControl(from: start) }
            let expected = bytes[start...].firstIndex { $0 < 0x20 && $0 != 0x09 || $0 == 0x7F } ?? bytes.count
            if found != expected { Issue.record("\(bytes) from \(start): \(found), not \(expected)") }
        }
    }
}
