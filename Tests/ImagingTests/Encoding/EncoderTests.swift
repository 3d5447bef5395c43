import Bytes
import Imaging
import Parallel
import Synchronization
import Testing

@Suite struct EncoderTests {
    static let outputs: [OutputFormat] = [.png, .jpeg(), .webp(), .losslessWebP]

    /// A picture that must never be painted.
    struct Untouched: PixelSource {
        let width: Int
        let height: Int
        var channels: Int { 3 }

        func paint(_ rows: Range<Int>, into pixels: inout MutableSpan<UInt8>) {
            Issue.record("painted")
        }
    }

    @Test(arguments: [(OutputFormat.jpeg(), 65_500), (.webp(), 16_383), (.losslessWebP, 16_383)])
    func `a side too long for the format is refused`(output: OutputFormat, longest: Int) throws {
        #expect(output.longestSide == longest)
        for (width, height) in [(longest + 1, 1), (1, longest + 1)] {
            let refusal = EncodingError.tooLarge(format: output.format, side: longest + 1, longest: longest)
            #expect(throws: refusal) { try encoded(Untouched(width: width, height: height), as: output) }
            #expect("\(refusal)".contains("\(longest + 1)"))
        }
        let file = try encoded(TestPicture(.flat, longest, 1), as: output)
        let probe = try ImageProbe(file.span)
        #expect(probe.width == longest && probe.height == 1)
    }

    @Test(arguments: outputs)
    func `progress rises to one`(output: OutputFormat) throws {
        let steps = Steps(stopping: nil)
        var encoder = ImageEncoder()
        var file = ByteBuffer()
        try encoder.encode(TestPicture(.photograph, 640, 300), as: output, into: &file) { steps.note($0) }
        #expect(steps.all == steps.all.sorted() && steps.all.last == 1 && steps.all.count > 1)
    }

    @Test(arguments: outputs)
    func `an encoder that was cancelled writes the next file`(output: OutputFormat) throws {
        let picture = TestPicture(.photograph, 640, 300)
        var encoder = ImageEncoder()
        for workers in [1, 2] {
            let steps = Steps(stopping: 1)
            var file = ByteBuffer()
            var failure: EncodingError?
            do throws(EncodingError) {
                try encoder.encode(picture, as: output, on: ComputePool(count: workers), into: &file) { steps.note($0) }
            } catch {
                failure = error
            }
            #expect(failure == .cancelled)
            file.removeAll()
            try encoder.encode(picture, as: output, into: &file)
            let isFresh = array(file.bytes) == (try encoded(picture, as: output))
            #expect(isFresh)
        }
    }

    @Test(arguments: outputs)
    func `an encoded file is appended to the buffer`(output: OutputFormat) throws {
        var encoder = ImageEncoder()
        var file = ByteBuffer("before")
        try encoder.encode(TestPicture(.noise, 20, 10), as: output, into: &file)
        let expected = Array("before".utf8) + (try encoded(TestPicture(.noise, 20, 10), as: output))
        let isAppended = array(file.bytes) == expected
        #expect(isAppended)
    }

    /// Records progress reports, and cancels at a given one.
    final class Steps: Sendable {
        private let noted = Mutex<[Double]>([])
        private let last: Int?

        init(stopping last: Int?) { self.last = last }

        var all: [Double] { noted.withLock { $0 } }

        func note(_ share: Double) -> Bool {
            noted.withLock {
                $0.append(share)
                return $0.count != last
            }
        }
    }
}
