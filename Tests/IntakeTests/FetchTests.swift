import Bytes
import Outbound
import TestSupport
import Testing

@testable import Intake

/// Fetches of images from a URL.
@Suite struct FetchTests {
    private static func fetch(_ url: String, _ change: (inout IntakeSettings) -> Void = { _ in }) -> String {
        var settings = IntakeSettings()
        change(&settings)
        var outbound = Outbound.Settings()
        outbound.policy.allowsPrivate = true
        do throws(IntakeError) {
            let file = try Intake(settings).fetch(url, with: Client(outbound))
            return "\(file.count) bytes"
        } catch {
            return error.description
        }
    }

    @Test func `a fetched file that is no image is refused with its content type`() throws {
        try Peer.answering(answer(fields: "content-type: text/html; charset=utf-8\r\n", "words")) { peer in
            #expect(
                Self.fetch(peer.url())
                    == "this is not an image; PNG, JPEG, WebP, GIF and BMP are read; the URL's host calls it text/html")
        }
        try Peer.answering(answer("200 OK", "hi")) { peer in
            #expect(Self.fetch(peer.url()) == "this is not an image; PNG, JPEG, WebP, GIF and BMP are read")
        }
    }

    @Test func `a transfer is limited to the largest file`() throws {
        let large = String(repeating: "x", count: 1001)
        try Peer.answering(answer("200 OK", large)) { peer in
            #expect(
                Self.fetch(peer.url()) { $0.images.inputBytes = 1000 }
                    == "there are more than the 1000 bytes allowed at the URL")
        }
    }

    @Test func `a fetch obeys the limits of transfers`() throws {
        try Peer.answering(answer("302 Found", fields: "location: /again\r\n")) { peer in
            #expect(
                Self.fetch(peer.url()) { $0.transfer.redirects = 1 }
                    == "the URL redirects more often than the 1 times allowed")
        }
    }
}
