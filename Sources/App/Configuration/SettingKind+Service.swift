import BFL
import HTTP
import Steering
import Tasks

// Setting kinds for the emulated services.

extension SettingKind<Int> {
    /// A close code that is valid in a WebSocket close frame.
    static let closeCode = SettingKind(
        placeholder: "CODE", accepts: WebSocket.CloseCode.accepted, json: .number,
        parse: { WebSocket.CloseCode(text: $0).map { Int($0.rawValue) } }, show: { "\($0)" })

    /// A close code, or none.
    static let closeCodeOrNone = SettingKind(
        placeholder: "CODE", accepts: "a close code or 0", json: .number,
        parse: { $0 == "0" ? 0 : closeCode.parse($0) }, show: { "\($0)" })
}

extension SettingKind<WebSocket.CloseCode> {
    static let closeCode = SettingKind(
        placeholder: "CODE", accepts: WebSocket.CloseCode.accepted, json: .number,
        parse: { WebSocket.CloseCode(text: $0) }, show: { "\($0.rawValue)" })
}

extension WebSocket.CloseCode {
    fileprivate static let accepted = "a close code: 1000 to 1003, 1007 to 1014 or 3000 to 4999"

    fileprivate init?(text: String) {
        guard let number = wholeNumber(text).flatMap({ UInt16(exactly: $0) }) else { return nil }
        self.init(rawValue: number)
        guard isAllowedInFrame else { return nil }
    }
}

extension SettingKind<APIKey> {
    static let key = SettingKind(
        placeholder: "KEY", accepts: "printable ASCII without spaces", hides: { _ in true },
        parse: { isWord($0) ? APIKey($0) : nil }, show: { _ in "***" })
}

extension SettingKind<WebhookSecret?> {
    static let secret = SettingKind(
        placeholder: "TEXT", accepts: "printable ASCII without spaces", hides: { _ in true },
        parse: { isWord($0) ? .some(WebhookSecret($0)) : nil }, show: { $0 == nil ? "" : "***" })
}

extension SettingKind<AdminToken?> {
    static let adminToken = SettingKind(
        placeholder: "TEXT", accepts: "printable ASCII without spaces", hides: { _ in true },
        parse: { isWord($0) ? .some(AdminToken($0)) : nil }, show: { $0 == nil ? "" : "***" })
}

/// Whether a secret can be sent in a header field.
private func isWord(_ text: String) -> Bool {
    !text.isEmpty && text.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F }
}

extension SettingKind<UInt64?> {
    static let seed = SettingKind(
        placeholder: "N", accepts: "a whole number below 2^64", json: .number,
        parse: { text in
            guard let first = text.utf8.first, 0x30...0x39 ~= first else { return nil }
            return UInt64(text).map(Optional.some)
        },
        show: { $0.map { "\($0)" } ?? "" })
}

extension SettingKind<Double> {
    /// A price in credits or dollars.
    static let price = SettingKind(
        placeholder: "PRICE", accepts: "a number from 0 to 1000000", example: "10 or 0.5", json: .number,
        parse: { text in
            guard let first = text.utf8.first, 0x30...0x39 ~= first, let value = Double(text), value <= 1_000_000 else {
                return nil
            }
            return value
        },
        show: { $0 == $0.rounded() ? "\(Int($0))" : "\($0)" })
}

extension SettingKind<Int64> {
    private static let most = 1_000_000_000_000

    /// Whole credits, stored in millionths.
    static let credits = SettingKind(
        placeholder: "N", accepts: "a whole number from 0 to \(most)", json: .number,
        parse: { wholeNumber($0).flatMap { $0 <= most ? Int64($0) * 1_000_000 : nil } },
        show: { "\($0 / 1_000_000)" })
}

extension SettingKind<Life> {
    /// A life, by name or step by step.
    static let life = SettingKind(
        placeholder: "LIFE",
        accepts: "the name of a life (\(Life.named.map(\.name).joined(separator: ", "))) or its steps",
        example: "'pending 5s, ready' or 'pending*3, content-moderated'",
        explain: { text in
            do throws(TextError) {
                _ = try Life(text)
                return nil
            } catch {
                return "\(error)"
            }
        },
        parse: { try? Life($0) }, show: \.text)
}
