import BFL
import JSON
import TestSupport
import Testing

/// The scheme and host of URLs in answers.
@Suite struct AddressTests {
    private static let forwarded = "x-forwarded-proto: https, http\r\nx-forwarded-host: outside.example, inside\r\n"

    @Test(
        arguments: [
            ("", true, nil, "http://test"), (forwarded, true, nil, "https://outside.example"),
            (forwarded, false, nil, "http://test"),
            (forwarded, true, "https://here.example:8443", "https://here.example:8443"),
        ] as [(String, Bool, String?, String)])
    func `URLs name the caller's host or publicURL`(fields: String, trusts: Bool, own: String?, base: String) throws {
        let service = TestService {
            $0.bfl.trustsForwarded = trusts
            $0.bfl.publicURL = own
        }
        let accepted = try service.submit(fields: TestService.key + fields).json
        let id = try #require(accepted["id"]?.string)
        #expect(accepted["polling_url"]?.string == "\(base)/v1/get_result?id=\(id)")
        let sample = try service.ended(id, fields: fields).json["result"]?["sample"]?.string
        #expect(sample?.hasPrefix("\(base)/delivery/results/") == true, "\(sample ?? "")")
    }

    /// The caller that polls may reach the server at another address than the one that submitted.
    @Test func `a link names the host of the poll`() throws {
        let service = TestService()
        let id = try service.accepted()
        let sample = try service.ended(id, host: "127.0.0.1:4880").json["result"]?["sample"]?.string
        #expect(sample?.hasPrefix("http://127.0.0.1:4880/delivery/results/") == true, "\(sample ?? "")")
    }

    @Test(arguments: [
        ("a:", "http://a"), ("a:80", "http://a:80"), ("a:65535", "http://a:65535"), ("[::1]:", "http://[::1]"),
        ("[::1]", "http://[::1]"), ("[::1]:9", "http://[::1]:9"),
        // With an invalid port or no host, the location is a path alone.
        ("a:99999", ""), ("a:0", ""), ("a:18446744073709551696", ""), ("", ""),
    ])
    func `a location names the host only if it is valid`(host: String, base: String) throws {
        #expect(try TestService().get("/v1/get_result/", host: host)["location"] == "\(base)/v1/get_result")
    }

    @Test(arguments: [
        ("HTTPS", "a.example", "https://a.example"), ("Http", "a.example:", "http://a.example"),
        ("ftp", "a.example:1", "http://a.example:1"), ("https", "a.example:99999", "https://test"),
        ("https", ":1", "https://test"),
    ])
    func `a forwarded scheme or host is used only if it is valid`(scheme: String, host: String, base: String) throws {
        let fields = "x-forwarded-proto: \(scheme)\r\nx-forwarded-host: \(host)\r\n"
        #expect(try TestService().get("/v1/get_result/", fields: fields)["location"] == "\(base)/v1/get_result")
    }

    @Test(arguments: ["a b", "a/b", "x\"y", "user@host"])
    func `a forwarded host with invalid characters is ignored`(host: String) throws {
        let reply = try TestService().get("/v1/get_result/", fields: "x-forwarded-host: \(host)\r\n")
        #expect(reply["location"] == "http://test/v1/get_result")
    }
}
