internal import Bytes
internal import CShims

/// Decodes a file to pixels.
public enum ImageDecoder {
    /// The picture in a whole file, upright and in sRGB. Any defect of the file is an error, never a partly guessed
    /// picture.
    public static func decode(
        _ bytes: Span<UInt8>, limits: ImageLimits = ImageLimits()
    ) throws(ImageError) -> DecodedImage {
        return switch try ImageProbe(bytes, within: limits).format {
        case .png: try PNGDecoder.decode(bytes, limits)
        case .jpeg: try JPEGDecoder.decode(bytes, limits)
        case .webp: try WebPDecoder.decode(bytes, limits)
        case .gif: try GIFDecoder.decode(bytes, limits)
        case .bmp: try BMPDecoder.decode(bytes, limits)
        }
    }
}

/// The steps that all formats share.
extension ImageDecoder {
    /// Refuses a picture that would take more memory than it may, all in all.
    static func checkMemory(_ format: ImageFormat, _ bytes: Int, _ limits: ImageLimits) throws(ImageError) {
        guard bytes <= limits.memory else {
            throw ImageError(format, .tooMuch(.memory, asked: bytes, allowed: limits.memory))
        }
    }

    /// Lets a C shim decode `file` into `raster`, and translates its outcome. The shim must not keep an address.
    static func run(
        _ format: ImageFormat, _ file: Span<UInt8>, into raster: inout Raster, _ limits: ImageLimits,
        _ shim: Shim
    ) throws(ImageError) {
        let (width, height, channels) = (UInt32(raster.width), UInt32(raster.height), UInt32(raster.channels))
        var message = outpaint_decode_message()
        var pixels = raster.mutablePixels
        // The shim reads `file.count` bytes and writes rows of the raster's size, and keeps neither address.
        let status = unsafe file.withUnsafeBufferPointer { file in
            unsafe pixels.withUnsafeMutableBufferPointer { pixels in
                var canvas = unsafe outpaint_canvas(
                    pixels: pixels.baseAddress, width: width, height: height, channels: channels)
                return unsafe shim(file.baseAddress, file.count, &canvas, &message)
            }
        }
        switch status {
        case OUTPAINT_DECODED: return
        case OUTPAINT_TRUNCATED: throw ImageError(format, .truncated)
        case OUTPAINT_UNSUPPORTED: throw ImageError(format, .unsupported(message.string))
        case OUTPAINT_TOO_MUCH_MEMORY:
            // The library does not tell how much it would have needed.
            throw ImageError(format, .tooMuch(.memory, asked: limits.memory + 1, allowed: limits.memory))
        default: throw ImageError(format, .corrupt(message.string))
        }
    }

    typealias Shim = (
        UnsafePointer<UInt8>?, Int, UnsafePointer<outpaint_canvas>, UnsafeMutablePointer<outpaint_decode_message>
    ) -> outpaint_decode_status
}

extension outpaint_decode_message {
    /// The library's message, up to the terminating zero.
    fileprivate var string: String {
        // The bytes are read while the value is in place.
        unsafe withUnsafeBytes(of: text) { unsafe String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
    }
}
