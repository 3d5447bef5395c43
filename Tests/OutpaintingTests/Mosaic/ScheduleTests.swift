import Imaging
import Parallel
import Testing

@testable import Outpainting

@Suite struct ScheduleTests {
    struct Step: Equatable, CustomStringConvertible {
        let moves: Int
        let energy: Int
        var description: String { "\(moves)/\(energy)" }
    }

    static let scene = Placement(
        canvas: Size(width: 192, height: 128), placed: Rect(x: 48, y: 32, width: 96, height: 64))

    static func steps(_ parameters: MosaicParameters, threads: Int) throws -> [Step] {
        let grid = CoarseGrid(scene, cells: parameters.cells)
        let workers = ComputePool(count: threads)
        let energy = Energy(Pictures.scene(96, 64), grid, parameters, on: workers)
        var steps: [Step] = []
        var schedule = Schedule(energy, parameters, on: workers) { steps.append(Step(moves: $0, energy: $1)) }
        _ = try schedule.run { _ in }
        return steps
    }

    @Test(arguments: [1, 2, 3])
    func `the fast schedule matches its golden trace`(threads: Int) throws {
        let expected = [
            Step(moves: 73, energy: 189603), Step(moves: 55, energy: 124701), Step(moves: 52, energy: 121838),
            Step(moves: 65, energy: 143901), Step(moves: 38, energy: 140256),
        ]
        #expect(try Self.steps(.fast, threads: threads) == expected)
    }

    #if !DEBUG
        // Without optimization one run takes most of a minute.
        @Test(arguments: [1, 2, 3])
        func `the high schedule matches its golden trace`(threads: Int) throws {
            let expected = [
                Step(moves: 158, energy: 842133), Step(moves: 89, energy: 780858), Step(moves: 96, energy: 520348),
                Step(moves: 110, energy: 410210), Step(moves: 125, energy: 317354), Step(moves: 122, energy: 317222),
                Step(moves: 94, energy: 306082), Step(moves: 63, energy: 300948), Step(moves: 48, energy: 315670),
            ]
            #expect(try Self.steps(.high, threads: threads) == expected)
        }
    #endif
}
