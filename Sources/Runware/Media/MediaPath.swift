import Bytes
import HTTP
import Imaging
import Tasks

/// The path of a picture in the form of the real service's; only the file name is significant.
enum MediaPath {
    static let pattern: StaticString = "/image/os/a01d21/ws/4/ii/{file}"

    static func address(of id: TaskID, _ format: ImageFormat, base: String) -> String {
        "\(base)/image/os/a01d21/ws/4/ii/\(id).\(ending(of: format))"
    }

    /// The UUID in a file name, which must have an extension.
    static func id(of file: Span<UInt8>) -> TaskID? {
        file.count > 36 && file[36] == UInt8(ascii: ".") ? TaskID(file.extracting(..<36)) : nil
    }

    static func names(_ file: Span<UInt8>, _ format: ImageFormat) -> Bool {
        file.count > 37 && file.extracting(37...).equals(ending(of: format))
    }

    private static func ending(of format: ImageFormat) -> StaticString { format == .jpeg ? "jpg" : format.name }
}
