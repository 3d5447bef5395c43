import Glibc
import Net

/// Looks again and again until `condition` holds, for as long as a test may take; says whether it came to hold.
public func eventually(_ condition: () throws -> Bool) rethrows -> Bool {
    let end = SystemClock.monotonicNanoseconds + 20_000_000_000
    while SystemClock.monotonicNanoseconds < end {
        if try condition() { return true }
        pause(milliseconds: 1)
    }
    return try condition()
}

extension Int64 {
    /// Nanoseconds, as limits count time.
    public static func milliseconds(_ count: Int64) -> Int64 { count * 1_000_000 }
}
