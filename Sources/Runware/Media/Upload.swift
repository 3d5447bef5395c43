import Bytes
import Imaging
import Intake

/// A file to store, and the properties from its header.
struct Upload: ~Copyable {
    let file: ByteBuffer
    let probe: ImageProbe

    /// Reads a picture, and scales it down and re-encodes it if a side exceeds the limit.
    init(_ file: consuming ByteBuffer, longestSide: Int?, _ intake: Intake) throws(IntakeError) {
        let probe = try intake.probe(file)
        let side = max(probe.width, probe.height)
        guard let longestSide, side > longestSide else {
            self.probe = probe
            self.file = file
            return
        }
        let (width, height) = (
            max(1, (probe.width * longestSide + side / 2) / side),
            max(1, (probe.height * longestSide + side / 2) / side)
        )
        let raster = try intake.decode(file) { $0.reduced(toWidth: width, height: height) }
        var smaller = ByteBuffer()
        var encoder = ImageEncoder()
        do throws(EncodingError) {
            try encoder.encode(SharedRaster(raster), as: OutputFormat(keeping: probe.format), into: &smaller)
        } catch {
            // A decoded picture that was scaled down is never too large to encode, and encoding is never canceled.
            preconditionFailure("\(error)")
        }
        self.probe = try intake.probe(smaller)
        self.file = smaller
    }

    consuming func takeFile() -> ByteBuffer { file }
}

extension OutputFormat {
    /// The same format, or a lossless one if that format cannot be written.
    fileprivate init(keeping format: ImageFormat) {
        switch format {
        case .png, .gif, .bmp: self = .png
        case .jpeg: self = .jpeg()
        case .webp: self = .webp(quality: 95)
        }
    }
}
