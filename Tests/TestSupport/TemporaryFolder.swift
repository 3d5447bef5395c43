import Glibc

/// Calls `body` with the path of a new empty folder, which goes afterwards with the files in it.
public func withTemporaryFolder<Result>(_ body: (_ path: String) throws -> Result) throws -> Result {
    let parent = unsafe getenv("TMPDIR").map { unsafe String(cString: $0) } ?? P_tmpdir
    var name = Array("\(parent)/outpaint-XXXXXX".utf8CString)
    // The C library replaces the last six characters in place.
    guard unsafe mkdtemp(&name) != nil else { throw RawClient.Failure(call: "mkdtemp", number: errno) }
    let path = String(decoding: name.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    defer {
        if let folder = unsafe opendir(path) {
            while let entry = unsafe readdir(folder) {
                // An entry's name is ended by a zero byte inside of it.
                let name = unsafe withUnsafePointer(to: &entry.pointee.d_name) {
                    unsafe $0.withMemoryRebound(to: CChar.self, capacity: 256) { unsafe String(cString: $0) }
                }
                unsafe unlink("\(path)/\(name)")
            }
            unsafe closedir(folder)
        }
        unsafe rmdir(path)
    }
    return try body(path)
}
