internal import Bytes

/// Unpacks a frame of a GIF (GIF89a, appendix F: LZW with codes of growing width).
enum GIFPixels {
    /// The pixels that a code stands for, as a range of the output: each string is an earlier one and the pixel after it.
    private struct CodeString {
        var start = 0
        var length = 0
    }

    private static let mostCodes = 4096

    /// The frame's palette indices, in the stored order of rows.
    static func unpack(_ file: Span<UInt8>, _ frame: GIFLayout.Frame) throws(ImageError) -> [UInt8] {
        let total = frame.width * frame.height
        var bytes = [UInt8](repeating: 0, count: total)
        var pixels = bytes.mutableSpan
        var phrases = [CodeString](repeating: CodeString(), count: mostCodes)
        var codes = Codes(file, frame)
        let clear = 1 << frame.pixelBits
        // The clear code and the end code follow the palette.
        var next = clear + 2
        var last: CodeString?
        var done = 0
        while done < total {
            let code = try codes.next()
            if code == clear {
                (next, last, codes.width) = (clear + 2, nil, frame.pixelBits + 1)
                continue
            }
            guard code != clear + 1 else { throw ImageError(.gif, .corrupt("the pixels end early")) }
            var phrase = CodeString(start: done, length: 1)
            if code < clear {
                pixels[done] = UInt8(truncatingIfNeeded: code)
            } else {
                var source = CodeString()
                if code < next {
                    source = phrases[code]
                } else if code == next, next < mostCodes, let last {
                    // The code being defined: it ends with the pixel it begins with.
                    source = CodeString(start: last.start, length: last.length + 1)
                } else {
                    throw ImageError(.gif, .corrupt("a code that stands for nothing"))
                }
                phrase.length = min(source.length, total - done)
                for offset in 0..<phrase.length { pixels[done + offset] = pixels[source.start + offset] }
            }
            if let last, next < mostCodes {
                phrases[next] = CodeString(start: last.start, length: last.length + 1)
                next += 1
                if next == 1 << codes.width, codes.width < 12 { codes.width += 1 }
            }
            last = phrase
            done += phrase.length
        }
        return bytes
    }

    /// Reads the codes of a frame from its sub-blocks.
    private struct Codes: ~Escapable {
        private let file: Span<UInt8>
        private var at: Int
        /// Remaining bytes of the current sub-block.
        private var left = 0
        private var bits: UInt32 = 0
        private var count = 0
        /// The bits of the next code.
        var width: Int

        @_lifetime(copy file)
        init(_ file: Span<UInt8>, _ frame: GIFLayout.Frame) {
            self.file = file
            (at, width) = (frame.data, frame.pixelBits + 1)
        }

        @_lifetime(self: copy self)
        mutating func next() throws(ImageError) -> Int {
            while count < width {
                if left == 0 {
                    // `GIFLayout` has verified the sub-blocks up to the empty one.
                    left = Int(file[at])
                    guard left > 0 else { throw ImageError(.gif, .corrupt("the pixels end early")) }
                    at += 1
                }
                bits |= UInt32(file[at]) << UInt32(count)
                (at, left, count) = (at + 1, left - 1, count + 8)
            }
            let code = Int(bits & (1 << UInt32(width) - 1))
            bits >>= UInt32(width)
            count -= width
            return code
        }
    }
}
