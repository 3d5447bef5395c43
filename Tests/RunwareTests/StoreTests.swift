import TestStores
import TestSupport
import Testing

/// Responses while the task store does not answer.
@Suite struct StoreTests {
    @Test func `without its store the service answers 503 with retry-after and forgets nothing`() throws {
        let store = TestTaskStore()
        let service = TestService { $0.store = store }
        _ = try service.send(Sent.outpaint(#","deliveryMethod":"async""#))
        let before = try service.ended(Sent.uuid)
        store.trouble.disconnect()
        let refused = try service.send(Sent.outpaint(uuid: Sent.uuid(2)))
        let poll = try service.send(Sent.poll())
        for reply in [refused, poll] {
            #expect(reply.status == 503 && reply["retry-after"] == "1", "\(reply.text)")
            #expect(try reply.codes == ["serviceUnavailable"] && reply.data.isEmpty)
        }
        store.trouble.connect()
        #expect(try service.send(Sent.poll()).text == before.text)
        // The refused task's UUID is still free.
        #expect(try service.send(Sent.outpaint(uuid: Sent.uuid(2))).status == 200)
    }
}
