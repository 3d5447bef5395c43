import Testing

@testable import Net

@Suite struct TimersTests {
    /// Takes everything that is due, as pairs of time and token.
    private static func due(_ timers: inout Timers, at now: Int64) -> [[Int64]] {
        var due: [[Int64]] = []
        while let entry = timers.popDue(at: now) { due.append([entry.time, Int64(entry.token)]) }
        return due
    }

    @Test func entriesComeOutInTheOrderOfTheirTimes() {
        var timers = Timers()
        for (token, time) in [5, 3, 8, 1, 9, 2, 7].enumerated() { timers.insert(UInt64(token), at: Int64(time)) }
        #expect(timers.next == 1)
        #expect(timers.count == 7)
        #expect(Self.due(&timers, at: 0) == [])
        #expect(Self.due(&timers, at: 1) == [[1, 3]])
        #expect(Self.due(&timers, at: 5) == [[2, 5], [3, 1], [5, 0]])
        #expect(timers.next == 7)
        #expect(Self.due(&timers, at: .max) == [[7, 6], [8, 2], [9, 4]])
        #expect(timers.isEmpty)
        #expect(timers.next == nil)
    }

    @Test func equalTimesAllComeOut() {
        var timers = Timers()
        for token in 0..<10 { timers.insert(UInt64(token), at: 4) }
        #expect(Set(Self.due(&timers, at: 4).map { $0[1] }) == Set(0..<10))
    }

    /// Every order of seven times, two of them equal.
    @Test func anyOrderComesOutSorted() {
        func permutations(_ rest: [Int64]) -> [[Int64]] {
            rest.isEmpty
                ? [[]]
                : rest.indices.flatMap { index in
                    var others = rest
                    let first = others.remove(at: index)
                    return permutations(others).map { [first] + $0 }
                }
        }
        for times in permutations([1, 2, 3, 4, 4, 5, 6]) {
            var timers = Timers()
            for time in times { timers.insert(0, at: time) }
            let out = Self.due(&timers, at: 6).map { $0[0] }
            if out != [1, 2, 3, 4, 4, 5, 6] { Issue.record("\(times) came out as \(out)") }
        }
    }

    @Test func entriesMayComeAndGoInTurn() {
        var timers = Timers()
        var (expected, state): ([Int64], UInt64) = ([], 7)
        for round in 0..<3000 {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            let time = Int64(state >> 54)
            if state >> 32 & 3 > 0 || expected.isEmpty {
                timers.insert(UInt64(round), at: time)
                expected.append(time)
            } else {
                let least = expected.min()
                #expect(timers.next == least)
                #expect(timers.popDue(at: .max)?.time == least)
                expected.remove(at: expected.firstIndex(of: least ?? 0) ?? 0)
            }
        }
        #expect(timers.count == expected.count)
    }
}
