import BFL
import JSON
import TestSupport
import Testing

/// What stands before paths in addresses.
@Suite struct AddressTests {
    private static let forwarded = "x-forwarded-proto: https, http\r\nx-forwarded-host: outside.example, inside\r\n"

    @Test(
        arguments: [
            ("", true, nil, "http://test"), (forwarded, true, nil, "https://outside.example"),
            (forwarded, false, nil, "http://test"),
            (forwarded, true, "https://here.example:8443", "https://here.example:8443"),
        ] as [(String, Bool, String?, String)])
    func theyFollowTheCallerUnlessTheyAreSet(fields: String, trusts: Bool, own: String?, base: String) throws {
        let bench = Bench {
            $0.bfl.trustsForwarded = trusts
            $0.bfl.publicURL = own
        }
        let accepted = try bench.submit(fields: Bench.key + fields).json
        let id = try #require(accepted["id"]?.string)
        #expect(accepted["polling_url"]?.string == "\(base)/v1/get_result?id=\(id)")
        let sample = try bench.ended(id, fields: fields).json["result"]?["sample"]?.string
        #expect(sample?.hasPrefix("\(base)/delivery/results/") == true, "\(sample ?? "")")
    }

    /// Each caller gets the address it can reach, whoever submitted.
    @Test func aLinkIsForTheHostThatWasAsked() throws {
        let bench = Bench()
        let id = try bench.accepted()
        let sample = try bench.ended(id, host: "127.0.0.1:4880").json["result"]?["sample"]?.string
        #expect(sample?.hasPrefix("http://127.0.0.1:4880/delivery/results/") == true, "\(sample ?? "")")
    }

    @Test(arguments: [
        ("a:", "http://a"), ("a:80", "http://a:80"), ("a:65535", "http://a:65535"), ("[::1]:", "http://[::1]"),
        ("[::1]", "http://[::1]"), ("[::1]:9", "http://[::1]:9"),
        // A port that is none, and no host at all: the path leads back.
        ("a:99999", ""), ("a:0", ""), ("a:18446744073709551696", ""), ("", ""),
    ])
    func aHostIsInLinksAsItCanBeReached(host: String, base: String) throws {
        #expect(try Bench().get("/v1/get_result/", host: host)["location"] == "\(base)/v1/get_result")
    }

    @Test(arguments: [
        ("HTTPS", "a.example", "https://a.example"), ("Http", "a.example:", "http://a.example"),
        ("ftp", "a.example:1", "http://a.example:1"), ("https", "a.example:99999", "https://test"),
        ("https", ":1", "https://test"),
    ])
    func whatAProxySaysIsReadLikewise(scheme: String, host: String, base: String) throws {
        let fields = "x-forwarded-proto: \(scheme)\r\nx-forwarded-host: \(host)\r\n"
        #expect(try Bench().get("/v1/get_result/", fields: fields)["location"] == "\(base)/v1/get_result")
    }

    @Test(arguments: ["a b", "a/b", "x\"y", "user@host"]) func aForwardedHostThatIsNoneIsNotBelieved(
        host: String
    ) throws {
        let reply = try Bench().get("/v1/get_result/", fields: "x-forwarded-host: \(host)\r\n")
        #expect(reply["location"] == "http://test/v1/get_result")
    }
}
