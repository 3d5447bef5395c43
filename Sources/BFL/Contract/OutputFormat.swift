/// The file format of a result.
public enum OutputFormat: String, CaseIterable, Sendable {
    case jpeg, png, webp
}
