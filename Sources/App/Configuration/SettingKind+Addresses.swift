// Setting kinds for web addresses.

/// A web address as given. User info is not allowed, since it would appear wherever the address does.
struct WebAddress: Sendable, Equatable {
    let text: String
    /// The part after host and port: path, query and fragment.
    let rest: Substring

    init?(_ text: String) {
        guard text.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }),
            let scheme = ["http://", "https://"].first(where: text.hasPrefix)
        else { return nil }
        let authority = text.dropFirst(scheme.count).prefix { !"/\\?#".contains($0) }
        guard !authority.isEmpty, !authority.hasPrefix(":"), !authority.contains("@") else { return nil }
        self.text = text
        rest = text[authority.endIndex...]
    }

    /// Whether a text, even one that is not an address, could contain a password.
    static func mayHoldPassword(_ text: String) -> Bool { text.contains("@") }
}

/// A prefix for paths: an address without query, fragment and trailing slash.
struct BaseAddress: Sendable, Equatable {
    let text: String

    init?(_ text: String) {
        guard let address = WebAddress(text), !address.rest.contains(where: { "?#\\".contains($0) }) else { return nil }
        let slashes = address.rest.reversed().prefix { $0 == "/" }.count
        self.text = String(text.dropLast(slashes))
    }
}

/// An allowed CORS origin: `*`, or scheme and host.
struct Origin: Sendable, Equatable {
    let text: String

    init?(_ text: String) {
        guard text == "*" || WebAddress(text)?.rest.isEmpty == true else { return nil }
        self.text = text
    }
}

extension SettingKind<String?> {
    static let webAddress = SettingKind(
        placeholder: "URL", accepts: "http://… or https://… without user and password",
        hides: WebAddress.mayHoldPassword, parse: { WebAddress($0).map(\.text) }, show: { $0 ?? "" })

    static let baseAddress = SettingKind(
        placeholder: "URL", accepts: "http://… or https://… without user, password, query and fragment",
        hides: WebAddress.mayHoldPassword, parse: { BaseAddress($0).map(\.text) }, show: { $0 ?? "" })

    static let origin = SettingKind(
        placeholder: "ORIGIN", accepts: "* or http://HOST", hides: WebAddress.mayHoldPassword,
        parse: { Origin($0).map(\.text) }, show: { $0 ?? "" })
}
