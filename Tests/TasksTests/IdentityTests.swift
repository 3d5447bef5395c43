import Bytes
import Imaging
import Net
import System
import TestSupport
import Testing
import Time

@testable import Tasks

@Suite struct IdentityTests {
    /// The ids and seeds of what three namespaces ask for, in an order and by threads as given.
    private func drawn(seed: UInt64?, order: UInt64, threads: Int) throws -> [String: [String]] {
        let test = TestTasks {
            $0.seed = seed
            $0.workers = 2
        }
        var wishes = (0..<240).map { ("\($0 % 3)", "picture \($0 % 4)") }
        var random = Seeded(order)
        wishes.shuffle(using: &random)
        let found = Locked<[String: [String]]>([:])
        let shares = wishes
        let running = try (0..<threads).map { thread in
            TransferBox(
                try Thread("submitter") {
                    for i in stride(from: thread, to: shares.count, by: threads) {
                        let (name, text) = shares[i]
                        guard let task = try? test.submit(text, by: name) else { continue }
                        let drawn = "\(task.id) \(task.seed)"
                        found.withLock { $0["\(name) \(text)", default: []].append(drawn) }
                    }
                })
        }
        for thread in running { thread.take().join() }
        // Those who ask for the same cannot be told apart, so neither can their order.
        return found.withLock { $0.mapValues { $0.sorted() } }
    }

    @Test func `under a seed ids depend on nothing but namespace and request`() throws {
        let first = try drawn(seed: 7, order: 1, threads: 1)
        #expect(first.values.map(\.count).reduce(0, +) == 240)
        #expect(Set(first.values.joined()).count == 240)
        for (order, threads) in [(2, 1), (3, 4), (4, 8)] as [(UInt64, Int)] {
            #expect(try drawn(seed: 7, order: order, threads: threads) == first)
        }
        #expect(try drawn(seed: 8, order: 1, threads: 1) != first)
    }

    @Test func `without a seed ids are random`() throws {
        let (first, second) = try (drawn(seed: nil, order: 1, threads: 1), drawn(seed: nil, order: 1, threads: 1))
        #expect(Set(first.values.joined()).isDisjoint(with: second.values.joined()))
    }

    @Test func `the ids of a seed never change`() throws {
        let test = TestTasks { $0.seed = 1 }
        let task = try test.submit("a cat")
        #expect(task.id.description == "5ea0a6bc-823b-48cd-a0a6-31d70d44a08f")
        #expect(task.seed == 559_857_757)
    }

    @Test func `a refused task draws no id`() throws {
        let drawn = try [true, false].map { isRefused in
            let test = TestTasks {
                $0.seed = 1
                $0.balance = 10
            }
            if isRefused { #expect(throws: TaskError.self) { try test.submit("a cat", cost: 11) } }
            return try test.submit("a cat").id
        }
        #expect(drawn[0] == drawn[1])
    }

    @Test func `a namespace shows nothing of its key in text`() {
        let namespace = Namespace("secret")
        #expect("\(namespace)" == "…")
        #expect(String(reflecting: namespace) == "…")
        var dumped = ""
        dump(namespace, to: &dumped)
        #expect(dumped == "- …\n")
        #expect(
            Namespace(service: "a", key: Array("bc".utf8).span) != Namespace(service: "ab", key: Array("c".utf8).span))
        #expect(APIKey("k").namespace(in: "a").belongs(to: "a") && !APIKey("k").namespace(in: "a").belongs(to: "ab"))
    }

    @Test func `a signature verifies one address alone`() {
        let links = SignedLinks(key: ByteBuffer("key"))
        func signed(_ links: SignedLinks, _ path: String, _ expires: Int64, _ type: String) -> String {
            links.signature(path: ByteBuffer(path).bytes, expires: expires, contentType: ByteBuffer(type).bytes).bytes
                .text
        }
        let signature = signed(links, "/results/1", 100, "image/png")
        #expect(signature.utf8.count == 44)
        #expect(signature == signed(links, "/results/1", 100, "image/png"))
        let others = [
            signed(links, "/results/2", 100, "image/png"), signed(links, "/results/1", 101, "image/png"),
            signed(links, "/results/1", 100, "image/webp"), signed(links, "/results/1i", 100, "mage/png"),
            signed(SignedLinks(key: ByteBuffer("other")), "/results/1", 100, "image/png"),
        ]
        #expect(!others.contains(signature))
        for text in others + [signature, "", signature + "="] {
            let verified = links.verifies(
                ByteBuffer(text).bytes, path: ByteBuffer("/results/1").bytes, expires: 100,
                contentType: ByteBuffer("image/png").bytes)
            #expect(verified == (text == signature))
        }
    }

    @Test func `the signing key depends on the seed`() {
        func signature(_ seed: UInt64?) -> String {
            let test = TestTasks { $0.seed = seed }
            return test.service.links.signature(
                path: ByteBuffer("/").bytes, expires: 0, contentType: ByteBuffer().bytes
            ).bytes.text
        }
        #expect(signature(1) == signature(1))
        #expect(signature(1) != signature(2))
        #expect(signature(nil) != signature(nil))
    }
}
