/// A file descriptor with exactly one owner, closed when the owner goes.
public struct Descriptor: ~Copyable, Sendable {
    /// The number the kernel knows it by, for the length of a call.
    @usableFromInline let number: CInt

    /// Takes ownership of a descriptor that a system call just gave out.
    init(owning number: CInt) { self.number = number }

    deinit { Syscall.close(number) }
}
