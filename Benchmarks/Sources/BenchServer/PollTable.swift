import Bytes
import HTTP

/// The tasks that polls ask for: a hash table of UUIDs, as a store in memory would be.
struct PollTable: Sendable {
    struct Identifier: Hashable {
        let high: UInt64
        let low: UInt64
    }

    private let tasks: [Identifier: Int]

    init(count: Int) {
        var tasks: [Identifier: Int] = [:]
        for index in 0..<count {
            tasks[Identifier(high: 0x4000, low: 0x8000_0000_0000_0000 | UInt64(index))] = index
        }
        self.tasks = tasks
    }

    /// The answer to a poll, as JSON, if its id is known.
    func answer(_ request: borrowing Request) -> ByteBuffer? {
        let query = request.query
        guard query.count == 39, query.extracting(first: 3).equals("id="),
            let id = Self.parse(query.extracting(droppingFirst: 3)), tasks[id] != nil
        else { return nil }
        var body = ByteBuffer(capacity: 512)
        body.append(#"{"id":""# as StaticString)
        body.append(query.extracting(droppingFirst: 3))
        body.append(
            #"","status":"Ready","progress":1,"result":{"sample":"http://127.0.0.1:4880/delivery/"# as StaticString)
        body.append(query.extracting(droppingFirst: 3))
        body.append(".png?signature=" as StaticString)
        while body.count < 257 { body.append(UInt8(ascii: "0")) }
        body.append(#""}}"# as StaticString)
        return body
    }

    private static func parse(_ text: Span<UInt8>) -> Identifier? {
        var (high, low, digits) = (UInt64(0), UInt64(0), 0)
        for i in 0..<text.count {
            if i == 8 || i == 13 || i == 18 || i == 23 {
                guard text[i] == UInt8(ascii: "-") else { return nil }
                continue
            }
            guard let digit = text[i].hexValue else { return nil }
            if digits < 16 { high = high << 4 | UInt64(digit) } else { low = low << 4 | UInt64(digit) }
            digits += 1
        }
        return digits == 32 ? Identifier(high: high, low: low) : nil
    }
}
