import Net

extension FilePath {
    /// What stands behind the last slash.
    var name: ArraySlice<UInt8> {
        guard let slash = bytes.lastIndex(of: UInt8(ascii: "/")) else { return bytes[...] }
        return bytes[(slash + 1)...]
    }

    /// What stands behind the last dot of its name, unless the name begins with that dot.
    var ending: String? {
        let name = name
        guard let dot = name.lastIndex(of: UInt8(ascii: ".")), dot > name.startIndex else { return nil }
        return String(decoding: name[(dot + 1)...], as: UTF8.self)
    }

    /// Whether it can only be a folder.
    var endsInSlash: Bool { bytes.last == UInt8(ascii: "/") }

    func appending(_ other: some Sequence<UInt8>) -> FilePath { FilePath(bytes: bytes + other) }
}
