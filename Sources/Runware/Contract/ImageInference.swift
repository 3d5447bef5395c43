import Imaging
import JSON
import Outpainting

/// What a caller wants outpainted, as far as the description can tell.
struct ImageInference: Sendable {
    var taskType = ""
    /// As it was written.
    var taskUUID = ""
    var model = ""
    /// The picture, its address or its name. Its bytes stay in the message that brought them.
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
    /// Read and of no use here.
    var routing: JSONValue?

    /// The same without what stands in the message that brought it, which is gone when that may go.
    var apart: ImageInference {
        var apart = self
        (apart.image, apart.watermark.image, apart.routing) = (nil, nil, nil)
        return apart
    }

    /// What is to be added, in pixels; nothing where the caller says nothing.
    struct Sides: Sendable {
        var top: Int?
        var right: Int?
        var bottom: Int?
        var left: Int?
    }

    /// What is to be laid over the picture; nothing where the caller says nothing.
    struct Watermark: Sendable {
        /// Whether anything is said about one.
        var isWanted = false
        var text: String?
        /// A picture, its address or its name.
        var image: JSONValue?
        var position: Position?
        var tiled: Bool?
        var opacity: Double?
        var fontColor: Color?
        var bgColor: Color?

    }

    /// One of nine places, from -1, top or left, to 1.
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

    /// Whether the answer says something about safety: the mode counts before the older switch.
    var isChecked: Bool { safetyMode.map { $0 == .fast } ?? checksContent }
}
