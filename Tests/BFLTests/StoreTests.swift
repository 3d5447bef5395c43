import TestStores
import TestSupport
import Testing

/// Answers while the task store is disconnected.
@Suite struct StoreTests {
    private static let unavailable = #"{"detail":"Service Unavailable"}"#

    @Test func `a disconnected store is answered with 503 and retry-after, and no state is lost`() throws {
        let store = TestTaskStore()
        let service = TestService { $0.store = store }
        let id = try service.accepted()
        let before = try service.ended(id)
        let link = try service.link()
        let credits = try service.credits()
        store.trouble.disconnect()
        for reply in [try service.submit(), try service.poll(id), try service.get(link)] {
            #expect(reply.status == 503 && reply["retry-after"] == "1" && reply.text == Self.unavailable, "\(reply)")
        }
        store.trouble.connect()
        #expect(try service.poll(id).text == before.text && service.get(link).status == 200)
        // The refused submit cost nothing and does not wait in the queue.
        #expect(try service.credits() == credits && service.tasks.counts.waiting == 0)
        #expect(try service.submit().status == 200)
    }

    @Test func `invalid requests keep their own status while the store is disconnected`() throws {
        let store = TestTaskStore()
        let service = TestService { $0.store = store }
        store.trouble.disconnect()
        #expect(try service.post("{").status == 422)
        #expect(try service.submit(fields: "").status == 403)
        #expect(try service.poll("nonsense").status == 404)
    }
}
