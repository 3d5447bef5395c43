import Bytes

/// Removes secrets from logged data.
enum Redaction {
    /// Query parameters whose values are secrets, in lower case and without separators.
    private static let secrets: Set<String> = [
        "sig", "signature", "key", "xkey", "apikey", "accesskey", "subscriptionkey", "token", "accesstoken",
        "authtoken",
        "authorization", "auth", "password", "secret", "clientsecret", "sas", "credential", "xamzsignature",
        "xamzcredential", "xamzsecuritytoken", "xgoogsignature", "xgoogcredential",
    ]

    /// Replaces each secret value of a request target, and the user info before a host, with `***`.
    static func target(_ target: String) -> String {
        let utf8 = target.utf8
        let question = utf8.firstIndex(of: UInt8(ascii: "?")) ?? utf8.endIndex
        let path = withoutUser(target[..<question])
        guard question < utf8.endIndex else { return String(path) }
        var result = String(path)
        var start = question
        while start < utf8.endIndex {
            // Some parsers also separate parameters with `;`, so secrets are redacted after it as well.
            let next = utf8.index(after: start)
            let end = utf8[next...].firstIndex { $0 == UInt8(ascii: "&") || $0 == UInt8(ascii: ";") } ?? utf8.endIndex
            result += String(target[start..<next])
            result += parameter(target[next..<end])
            start = end
        }
        return result
    }

    private static func parameter(_ text: Substring) -> Substring {
        guard let equals = text.utf8.firstIndex(of: UInt8(ascii: "=")), isSecret(text[..<equals]) else { return text }
        return text[...equals] + "***"
    }

    private static func isSecret(_ name: Substring) -> Bool {
        var plain = ""
        var rest = name.utf8[...]
        while let byte = rest.popFirst() {
            var letter = byte
            // Percent-encoded characters are decoded before names are compared.
            if byte == UInt8(ascii: "%"), let high = rest.first?.hexValue, let low = rest.dropFirst().first?.hexValue {
                letter = high << 4 | low
                rest = rest.dropFirst(2)
            }
            switch letter.lowercasedASCII {
            case 0x2d, 0x2e, 0x5f: continue
            case let kept: plain.unicodeScalars.append(UnicodeScalar(kept))
            }
        }
        return secrets.contains(plain)
    }

    /// The absolute form may contain `user:password@` (RFC 9112, section 3.2.2).
    private static func withoutUser(_ path: Substring) -> Substring {
        guard !path.hasPrefix("/"), let at = path.utf8.lastIndex(of: UInt8(ascii: "@")) else { return path }
        return "***" + path[at...]
    }
}
