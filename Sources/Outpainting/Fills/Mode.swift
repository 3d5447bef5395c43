/// How much effort the mosaic takes.
public enum Mode: String, CaseIterable, Sendable {
    case high, fast
}
