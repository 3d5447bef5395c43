import Bytes
import CShims

/// Receives libcurl's callbacks during a transfer, on the thread that runs it.
final class Hearing {
    private let policy: AddressPolicy
    private let halt: Halt?
    /// The maximum body size to keep; `nil` to discard the body, as for messages.
    private let limit: Int?
    private var headBytes = 0
    private var unusedBytes = 0
    private var body = ByteBuffer()
    /// Whether an address was refused.
    private(set) var hasRefused = false
    /// Whether the body exceeds the limit.
    private(set) var isTooLarge = false
    /// Whether the rest of a message's response was skipped.
    private(set) var hasHeardEnough = false

    init(_ policy: AddressPolicy, _ halt: Halt?, keeping limit: Int?) {
        self.policy = policy
        self.halt = halt
        self.limit = limit
    }

    var goesOn: Bool { !(halt?.isSet ?? false) }

    func allows(_ address: Span<UInt8>) -> Bool {
        if policy.allows(AddressKind(address)) { return true }
        hasRefused = true
        return false
    }

    func takeHead(_ count: Int) -> Bool {
        headBytes += count
        return headBytes <= Limits.headBytes
    }

    func takeBody(_ bytes: Span<UInt8>) -> Bool {
        guard let limit else {
            unusedBytes += bytes.count
            hasHeardEnough = unusedBytes > Limits.unusedBytes
            return !hasHeardEnough
        }
        isTooLarge = bytes.count > limit - body.count
        if !isTooLarge { body.append(bytes) }
        return !isTooLarge
    }

    /// Returns the received body and clears it.
    func takeBody() -> SharedBytes {
        var taken = ByteBuffer()
        swap(&taken, &body)
        return SharedBytes(taken)
    }

    /// The callbacks in the form of the C interface. Valid while this object exists.
    var questions: outpaint_transfer_questions {
        // Each callback gets the pointer to this object, which the caller that runs the transfer keeps alive. libcurl's
        // bytes are valid only during the call.
        unsafe outpaint_transfer_questions(
            context: Unmanaged.passUnretained(self).toOpaque(),
            allows: { unsafe Hearing.of($0).allows(Span(_unsafeStart: $1.unsafelyUnwrapped, count: $2)) },
            takes_head: { unsafe Hearing.of($0).takeHead($1) },
            takes_body: { context, bytes, count in
                guard let bytes = unsafe bytes, count > 0 else { return true }
                return unsafe Hearing.of(context).takeBody(Span(_unsafeStart: bytes, count: count))
            },
            goes_on: { unsafe Hearing.of($0).goesOn })
    }

    private static func of(_ context: UnsafeMutableRawPointer?) -> Hearing {
        unsafe Unmanaged<Hearing>.fromOpaque(context.unsafelyUnwrapped).takeUnretainedValue()
    }
}
