import TestSupport
import Testing

@testable import Outpainting

/// Cuts on random grids against a plain maximum flow.
@Suite struct MinimumCutTests {
    /// A grid graph as lists: costs of switching, and arcs from a node to its right or lower neighbor.
    struct Graph {
        let width: Int
        let height: Int
        var costs: [Int]
        var arcs: [(from: Int, direction: Int, to: Int, cost: Int)] = []

        init(width: Int, height: Int, most: Int, random: inout Seeded) {
            (self.width, self.height) = (width, height)
            costs = (0..<width * height).map { _ in Int.random(in: -most...most, using: &random) }
            for n in 0..<width * height {
                if n % width + 1 < width {
                    arcs.append((n, 0, n + 1, Int.random(in: 0...most, using: &random)))
                }
                if n / width + 1 < height {
                    arcs.append((n, 2, n + width, Int.random(in: 0...most, using: &random)))
                }
            }
        }

        func cut(_ cut: inout MinimumCut) -> [Bool] {
            cut.reset(costs.count)
            for (p, cost) in costs.enumerated() { cut.addCost(p, cost) }
            for arc in arcs { cut.addArc(arc.from, arc.direction, arc.to, arc.cost) }
            cut.solve()
            var switches: [Bool] = []
            for p in costs.indices { switches.append(cut.switches(p)) }
            return switches
        }

        /// Augmenting along shortest paths until there is none; what the source cannot reach then switches.
        func plainCut() -> [Bool] {
            let (source, sink) = (costs.count, costs.count + 1)
            var room = Array(repeating: Array(repeating: 0, count: sink + 1), count: sink + 1)
            for (p, cost) in costs.enumerated() {
                if cost > 0 { room[source][p] = cost } else { room[p][sink] = -cost }
            }
            for arc in arcs { room[arc.from][arc.to] += arc.cost }
            while true {
                var parent = Array(repeating: -1, count: sink + 1)
                var queue = [source]
                parent[source] = source
                var head = 0
                while head < queue.count {
                    let p = queue[head]
                    head += 1
                    for r in 0...sink where parent[r] < 0 && room[p][r] > 0 {
                        parent[r] = p
                        queue.append(r)
                    }
                }
                if parent[sink] < 0 { return costs.indices.map { parent[$0] < 0 } }
                var (flow, p) = (Int.max, sink)
                while p != source {
                    flow = min(flow, room[parent[p]][p])
                    p = parent[p]
                }
                p = sink
                while p != source {
                    room[parent[p]][p] -= flow
                    room[p][parent[p]] += flow
                    p = parent[p]
                }
            }
        }
    }

    @Test(arguments: [1, 3, 20, 1000])
    func `the same nodes switch as with a textbook maximum flow`(most: Int) {
        var random = Seeded(UInt64(most))
        var cut = MinimumCut()
        for _ in 0..<60 {
            let graph = Graph(
                width: Int.random(in: 1...6, using: &random), height: Int.random(in: 1...6, using: &random), most: most,
                random: &random)
            let found = graph.cut(&cut)
            let expected = graph.plainCut()
            #expect(found == expected)
        }
    }

    @Test func `on a tie a node switches`() {
        var cut = MinimumCut()
        cut.reset(2)
        cut.addCost(1, 5)
        cut.solve()
        let switches = (cut.switches(0), cut.switches(1))
        #expect(switches == (true, false))
    }
}
