import Net

extension FilePath {
    /// The part after the last slash.
    var name: ArraySlice<UInt8> {
        guard let slash = bytes.lastIndex(of: UInt8(ascii: "/")) else { return bytes[...] }
        return bytes[(slash + 1)...]
    }

    /// The extension of the name; `nil` if there is none or the name starts with its only dot.
    var ending: String? {
        let name = name
        guard let dot = name.lastIndex(of: UInt8(ascii: ".")), dot > name.startIndex else { return nil }
        return String(decoding: name[(dot + 1)...], as: UTF8.self)
    }

    /// Whether the path can only be a folder.
    var endsInSlash: Bool { bytes.last == UInt8(ascii: "/") }

    func appending(_ other: some Sequence<UInt8>) -> FilePath { FilePath(bytes: bytes + other) }
}
