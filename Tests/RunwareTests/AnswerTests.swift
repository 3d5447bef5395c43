import Bytes
import HTTP
import TestSupport
import Testing

@testable import Runware
@testable import Tasks

/// Answers whose pictures are encoded as the answer is sent.
@Suite struct AnswerTests {
    /// An answer with pictures of these sizes, and the text that it should produce.
    private func text(_ sizes: [Int], inFiles: Bool) throws -> (made: AnswerText, whole: String) {
        let blobs = MemoryBlobStore(folder: "/var/tmp", memory: inFiles ? 0 : 1 << 20)
        var rest = ByteBuffer("{")
        var whole = "{"
        var insets: [AnswerText.Inset] = []
        for (number, size) in sizes.enumerated() {
            let bytes = (0..<size).map { UInt8(truncatingIfNeeded: $0 * 31 + number) }
            rest.append("<\(number)")
            let blob = blobs.put(ByteBuffer(bytes.span), as: .random())
            insets.append(AnswerText.Inset(file: blob, place: rest.count))
            rest.append(">")
            whole += "<\(number)\(Pictures.base64(bytes))>"
        }
        rest.append("}")
        return (AnswerText(rest, insets), whole + "}")
    }

    @Test(arguments: [[], [0], [1], [2], [3], [5, 0, 4], [100, 7, 3, 8]], [false, true])
    func `any range of an answer equals the same range of the whole text`(_ sizes: [Int], _ inFiles: Bool) throws {
        let (made, whole) = try text(sizes, inFiles: inFiles)
        let characters = Array(whole.utf8)
        #expect(made.count == characters.count)
        for start in 0...characters.count {
            for end in start...characters.count {
                var piece = ByteBuffer()
                try made.append(start..<end, to: &piece)
                let isEqual = piece.bytes.equals(characters[start..<end].span)
                guard isEqual else {
                    Issue.record("\(start)..<\(end)")
                    return
                }
            }
        }
    }

    @Test func `an answer with many large results holds only references to their files`() throws {
        let sizes = Array(repeating: 1_000_000, count: 20)
        let (made, whole) = try text(sizes, inFiles: true)
        #expect(made.count == whole.utf8.count)
        #expect(made.weight < 20_000)
    }

    @Test func `a reply, a poll and the task details list the results in the same order`() throws {
        let service = TestService()
        let more = #","numberResults":20,"outputFormat":"PNG","outputType":"dataURI""#
        let told = try service.send(Sent.outpaint(more)).data
        #expect(told.count == 20)
        let pictures = try told.map { item in
            let url = try #require(item["imageURL"] == nil ? item["imageDataURI"]?.string : nil)
            #expect(url.hasPrefix("data:image/png;base64,"))
            return String(url.dropFirst("data:image/png;base64,".count))
        }
        for (item, picture) in zip(told, pictures) {
            let name = try #require(item["imageUUID"]?.string)
            let file = try service.ask("GET", "/image/os/a01d21/ws/4/ii/\(name).png", fields: "")
            #expect(Pictures.base64(file.body) == picture)
        }
        let polled = try service.send(Sent.poll()).data.map { $0["imageDataURI"]?.string }
        #expect(polled == pictures.map { "data:image/png;base64,\($0)" })
        let details = try service.send(#"{"taskType":"getTaskDetails","taskUUID":"\#(Sent.uuid)"}"#).data.first
        let last = details?["response"]?["data"].map { Array($0.elements) } ?? []
        #expect(last.map { $0["imageDataURI"]?.string } == polled)
    }
}
