import Bytes
import Testing

@testable import HTTP

/// What the fields of a request select, without any server.
@Suite struct SelectionTests {
    // MARK: - Ranges

    @Test(
        arguments: [
            ("bytes=0-0", .part(0..<1)), ("bytes=0-4", .part(0..<5)), ("bytes=3-7", .part(3..<8)),
            ("bytes=9-9", .part(9..<10)), ("bytes=0-9", .part(0..<10)),
            // Beyond the end there is nothing more to send.
            ("bytes=0-10", .part(0..<10)), ("bytes=5-999", .part(5..<10)),
            ("bytes=5-9223372036854775807", .part(5..<10)), ("bytes=5-99999999999999999999999", .part(5..<10)),
            ("bytes=0-", .part(0..<10)), ("bytes=9-", .part(9..<10)),
            ("bytes=-1", .part(9..<10)), ("bytes=-10", .part(0..<10)), ("bytes=-11", .part(0..<10)),
            ("bytes=-99999999999999999999999", .part(0..<10)),
            ("BYTES=1-2", .part(1..<3)), ("Bytes=1-2", .part(1..<3)), ("bytes=001-002", .part(1..<3)),
            // Empty elements of a list are none. RFC 9110, 5.6.1.2.
            ("bytes=1-2,", .part(1..<3)), ("bytes=,1-2", .part(1..<3)), ("bytes= 1-2 ,\t,", .part(1..<3)),
            ("bytes=10-", .unsatisfiable), ("bytes=10-10", .unsatisfiable), ("bytes=10-20", .unsatisfiable),
            ("bytes=9223372036854775807-", .unsatisfiable), ("bytes=9223372036854775808-", .unsatisfiable),
            ("bytes=18446744073709551616-18446744073709551617", .unsatisfiable),
            ("bytes=99999999999999999999999-99999999999999999999999", .unsatisfiable),
            ("bytes=-0", .unsatisfiable), ("bytes=-00", .unsatisfiable),
            // Several ranges, even if some are empty or the same.
            ("bytes=0-1,3-4", .whole), ("bytes=0-0,-1", .whole), ("bytes=10-,0-1", .whole), ("bytes=0-1, 0-1", .whole),
            // Nothing that can be read.
            ("bytes=4-3", .whole), ("bytes=1-0", .whole), ("bytes=99999999999999999999999-0", .whole),
            ("bytes", .whole), ("bytes=", .whole), ("bytes=-", .whole), ("bytes=,", .whole), ("bytes=--1", .whole),
            ("bytes=1", .whole), ("bytes=a-b", .whole), ("bytes=1-b", .whole), ("bytes=a-1", .whole),
            ("bytes=1-2-3", .whole), ("bytes=1 - 2", .whole), ("bytes=1- 2", .whole), ("bytes=+1-2", .whole),
            ("bytes=0x1-2", .whole), ("bytes=1.0-2", .whole), ("bytes=1-2;", .whole), ("bytes=½-2", .whole),
            ("bytes=1-2 3", .whole), ("bytes =1-2", .whole), ("bytes:1-2", .whole), ("byte=1-2", .whole),
            ("bytess=1-2", .whole), ("items=1-2", .whole), ("1-2", .whole), ("", .whole), ("=1-2", .whole),
        ] as [(String, Selection)])
    func `ranges of ten bytes are read`(field: String, selection: Selection) {
        #expect(Selection(range: field.utf8.span, of: 10) == selection)
        #expect(Self.selection("Range: \(field)") == selection)
    }

    @Test(
        arguments: [
            ("bytes=0-", .unsatisfiable), ("bytes=0-0", .unsatisfiable), ("bytes=-0", .unsatisfiable),
            // All of nothing: a part of it could not be named.
            ("bytes=-1", .whole), ("bytes=-99999999999999999999999", .whole), ("bytes=1-0", .whole),
        ] as [(String, Selection)])
    func `a range of an empty representation is unsatisfiable`(field: String, selection: Selection) {
        #expect(Selection(range: field.utf8.span, of: 0) == selection)
    }

    /// Every small range of every small size, against what the words of the standard say one by one.
    @Test func `all small ranges are read`() {
        for count in 0...4 {
            for a in 0...5 {
                let bytes = Array(0..<count)
                let from = bytes.filter { $0 >= a }
                #expect(Selection(range: "bytes=\(a)-".utf8.span, of: count) == Self.selecting(from, a < count))
                let last = Array(bytes.suffix(a))
                let suffix = Selection(range: "bytes=-\(a)".utf8.span, of: count)
                #expect(suffix == (count == 0 && a > 0 ? .whole : Self.selecting(last, a > 0)))
                for b in 0...5 {
                    let between = bytes.filter { $0 >= a && $0 <= b }
                    let selection = Selection(range: "bytes=\(a)-\(b)".utf8.span, of: count)
                    #expect(selection == (b < a ? .whole : Self.selecting(between, a < count)))
                }
            }
        }
    }

    private static func selecting(_ bytes: [Int], _ isSatisfiable: Bool) -> Selection {
        guard isSatisfiable, let first = bytes.first, let last = bytes.last else { return .unsatisfiable }
        return .part(first..<(last + 1))
    }

    @Test func `a range counts for GET alone`() {
        #expect(Self.selection("Range: bytes=1-2", method: "HEAD") == .whole)
        #expect(Self.selection("Range: bytes=10-", method: "HEAD") == .whole)
        #expect(Self.selection("Range: bytes=1-2", method: "POST") == .whole)
    }

    @Test func `ranges in two fields are several ranges`() {
        #expect(Self.selection("Range: bytes=1-2", "Range: bytes=1-2") == .whole)
    }

    // MARK: - Conditions

    private static let part = Selection.part(1..<3)
    private static let now = "Sun, 06 Nov 1994 08:49:37 GMT"
    private static let before = "Sun, 06 Nov 1994 08:49:36 GMT"
    private static let after = "Sun, 06 Nov 1994 08:49:38 GMT"

    @Test(
        arguments: [
            (#""a""#, .notModified), ("*", .notModified), (#"W/"a""#, .notModified), (#""b", "a""#, .notModified),
            (#""b","a""#, .notModified), (#" "b" , W/"a" "#, .notModified), (#","a","#, .notModified),
            (#""b""#, .whole), (#""""#, .whole), (#"a"#, .whole), (#""A""#, .whole), (#"w/"a""#, .whole),
            (#""a"#, .whole), (#"a""#, .whole), ("", .whole), ("W/", .whole), ("W", .whole), (#"W/"#, .whole),
            // A comma in a tag divides nothing.
            (#""b,"a""#, .whole), (#""b,a""#, .whole), (#""a b""#, .whole),
        ] as [(String, Selection)])
    func `If-None-Match is compared weakly`(field: String, selection: Selection) {
        #expect(Self.selection("If-None-Match: \(field)") == selection)
        #expect(Self.selection("If-None-Match: \(field)", method: "HEAD") == selection)
        let other: Selection = selection == .notModified ? .preconditionFailed : .whole
        #expect(Self.selection("If-None-Match: \(field)", method: "POST") == other)
    }

    @Test(
        arguments: [
            (#""a""#, .whole), ("*", .whole), (#""b", "a""#, .whole), (#"W/"a", "a""#, .whole),
            // Not strong enough.
            (#"W/"a""#, .preconditionFailed), (#""b""#, .preconditionFailed), ("", .preconditionFailed),
            ("a", .preconditionFailed), (#""b", W/"a""#, .preconditionFailed),
        ] as [(String, Selection)])
    func `If-Match is compared strongly`(field: String, selection: Selection) {
        for method in ["GET", "HEAD", "POST"] {
            #expect(Self.selection("If-Match: \(field)", method: method) == selection)
        }
    }

    @Test func `entity tags may stand in several fields`() {
        #expect(Self.selection(#"If-None-Match: "b""#, #"If-None-Match: "a""#) == .notModified)
        #expect(Self.selection(#"If-Match: "b""#, #"If-Match: "a""#) == .whole)
        #expect(Self.selection(#"If-Match: "b""#, #"If-Match: "c""#) == .preconditionFailed)
    }

    @Test(
        arguments: [
            (now, .notModified, .whole), (after, .notModified, .whole), (before, .whole, .preconditionFailed),
            ("Sunday, 06-Nov-94 08:49:37 GMT", .notModified, .whole),
            ("Sun Nov  6 08:49:36 1994", .whole, .preconditionFailed),
            // What is no date is as if it were not there.
            ("yesterday", .whole, .whole), ("", .whole, .whole), ("0", .whole, .whole),
            ("Sun, 31 Feb 1994 08:49:37 GMT", .whole, .whole),
        ] as [(String, Selection, Selection)])
    func `conditions by date are evaluated`(field: String, since: Selection, unmodified: Selection) {
        #expect(Self.selection("If-Modified-Since: \(field)") == since)
        #expect(Self.selection("If-Modified-Since: \(field)", method: "HEAD") == since)
        // Only what reads can be spared.
        #expect(Self.selection("If-Modified-Since: \(field)", method: "POST") == .whole)
        #expect(Self.selection("If-Unmodified-Since: \(field)") == unmodified)
        #expect(Self.selection("If-Unmodified-Since: \(field)", method: "POST") == unmodified)
    }

    @Test func `a date field that stands twice is ignored`() {
        #expect(Self.selection("If-Modified-Since: \(Self.now)", "If-Modified-Since: \(Self.now)") == .whole)
        #expect(Self.selection("If-Unmodified-Since: \(Self.before)", "If-Unmodified-Since: \(Self.now)") == .whole)
    }

    @Test(
        arguments: [
            (#""a""#, part), (#""b""#, .whole), (#"W/"a""#, .whole), ("*", .whole), ("", .whole),
            (#""b", "a""#, .whole),
            (now, part), ("Sunday, 06-Nov-94 08:49:37 GMT", part), (before, .whole), (after, .whole), ("soon", .whole),
        ] as [(String, Selection)])
    func `If-Range decides whether a range counts`(field: String, selection: Selection) {
        #expect(Self.selection("If-Range: \(field)", "Range: bytes=1-2") == selection)
        #expect(Self.selection("If-Range: \(field)") == .whole)
        // The range is not even looked at.
        let late: Selection = selection == .whole ? .whole : .unsatisfiable
        #expect(Self.selection("If-Range: \(field)", "Range: bytes=10-") == late)
    }

    @Test func `two If-Range fields disable the range`() {
        #expect(Self.selection(#"If-Range: "a""#, #"If-Range: "a""#, "Range: bytes=1-2") == .whole)
    }

    /// RFC 9110, 13.2.2: each condition is asked only if those before it have not decided.
    @Test(
        arguments: [
            // A tag beats the date of its kind.
            ([#"If-Match: "a""#, "If-Unmodified-Since: \(before)"], .whole),
            ([#"If-Match: "b""#, "If-Unmodified-Since: \(after)"], .preconditionFailed),
            ([#"If-None-Match: "b""#, "If-Modified-Since: \(now)"], .whole),
            ([#"If-None-Match: "a""#, "If-Modified-Since: \(before)"], .notModified),
            // What protects comes before what spares.
            ([#"If-None-Match: "a""#, #"If-Match: "b""#], .preconditionFailed),
            (["If-Modified-Since: \(now)", "If-Unmodified-Since: \(before)"], .preconditionFailed),
            (["If-Modified-Since: \(now)", "If-Unmodified-Since: \(now)"], .notModified),
            ([#"If-None-Match: "a""#, "If-Unmodified-Since: \(before)"], .preconditionFailed),
            ([#"If-Match: "a""#, #"If-None-Match: "a""#], .notModified),
            // The range comes last.
            ([#"If-None-Match: "a""#, "Range: bytes=1-2"], .notModified),
            ([#"If-None-Match: "a""#, "Range: bytes=10-"], .notModified),
            ([#"If-None-Match: "b""#, "Range: bytes=1-2"], part),
            ([#"If-Match: "b""#, "Range: bytes=1-2"], .preconditionFailed),
            ([#"If-Match: "a""#, #"If-Range: "a""#, "Range: bytes=1-2"], part),
            (["If-Unmodified-Since: \(before)", "Range: bytes=10-"], .preconditionFailed),
            (["If-Modified-Since: \(before)", "Range: bytes=10-"], .unsatisfiable),
        ] as [([String], Selection)])
    func `conditions are evaluated in the order of RFC 9110`(fields: [String], selection: Selection) {
        #expect(Self.selection(fields) == selection)
        #expect(Self.selection(fields.reversed()) == selection)
    }

    @Test func `a representation without tag and date matches only the asterisk`() {
        let plain = Representation(Self.content, contentType: "image/png")
        #expect(Self.selection([#"If-None-Match: "a""#], of: plain) == .whole)
        #expect(Self.selection(["If-None-Match: *"], of: plain) == .notModified)
        #expect(Self.selection([#"If-Match: "a""#], of: plain) == .preconditionFailed)
        #expect(Self.selection(["If-Match: *"], of: plain) == .whole)
        #expect(Self.selection(["If-Modified-Since: \(Self.after)"], of: plain) == .whole)
        #expect(Self.selection(["If-Unmodified-Since: \(Self.before)"], of: plain) == .whole)
        #expect(Self.selection([#"If-Range: "a""#, "Range: bytes=1-2"], of: plain) == .whole)
        #expect(Self.selection(["If-Range: \(Self.now)", "Range: bytes=1-2"], of: plain) == .whole)
        #expect(Self.selection(["If-Range: soon", "Range: bytes=1-2"], of: plain) == .whole)
        #expect(Self.selection(["Range: bytes=1-2"], of: plain) == Self.part)
    }

    // MARK: - Asking

    private static let content = StoredContent.bytes(SharedBytes(ByteBuffer("0123456789")))

    private static func selection(_ fields: String..., method: String = "GET") -> Selection {
        selection(fields, method: method)
    }

    private static func selection(_ fields: [String], method: String = "GET") -> Selection {
        let dated = Representation(
            content, contentType: "image/png", entityTag: #""a""#, lastModified: 784_111_777)
        return selection(fields, of: dated, method: method)
    }

    private static func selection(
        _ fields: [String], of representation: Representation, method: String = "GET"
    ) -> Selection {
        let bytes = head(["\(method) / HTTP/1.1", "Host: a"] + fields)
        var parser = RequestParser()
        guard case .complete = parser.parse(bytes.span, limits: Limits()) else {
            Issue.record("not a head: \(fields)")
            return .whole
        }
        var head = RequestHead()
        swap(&head, &parser.head)
        return representation.selection(for: Request(head: head, storage: ByteBuffer(bytes.span), base: 0))
    }
}
