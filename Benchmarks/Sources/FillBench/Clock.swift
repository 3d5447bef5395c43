/// How long a body takes.
func milliseconds(_ body: () -> Void) -> Double {
    let duration = ContinuousClock().measure(body)
    let (seconds, attoseconds) = duration.components
    return Double(seconds) * 1e3 + Double(attoseconds) / 1e15
}

/// A number with so many decimals.
func rounded(_ value: Double, _ decimals: Int) -> Double {
    var scale = 1.0
    for _ in 0..<decimals { scale *= 10 }
    return (value * scale).rounded() / scale
}

/// Median and least of some times.
struct Summary: CustomStringConvertible {
    let median: Double
    let least: Double

    init(_ times: [Double]) {
        let sorted = times.sorted()
        median = sorted.isEmpty ? 0 : sorted[sorted.count / 2]
        least = sorted.first ?? 0
    }

    var description: String { "\(rounded(median, 1)) (\(rounded(least, 1)))" }
}
