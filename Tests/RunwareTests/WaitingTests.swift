import Bytes
import JSON
import TestSupport
import Testing

@testable import Runware
@testable import Tasks

/// Tasks that wait for images to be fetched.
@Suite struct WaitingTests {
    private static let caller = Caller(SentKey(APIKey("test-key")), base: "http://test", isDryRun: false)

    @Test(arguments: [
        Sent.outpaint(#","routing":{"a":"b"}"#, image: "URL"),
        Sent.outpaint(#","deliveryMethod":"async""#, image: "URL"),
        Sent.outpaint(#","advancedFeatures":{"watermark":{"image":"URL"}}"#),
        #"{"taskType":"imageUpload","taskUUID":"\#(Sent.uuid)","image":"URL"}"#,
        #"{"taskType":"mediaStorage","taskUUID":"\#(Sent.uuid)","operation":"upload","media":"URL"}"#,
    ])
    func `a message is freed while its task waits`(_ task: String) throws {
        let service = TestService()
        try Peer.serving({ try $1.waitForEnd() }) { silent in
            weak var message: JSONDocument?
            func perform() throws {
                let document = try JSONDocument(parsing: ByteBuffer(task.replacing("URL", with: silent.url())))
                message = document
                service.runware.perform(document.root, for: Self.caller) { _, _ in }
            }
            try perform()
            #expect(message == nil)
            service.fetches.stop()
        }
    }

    @Test(arguments: [
        Sent.outpaint(#","deliveryMethod":"async""#, image: "URL"),
        Sent.outpaint(#","deliveryMethod":"async","advancedFeatures":{"watermark":{"image":"URL"}}"#),
    ])
    func `an asynchronous task is acknowledged before its images are fetched`(_ task: String) throws {
        let service = TestService()
        try Peer.serving({ try $1.waitForEnd() }) { silent in
            let acknowledged = try service.send(task.replacing("URL", with: silent.url()))
            #expect(acknowledged.status == 200)
            #expect(acknowledged.text == #"{"data":[{"taskType":"imageInference","taskUUID":"\#(Sent.uuid)"}]}"#)
            #expect(try service.send(Sent.poll()).data.first?["status"]?.string == "processing")
            // The task's UUID is in use.
            #expect(try service.send(Sent.outpaint()).codes == ["conflictTaskUUID"])
            service.fetches.stop()
        }
    }

    @Test func `a poll reports that an image could not be fetched`() throws {
        let service = TestService()
        let task = Sent.outpaint(#","deliveryMethod":"async""#, image: "http://127.0.0.1:1/")
        #expect(try service.send(task).status == 200)
        let told = try service.ended(Sent.uuid)
        #expect(try told.status == 200 && told.codes == ["invalidInputsImage"] && told.data.isEmpty)
        #expect(try told.errors[0]["status"]?.string == "error" && told.errors[0]["taskUUID"]?.string == Sent.uuid)
    }

    @Test func `an error that needs no fetch is reported instead of an acknowledgement`() throws {
        let service = TestService()
        for task in [
            Sent.outpaint(#","deliveryMethod":"async""#, image: "AAAA"),
            Sent.outpaint(
                #","deliveryMethod":"async","advancedFeatures":{"watermark":{"image":"AAAA"}}"#,
                image: "http://127.0.0.1:1/"),
        ] {
            #expect(try service.send(task).status == 400)
        }
    }

    @Test func `a fetched image of an asynchronous task is outpainted`() throws {
        let service = TestService()
        let image = Pictures.png(64, 64)
        let head = "HTTP/1.1 200 OK\r\ncontent-length: \(image.count)\r\nconnection: close\r\n\r\n"
        try Peer.serving({ try $1.send(Array(head.utf8) + image) }) { peer in
            let task = Sent.outpaint(#","deliveryMethod":"async","numberResults":2"#, image: peer.url())
            let (acknowledged, told) = (try service.send(task).data, try service.ended(Sent.uuid).data)
            #expect(acknowledged.count == 1 && told.count == 2)
        }
    }
}
