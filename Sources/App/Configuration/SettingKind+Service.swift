import HTTP

// The kinds of settings that the emulated services need.

/// A text that never shows: a key or a password.
struct Secret: Sendable, Equatable, CustomStringConvertible, CustomReflectable {
    let text: String

    init?(_ text: String) {
        // It has to fit into a header field.
        guard !text.isEmpty, text.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }) else { return nil }
        self.text = text
    }

    var description: String { "***" }
    var customMirror: Mirror { Mirror(self, children: []) }
}

/// The place of a folder or a file.
struct Folder: Sendable, Equatable {
    let text: String

    static let standard = Folder(known: "/var/tmp")
    static let font = Folder(known: "/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf")

    private init(known text: String) { self.text = text }

    init?(_ text: String) {
        guard !text.isEmpty, !text.utf8.contains(0) else { return nil }
        self.text = text
    }
}

extension SettingKind<Int> {
    /// A code that may stand in the close frame of a WebSocket.
    static let closeCode = SettingKind(
        placeholder: "CODE", accepts: "a close code: 1000 to 1003, 1007 to 1014 or 3000 to 4999",
        parse: { closeCode($0) }, show: { "\($0)" })

    /// The same, or none.
    static let closeCodeOrNone = SettingKind(
        placeholder: "CODE", accepts: "a close code or 0", parse: { $0 == "0" ? 0 : closeCode($0) }, show: { "\($0)" })

    private static func closeCode(_ text: String) -> Int? {
        guard let code = wholeNumber(text).flatMap({ UInt16(exactly: $0) }) else { return nil }
        return WebSocket.CloseCode(rawValue: code).isAllowedInFrame ? Int(code) : nil
    }
}

extension SettingKind<Secret> {
    static let secret = SettingKind(
        placeholder: "KEY", accepts: "printable ASCII without spaces", hides: { _ in true }, parse: { Secret($0) },
        show: \.description)
}

extension SettingKind<Secret?> {
    static let secret = SettingKind(
        placeholder: "TEXT", accepts: "printable ASCII without spaces", hides: { _ in true },
        parse: { Secret($0).map(Optional.some) }, show: { $0?.description ?? "" })
}

extension SettingKind<Folder> {
    static let folder = SettingKind(placeholder: "FOLDER", accepts: "a path", parse: { Folder($0) }, show: \.text)
}

extension SettingKind<Folder?> {
    static let file = SettingKind(
        placeholder: "FILE", accepts: "a path", parse: { Folder($0).map(Optional.some) }, show: { $0?.text ?? "" })
}

extension SettingKind<UInt64?> {
    static let seed = SettingKind(
        placeholder: "N", accepts: "a whole number below 2^64",
        parse: { text in
            guard let first = text.utf8.first, 0x30...0x39 ~= first else { return nil }
            return UInt64(text).map(Optional.some)
        },
        show: { $0.map { "\($0)" } ?? "" })
}

extension SettingKind<Double> {
    /// A price in credits or dollars.
    static let price = SettingKind(
        placeholder: "PRICE", accepts: "a number from 0 to 1000000", example: "10 or 0.5",
        parse: { text in
            guard let first = text.utf8.first, 0x30...0x39 ~= first, let value = Double(text), value <= 1_000_000 else {
                return nil
            }
            return value
        },
        show: { $0 == $0.rounded() ? "\(Int($0))" : "\($0)" })
}
