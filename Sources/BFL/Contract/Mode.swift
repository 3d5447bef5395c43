/// What is worth more, quality or speed.
public enum Mode: String, CaseIterable, Sendable {
    case high, fast
}
