// The kinds of settings that lead somewhere on the web.

/// The address of something on the web, as it was given. A user and a password in it would show wherever it does.
struct WebAddress: Sendable, Equatable {
    let text: String
    /// What stands behind the host and its port: path, query and fragment.
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

    /// Whether a text that may be no address at all could hold a password.
    static func mayHoldPassword(_ text: String) -> Bool { text.contains("@") }
}

/// What stands before paths: an address without query and fragment, and without a slash at its end.
struct BaseAddress: Sendable, Equatable {
    let text: String

    init?(_ text: String) {
        guard let address = WebAddress(text), !address.rest.contains(where: { "?#\\".contains($0) }) else { return nil }
        let slashes = address.rest.reversed().prefix { $0 == "/" }.count
        self.text = String(text.dropLast(slashes))
    }
}

/// Whose pages may read something: `*`, or scheme and host.
struct Origin: Sendable, Equatable {
    let text: String

    init?(_ text: String) {
        guard text == "*" || WebAddress(text)?.rest.isEmpty == true else { return nil }
        self.text = text
    }
}

extension SettingKind<WebAddress?> {
    static let webAddress = SettingKind(
        placeholder: "URL", accepts: "http://… or https://… without user and password",
        hides: WebAddress.mayHoldPassword, parse: { WebAddress($0).map(Optional.some) }, show: { $0?.text ?? "" })
}

extension SettingKind<BaseAddress?> {
    static let baseAddress = SettingKind(
        placeholder: "URL", accepts: "http://… or https://… without user, password, query and fragment",
        hides: WebAddress.mayHoldPassword, parse: { BaseAddress($0).map(Optional.some) }, show: { $0?.text ?? "" })
}

extension SettingKind<Origin?> {
    static let origin = SettingKind(
        placeholder: "ORIGIN", accepts: "* or http://HOST", hides: WebAddress.mayHoldPassword,
        parse: { Origin($0).map(Optional.some) }, show: { $0?.text ?? "" })
}
