extension JSONWriter {
    /// Writes a member whose value is text.
    public mutating func pair(_ name: StaticString, _ text: String) {
        key(name)
        string(text)
    }

    /// Writes a member whose value is an integer.
    public mutating func pair(_ name: StaticString, _ value: Int) {
        key(name)
        integer(value)
    }

    /// Writes a member whose value is a number, in the shortest form that reads back as the same.
    public mutating func pair(_ name: StaticString, _ value: Double) {
        key(name)
        double(value)
    }
}
