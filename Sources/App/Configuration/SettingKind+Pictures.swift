import Imaging
import Outpainting

// Setting kinds for pictures.

/// An output file format.
enum PictureFormat: String, CaseIterable, Sendable {
    case png, jpeg, webp
    case losslessWebP = "webp-lossless"

    /// The format for a file name extension.
    init?(ending: String) {
        switch ending.lowercased() {
        case "png": self = .png
        case "jpg", "jpeg": self = .jpeg
        case "webp": self = .webp
        default: return nil
        }
    }

    /// The usual file name extension.
    var suffix: String {
        switch self {
        case .png: ".png"
        case .jpeg: ".jpg"
        case .webp, .losslessWebP: ".webp"
        }
    }
}

extension SettingKind<Int?> {
    static let side = optional("PIXELS", 64...65_536)
    static let addition = optional("PIXELS", 0...65_536)
    static let offset = optional("PIXELS", -1_000_000...1_000_000)
    static let quality = optional("N", 1...100)

    private static func optional(_ placeholder: String, _ bounds: ClosedRange<Int>) -> SettingKind {
        SettingKind(
            placeholder: placeholder, accepts: "a whole number from \(bounds.lowerBound) to \(bounds.upperBound)",
            json: .number,
            parse: { text in
                let digits = text.hasPrefix("-") ? text.dropFirst() : text[...]
                guard let size = wholeNumber(digits) else { return nil }
                let value = text.hasPrefix("-") ? -size : size
                return bounds.contains(value) ? .some(value) : nil
            },
            show: { $0.map { "\($0)" } ?? "" })
    }
}

extension SettingKind<Double?> {
    static let scale = SettingKind(
        placeholder: "FACTOR", accepts: "a number from 1 to 1000", example: "1.5", json: .number,
        parse: { text in
            guard let first = text.utf8.first, 0x30...0x39 ~= first, let value = Double(text), 1...1000 ~= value else {
                return nil
            }
            return .some(value)
        },
        show: { $0.map { $0 == $0.rounded() ? "\(Int($0))" : "\($0)" } ?? "" })
}

extension SettingKind<String> {
    static let fill = SettingKind(
        placeholder: "NAME",
        accepts: "one of " + NamedFill.names.joined(separator: ", ") + ", or a color such as #00ff00 or #0f0",
        parse: { text in
            let name = text.lowercased()
            return NamedFill.make(name, mode: .fast) == nil ? nil : name
        }, show: { $0 })
}

extension SettingKind<PictureFormat?> {
    static let format = SettingKind(
        placeholder: "FORMAT", accepts: "one of " + PictureFormat.allCases.map(\.rawValue).joined(separator: ", "),
        parse: { PictureFormat(rawValue: $0.lowercased()).map { .some($0) } }, show: { $0?.rawValue ?? "" })
}

extension SettingKind<Color> {
    static let color = SettingKind(
        placeholder: "COLOR", accepts: "a color such as #ffffff or #fff", parse: { Color(hex: $0.lowercased()) },
        show: { color in
            "#"
                + [color.red, color.green, color.blue].map { value in
                    (value < 16 ? "0" : "") + String(value, radix: 16)
                }.joined()
        })
}
