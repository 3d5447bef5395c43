import Bytes
import Imaging
import Testing

@testable import Intake

/// The checks of a file's headers.
@Suite struct ProbeTests {
    /// The header of a PNG file, which is all that a probe reads.
    private static func head(_ width: Int, _ height: Int) -> ByteBuffer {
        var file = ByteBuffer(
            [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0, 0, 0, 13, 0x49, 0x48, 0x44, 0x52].span)
        for number in [width, height] {
            for shift in [24, 16, 8, 0] { file.append(UInt8(truncatingIfNeeded: number >> shift)) }
        }
        for byte in [8, 2, 0, 0, 0, 0, 0, 0, 0] as [UInt8] { file.append(byte) }
        return file
    }

    private static func probe(_ file: borrowing ByteBuffer, _ change: (inout ImageLimits) -> Void) -> String {
        var settings = IntakeSettings()
        change(&settings.images)
        do throws(IntakeError) {
            let image = try Intake(settings).probe(file)
            return "\(image.format) \(image.width)x\(image.height)"
        } catch {
            return error.description
        }
    }

    @Test func `the size is read from the header`() {
        #expect(Self.probe(Self.head(300, 200)) { _ in } == "png 300x200")
    }

    @Test func `pixels, sides and bytes are bounded`() {
        #expect(Self.probe(Self.head(300, 200)) { $0.pixels = 60_000 } == "png 300x200")
        #expect(Self.probe(Self.head(300, 200)) { $0.pixels = 59_999 } == "PNG: 60000 pixels, at most 59999 allowed")
        #expect(
            Self.probe(Self.head(300, 200)) { $0.side = 299 } == "PNG: 300 pixels on one side, at most 299 allowed")
        #expect(Self.probe(Self.head(300, 200)) { $0.inputBytes = 33 } == "png 300x200")
        #expect(
            Self.probe(Self.head(300, 200)) { $0.inputBytes = 32 } == "PNG: 33 bytes in the file, at most 32 allowed")
    }

    @Test func `a file that is no image is refused with a reason`() {
        #expect(Self.probe(ByteBuffer()) { _ in } == "the image is empty")
        #expect(
            Self.probe(ByteBuffer("hi")) { _ in } == "this is not an image; PNG, JPEG, WebP, GIF and BMP are read")
        #expect(Self.probe(ByteBuffer("GIF89a")) { _ in } == "GIF: the file ends too early")
        let few = { (limits: inout ImageLimits) in limits.formats = [.png, .webp] }
        #expect(Self.probe(ByteBuffer("GIF89a"), few) == "GIF is not read; PNG and WebP are")
    }

    @Test func `formats may be left out`() throws {
        let intake = Intake().taking([.png, .gif]).taking([.gif, .bmp])
        do throws(IntakeError) {
            _ = try intake.probe(Self.head(300, 200))
            Issue.record("PNG was taken")
        } catch {
            guard case .image(let reason, _) = error else {
                Issue.record("\(error)")
                return
            }
            #expect(reason.reason == .notAnImage(read: [.gif]))
        }
    }
}
