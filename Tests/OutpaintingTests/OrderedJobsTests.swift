import Glibc
import Parallel
import TestSupport
import Testing

@testable import Outpainting

@Suite struct OrderedJobsTests {
    static let crews: [any Workers] = [
        SingleWorker(), ComputePool(count: 1), ComputePool(count: 2), ComputePool(count: 5),
    ]

    /// Jobs that add up what they find in their region and write it there: any change of order shows.
    @Test(arguments: 0..<4)
    func `ordered jobs leave the result of a sequence`(crew: Int) {
        var random = Seeded(3)
        let regions = (0..<400).map { _ in
            Rect(
                x: Int.random(in: 0..<30, using: &random), y: Int.random(in: 0..<30, using: &random),
                width: Int.random(in: 1...10, using: &random), height: Int.random(in: 1...10, using: &random))
        }
        let (expected, found) = (Self.outcome(regions, SingleWorker()), Self.outcome(regions, Self.crews[crew]))
        let same = expected == found
        #expect(same)
    }

    static func outcome(_ regions: [Rect], _ workers: any Workers) -> [Int] {
        let field = Table<Int>(1600, repeating: 1)
        stir(field, regions, workers)
        return (0..<1600).map { field[$0] }
    }

    static func stir(_ field: borrowing Table<Int>, _ regions: [Rect], _ workers: some Workers) {
        OrderedJobs.run(regions, on: workers) { job, _ in
            let region = regions[job]
            var sum = job
            for y in region.y..<region.bottom { for x in region.x..<region.right { sum &+= field[y * 40 + x] } }
            // Lets other threads run between reading and writing.
            usleep(20)
            for y in region.y..<region.bottom { for x in region.x..<region.right { field[y * 40 + x] = sum &* 31 } }
        }
    }
}
