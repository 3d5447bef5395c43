import Bytes
import Imaging
import Intake

/// A file that a caller sent to be kept, and what its head says.
struct Upload: ~Copyable {
    let file: ByteBuffer
    let probe: ImageProbe

    /// A picture that came, with no side longer than there is to be: as it came, or smaller and written anew.
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
            // Nothing that was read and has become smaller is too large to be written, and nobody stops it.
            preconditionFailure("\(error)")
        }
        self.probe = try intake.probe(smaller)
        self.file = smaller
    }

    consuming func takeFile() -> ByteBuffer { file }
}

extension OutputFormat {
    /// The same format again, or one that loses nothing where that is not written.
    fileprivate init(keeping format: ImageFormat) {
        switch format {
        case .png, .gif, .bmp: self = .png
        case .jpeg: self = .jpeg()
        case .webp: self = .webp(quality: 95)
        }
    }
}
