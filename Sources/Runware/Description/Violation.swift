/// An invalid or missing parameter.
struct Violation: Sendable, Equatable {
    enum Kind: Sendable, Equatable {
        case missing, invalid
        /// An unknown parameter.
        case unknown
        /// Parameters that exclude each other.
        case incompatible
        /// A value that exceeds a limit.
        case tooLarge
    }

    let kind: Kind
    /// The path of the parameter, such as `outpaint.right`, or several paths that are invalid together.
    let paths: [String]
    let message: String
    var bounds: Bounds?
    /// The form of the error code.
    var form = Settings.CodeForm.path

    /// The maximum bytes of an unknown name that errors echo.
    static let longestName = 100

    init(_ kind: Kind, _ paths: [String], message: String, bounds: Bounds? = nil) {
        (self.kind, self.paths, self.message, self.bounds) = (kind, paths, message, bounds)
    }

    static func missing(_ path: String, _ bounds: Bounds) -> Violation {
        Violation(
            .missing, [path],
            message: "Missing required parameter \(path). \(sentence(path)) must be \(bounds.wants).", bounds: bounds)
    }

    static func invalid(_ path: String, _ bounds: Bounds) -> Violation {
        invalid(path, "\(sentence(path)) must be \(bounds.wants).", bounds)
    }

    /// A value that is invalid for the given reason.
    static func invalid(_ path: String, _ reason: String, _ bounds: Bounds? = nil) -> Violation {
        Violation(.invalid, [path], message: "Invalid value for \(path) parameter. \(reason)", bounds: bounds)
    }

    /// The error code: the kind followed by the path or its last component, in one word.
    var code: String {
        switch kind {
        case .missing: "missing" + word
        case .invalid: "invalid" + word
        case .unknown: "unsupportedParameter"
        case .incompatible: "incompatibleParameters"
        case .tooLarge: "valueTooLarge"
        }
    }

    /// `outpaint.right` as `OutpaintRight` or `Right`; for several paths, their common prefix.
    private var word: String {
        let split = paths.map { $0.split(separator: ".") }
        var common = split.first ?? []
        for path in split where common.count > 1 {
            if !path.starts(with: common) { common.removeLast() }
        }
        if form == .name { common = common.suffix(1) }
        return common.map { $0.prefix(1).uppercased() + $0.dropFirst() }.joined()
    }

    func coded(_ form: Settings.CodeForm) -> Violation {
        var coded = self
        coded.form = form
        return coded
    }

    /// `outpaint.right` as `Outpaint right`, `webhookURL` as `Webhook URL`.
    private static func sentence(_ path: String) -> String {
        var words: [String] = [""]
        var isAfterLower = false
        for character in path {
            if character == "." || character.isUppercase && isAfterLower { words.append("") }
            if character != "." { words[words.count - 1].append(character) }
            isAfterLower = character.isLowercase
        }
        let plain = words.map { $0.count > 1 && $0 == $0.uppercased() ? $0 : $0.lowercased() }
        let text = plain.joined(separator: " ")
        return text.prefix(1).uppercased() + text.dropFirst()
    }
}
