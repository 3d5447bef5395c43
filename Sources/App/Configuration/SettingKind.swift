import HTTP
import Tasks
import Time

/// How the values of a setting are parsed, checked and printed.
struct SettingKind<Value: Sendable>: Sendable {
    /// The placeholder for the value in help.
    let placeholder: String
    /// The accepted values, worded to follow "expected".
    let accepts: String
    /// Example values, where the format needs one.
    var example: String? = nil
    /// The JSON type that a file may use besides a string.
    var json = JSONForm.string
    /// Whether a text must not be printed even if it is not a valid value.
    var hides: @Sendable (String) -> Bool = { _ in false }
    /// What is wrong with a text that is not a value, where that can be said more precisely.
    var explain: @Sendable (String) -> String? = { _ in nil }
    let parse: @Sendable (String) -> Value?
    let show: @Sendable (Value) -> String

    func value(of text: String) throws(RefusedValue) -> Value {
        guard let value = parse(text) else { throw RefusedValue(text: hides(text) ? nil : text, why: explain(text)) }
        return value
    }
}

/// The JSON types of single values.
enum JSONForm: Sendable {
    case string, number, boolean
}

extension SettingKind<Int> {
    static func integer(_ bounds: ClosedRange<Int>) -> SettingKind {
        SettingKind(
            placeholder: "N", accepts: "a whole number from \(bounds.lowerBound) to \(bounds.upperBound)",
            json: .number,
            parse: { wholeNumber($0).flatMap { bounds.contains($0) ? $0 : nil } },
            show: { "\($0)" })
    }

    static func bytes(_ bounds: ClosedRange<Int>) -> SettingKind {
        SettingKind(
            placeholder: "SIZE",
            accepts: "a size from \(ByteSize.show(bounds.lowerBound)) to \(ByteSize.show(bounds.upperBound))",
            example: "64MiB, 8k or 4096", json: .number,
            parse: { ByteSize.parse($0).flatMap { bounds.contains($0) ? $0 : nil } },
            show: ByteSize.show)
    }
}

extension SettingKind<Int?> {
    /// A limit, or 0 for none.
    static func bound(_ most: Int) -> SettingKind {
        SettingKind(
            placeholder: "N", accepts: "a whole number from 0 to \(most)", json: .number,
            parse: { wholeNumber($0).flatMap { $0 <= most ? .some($0 > 0 ? $0 : nil) : nil } },
            show: { "\($0 ?? 0)" })
    }
}

extension SettingKind<Interval> {
    static func duration(_ bounds: ClosedRange<Interval>) -> SettingKind {
        SettingKind(
            placeholder: "TIME",
            accepts: "a time from \(bounds.lowerBound) to \(bounds.upperBound)",
            example: "10s, 250ms or 2m",
            parse: { Interval($0).flatMap { bounds.contains($0) ? $0 : nil } },
            show: \.description)
    }
}

extension SettingKind<Bool> {
    static let boolean = SettingKind(
        placeholder: "", accepts: "true or false", json: .boolean, parse: truth, show: { $0 ? "true" : "false" })
}

extension SettingKind where Value: RawRepresentable<String> & CaseIterable {
    /// One of a few words, case-insensitive.
    static func choice() -> SettingKind {
        let words = Value.allCases.map(\.rawValue)
        return SettingKind(
            placeholder: words.joined(separator: "|"), accepts: "one of " + words.joined(separator: ", "),
            parse: { Value(rawValue: $0.lowercased()) },
            show: \.rawValue)
    }
}

extension SettingKind<String> {
    /// A numeric address. Names are not resolved, because a name must never expose the server to a network by accident,
    /// and some shells set `HOST` to the machine's own name.
    static let host = SettingKind(
        placeholder: "ADDRESS", accepts: "an IPv4 or IPv6 address, or localhost",
        parse: { ListenAddress.host($0) }, show: { $0 })

    static let folder = SettingKind(placeholder: "FOLDER", accepts: "a path", parse: { path($0) }, show: { $0 })
    static let file = SettingKind(placeholder: "FILE", accepts: "a path", parse: { path($0) }, show: { $0 })

    private static func path(_ text: String) -> String? {
        text.isEmpty || text.utf8.contains(0) ? nil : text
    }
}

extension SettingKind<String?> {
    static let file = SettingKind(
        placeholder: "FILE", accepts: "a path", parse: { SettingKind<String>.file.parse($0).map(Optional.some) },
        show: { $0 ?? "" })
}

extension SettingKind<ListenAddress> {
    static let address = SettingKind(
        placeholder: "ADDRESS", accepts: "HOST:PORT, [IPv6]:PORT or unix:PATH",
        parse: { ListenAddress($0) }, show: \.description)
}

extension SettingKind<HealthURL?> {
    static let healthURL = SettingKind(
        placeholder: "URL", accepts: "http://HOST[:PORT][/PATH] or unix:PATH",
        // A text that is not a URL must not be taken for the setting's own "none".
        parse: { HealthURL($0).map(Optional.some) }, show: { $0?.description ?? "" })
}

/// Parses the words for true and false.
private func truth(_ text: String) -> Bool? {
    switch text.lowercased() {
    case "true", "yes", "on", "1": true
    case "false", "no", "off", "0": false
    default: nil
    }
}

extension SettingKind<String?> {
    /// Whether the program identifies itself by name and version, or not at all.
    static let program = SettingKind(
        placeholder: "", accepts: "true or false", json: .boolean,
        parse: { truth($0).map { $0 ? Configuration.program : nil } }, show: { $0 == nil ? "false" : "true" })
}

/// Parses a non-negative integer of plain decimal digits.
func wholeNumber(_ text: some StringProtocol) -> Int? {
    // `Int(_:)` alone would accept a sign.
    guard let first = text.utf8.first, 0x30...0x39 ~= first else { return nil }
    return Int(text)
}
