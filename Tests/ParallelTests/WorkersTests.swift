import Parallel
import System
import Testing

@Suite struct WorkersTests {
    static let crews: [any Workers] = [
        SingleWorker(), ComputePool(count: 1), ComputePool(count: 2), ComputePool(count: 5),
    ]

    @Test(arguments: 0..<4)
    func `every index is visited once`(crew: Int) {
        for (total, grain) in [(0, 1), (1, 1), (7, 3), (1000, 7), (1000, 2000)] {
            let visits = Visits(total)
            Self.crews[crew].each(total, grain: grain) { visits.note($0) }
            #expect(visits.counts == Array(repeating: 1, count: total), "\(total) by \(grain)")
        }
    }

    @Test(arguments: 0..<4)
    func `mapped values are in order`(crew: Int) {
        let values = Self.crews[crew].map(500) { "\($0 * $0)" }
        #expect(values == (0..<500).map { "\($0 * $0)" })
    }

    @Test func `a busy pool leaves the work to its caller`() {
        let crew = ComputePool(count: 2)
        let inner = crew.map(4) { i in crew.map(10) { $0 + i }.reduce(0, +) }
        #expect(inner == [45, 55, 65, 75])
    }
}

/// Counts the visits of each index.
private final class Visits: Sendable {
    private let state: Locked<[Int]>

    init(_ total: Int) { state = Locked(Array(repeating: 0, count: total)) }

    var counts: [Int] { state.withLock { $0 } }

    func note(_ range: Range<Int>) {
        state.withLock { counts in for i in range { counts[i] += 1 } }
    }
}
