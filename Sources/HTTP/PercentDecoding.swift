public import Bytes

extension Span where Element == UInt8 {
    /// Whether one of these bytes is `byte`.
    @inline(__always)
    func contains(_ byte: UInt8) -> Bool {
        for i in 0..<count where self[i] == byte { return true }
        return false
    }

    /// These bytes with every `%xx` made the byte it stands for. A percent sign without two digits stays as it is.
    public func percentDecoded(plusIsSpace: Bool = false) -> ByteBuffer {
        var decoded = ByteBuffer(capacity: count)
        var at = 0
        while at < count {
            let byte = self[at]
            if byte == UInt8(ascii: "%"), at + 2 < count, let high = self[at + 1].hexValue,
                let low = self[at + 2].hexValue
            {
                decoded.append(high << 4 | low)
                at += 3
            } else {
                decoded.append(plusIsSpace && byte == UInt8(ascii: "+") ? UInt8(ascii: " ") : byte)
                at += 1
            }
        }
        return decoded
    }
}
