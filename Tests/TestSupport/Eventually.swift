import Glibc
import Time

/// Looks again and again until `condition` holds, for as long as a test may take; says whether it came to hold.
public func eventually(_ condition: () throws -> Bool) rethrows -> Bool {
    let end = Ticks.now + .seconds(60)
    while Ticks.now < end {
        if try condition() { return true }
        pause(milliseconds: 1)
    }
    return try condition()
}

extension Int64 {
    /// So many milliseconds in nanoseconds.
    public static func milliseconds(_ count: Int64) -> Int64 { count * 1_000_000 }
}
