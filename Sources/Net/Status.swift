import Glibc

/// The kernel's metadata of a path.
struct Status {
    /// One of the `S_IF` numbers.
    let kind: mode_t
    let permissions: mode_t
    let owner: uid_t
    let group: gid_t
    let device: UInt
    let number: UInt

    /// `nil` if nothing is there, or nothing that can be reached. The corresponding C function is `fstatat`.
    init?(_ path: FilePath, followsLinks: Bool = true) {
        var status = stat()
        let flags = followsLinks ? 0 : AT_SYMLINK_NOFOLLOW
        guard unsafe path.withCString({ unsafe fstatat(AT_FDCWD, $0, &status, flags) }) == 0 else { return nil }
        kind = status.st_mode & S_IFMT
        permissions = status.st_mode & 0o777
        (owner, group) = (status.st_uid, status.st_gid)
        (device, number) = (UInt(status.st_dev), UInt(status.st_ino))
    }
}
