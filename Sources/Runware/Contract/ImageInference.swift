import Imaging
import JSON
import Outpainting

/// The parameters of an outpainting task.
struct ImageInference: Sendable {
    var taskType = ""
    /// The taskUUID as it was written.
    var taskUUID = ""
    var model = ""
    /// The image, its URL or its UUID. Its bytes remain in the message.
    var image: JSONValue?
    var sides = Sides()
    var autoCrop = false
    var mode = Mode.high
    var outputType = OutputType.url
    var format = Format.jpg
    var quality = 95
    var numberResults = 1
    var delivery = Delivery.sync
    var webhookURL: String?
    var uploadEndpoint: String?
    /// In seconds.
    var ttl: Int?
    var includeCost = false
    var checksContent = false
    var safetyMode: SafetyMode?
    var watermark = Watermark()
    /// Validated and ignored.
    var routing: JSONValue?

    /// A copy without the values that refer to the message's bytes, so that the message can be released.
    var apart: ImageInference {
        var apart = self
        (apart.image, apart.watermark.image, apart.routing) = (nil, nil, nil)
        return apart
    }

    /// The pixels to add on each side; `nil` if omitted.
    struct Sides: Sendable {
        var top: Int?
        var right: Int?
        var bottom: Int?
        var left: Int?
    }

    /// The watermark on the picture; properties are `nil` if omitted.
    struct Watermark: Sendable {
        /// Whether the task has a watermark.
        var isWanted = false
        var text: String?
        /// The image, its URL or its UUID.
        var image: JSONValue?
        var position: Position?
        var tiled: Bool?
        var opacity: Double?
        var fontColor: Color?
        var bgColor: Color?

    }

    /// One of nine positions; each coordinate is -1 (top or left), 0 or 1.
    struct Position: Sendable, Equatable {
        let vertical: Int
        let horizontal: Int

        static let bottomRight = Position(vertical: 1, horizontal: 1)
    }

    enum OutputType: String, CaseIterable, Sendable {
        case url = "URL"
        case base64Data, dataURI
    }

    enum Format: String, CaseIterable, Sendable {
        case jpg = "JPG"
        case png = "PNG"
        case webp = "WEBP"
    }

    enum Delivery: String, CaseIterable, Sendable {
        case sync, async
    }

    enum SafetyMode: String, CaseIterable, Sendable {
        case none, fast
    }

    /// Whether the answer reports content safety: the mode takes precedence over the older switch.
    var isChecked: Bool { safetyMode.map { $0 == .fast } ?? checksContent }
}
