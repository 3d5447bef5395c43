import Bytes
import CShims

@testable import Imaging

/// The pixels of a PNG by libpng.
func byLibPNG(_ file: [UInt8], _ picture: TestPicture) -> [UInt8] {
    var pixels = [UInt8](repeating: 0, count: picture.width * picture.height * picture.channels)
    var message = outpaint_decode_message()
    // The shim reads the file and writes rows of this size.
    let status = unsafe pixels.withUnsafeMutableBufferPointer { pixels in
        var canvas = unsafe outpaint_canvas(
            pixels: pixels.baseAddress, width: UInt32(picture.width), height: UInt32(picture.height),
            channels: UInt32(picture.channels))
        return unsafe file.withUnsafeBufferPointer { file in
            unsafe outpaint_png_decode(file.baseAddress, file.count, &canvas, &message)
        }
    }
    return status == OUTPAINT_DECODED ? pixels : []
}

/// What a zlib stream holds, `nil` when it is broken or its checksum is wrong.
func inflated(_ stream: [UInt8], count: Int) -> [UInt8]? {
    var bytes = ByteBuffer()
    let outcome = Inflate.unpack(stream.span, upTo: count, into: &bytes)
    return outcome == .whole ? array(bytes.bytes) : nil
}
