/// How the values of a setting are written, checked and shown.
struct SettingKind<Value: Sendable>: Sendable {
    /// Stands for the value in help.
    let placeholder: String
    /// What would be accepted, to stand after "expected".
    let accepts: String
    /// What such a value looks like, where its form is not plain from that.
    var example: String? = nil
    /// Whether a text must not show even though it is no value.
    var hides: @Sendable (String) -> Bool = { _ in false }
    let parse: @Sendable (String) -> Value?
    let show: @Sendable (Value) -> String

    func value(of text: String) throws(RefusedValue) -> Value {
        guard let value = parse(text) else { throw RefusedValue(text: hides(text) ? nil : text) }
        return value
    }
}

extension SettingKind<Int> {
    static func integer(_ bounds: ClosedRange<Int>) -> SettingKind {
        SettingKind(
            placeholder: "N", accepts: "a whole number from \(bounds.lowerBound) to \(bounds.upperBound)",
            parse: { wholeNumber($0).flatMap { bounds.contains($0) ? $0 : nil } },
            show: { "\($0)" })
    }

    static func bytes(_ bounds: ClosedRange<Int>) -> SettingKind {
        SettingKind(
            placeholder: "SIZE",
            accepts: "a size from \(ByteSize.show(bounds.lowerBound)) to \(ByteSize.show(bounds.upperBound))",
            example: "64MiB, 8k or 4096",
            parse: { ByteSize.parse($0).flatMap { bounds.contains($0) ? $0 : nil } },
            show: ByteSize.show)
    }
}

extension SettingKind<Duration> {
    static func duration(_ bounds: ClosedRange<Duration>) -> SettingKind {
        SettingKind(
            placeholder: "TIME",
            accepts: "a time from \(Time.show(bounds.lowerBound)) to \(Time.show(bounds.upperBound))",
            example: "10s, 250ms or 2m",
            parse: { Time.parse($0).flatMap { bounds.contains($0) ? $0 : nil } },
            show: Time.show)
    }
}

extension SettingKind<Bool> {
    static let boolean = SettingKind(
        placeholder: "", accepts: "true or false",
        parse: { text in
            switch text.lowercased() {
            case "true", "yes", "on", "1": true
            case "false", "no", "off", "0": false
            default: nil
            }
        },
        show: { $0 ? "true" : "false" })
}

extension SettingKind where Value: RawRepresentable<String> & CaseIterable {
    /// One of a few words, in either case.
    static func choice() -> SettingKind {
        let words = Value.allCases.map(\.rawValue)
        return SettingKind(
            placeholder: words.joined(separator: "|"), accepts: "one of " + words.joined(separator: ", "),
            parse: { Value(rawValue: $0.lowercased()) },
            show: \.rawValue)
    }
}

extension SettingKind<String> {
    /// An address of a machine. Names are not looked up: a server must never end up on a network because a name pointed
    /// there, and `HOST` holds the machine's own name in some shells.
    static let host = SettingKind(
        placeholder: "ADDRESS", accepts: "an IPv4 or IPv6 address, or localhost",
        parse: { ListenAddress.host($0) }, show: { $0 })
}

extension SettingKind<ListenAddress> {
    static let address = SettingKind(
        placeholder: "ADDRESS", accepts: "HOST:PORT, [IPv6]:PORT or unix:PATH",
        parse: { ListenAddress($0) }, show: \.description)
}

extension SettingKind<HealthURL?> {
    static let healthURL = SettingKind(
        placeholder: "URL", accepts: "http://HOST[:PORT][/PATH] or unix:PATH",
        // What is no URL must not pass for the setting's own "none".
        parse: { HealthURL($0).map(Optional.some) }, show: { $0?.description ?? "" })
}

/// The number that plain decimal digits stand for.
func wholeNumber(_ text: some StringProtocol) -> Int? {
    // `Int(_:)` alone would take a sign.
    guard let first = text.utf8.first, 0x30...0x39 ~= first else { return nil }
    return Int(text)
}
