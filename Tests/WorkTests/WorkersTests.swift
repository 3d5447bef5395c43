import Testing
import Work

@Suite struct WorkersTests {
    static let crews: [any Workers] = [SingleWorker(), Threads(count: 1), Threads(count: 2), Threads(count: 5)]

    @Test(arguments: 0..<4)
    func everyNumberIsVisitedOnce(crew: Int) {
        for (total, grain) in [(0, 1), (1, 1), (7, 3), (1000, 7), (1000, 2000)] {
            let visits = Visits(total)
            Self.crews[crew].each(total, grain: grain) { visits.note($0) }
            #expect(visits.counts == Array(repeating: 1, count: total), "\(total) by \(grain)")
        }
    }

    @Test(arguments: 0..<4)
    func mappedValuesComeInOrder(crew: Int) {
        let values = Self.crews[crew].map(500) { "\($0 * $0)" }
        #expect(values == (0..<500).map { "\($0 * $0)" })
    }

    @Test func aBusyCrewLeavesTheWorkToItsCaller() {
        let crew = Threads(count: 2)
        let inner = crew.map(4) { i in crew.map(10) { $0 + i }.reduce(0, +) }
        #expect(inner == [45, 55, 65, 75])
    }
}

/// How often each number came.
private final class Visits: @unchecked Sendable {
    private let gate = Gate()
    private(set) var counts: [Int]

    init(_ total: Int) { counts = Array(repeating: 0, count: total) }

    func note(_ range: Range<Int>) {
        gate.lock()
        for i in range { counts[i] += 1 }
        gate.unlock()
    }
}
