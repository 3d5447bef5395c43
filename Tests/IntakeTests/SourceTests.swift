import Bytes
import Testing

@testable import Intake

/// How a text is read: as a file in base64, or as a URL.
@Suite struct SourceTests {
    private static func read(_ text: String, _ change: (inout IntakeSettings) -> Void = { _ in }) -> String {
        var settings = IntakeSettings()
        change(&settings)
        do throws(IntakeError) {
            switch try Intake(settings).source(of: text.utf8.span) {
            case .file(let file): return "file \(file.bytes.indices.map { file.bytes[$0] })"
            case .address(let address): return "address \(address)"
            }
        } catch {
            return error.description
        }
    }

    @Test(arguments: [
        // With and without padding; the values 62 and 63 in the standard and in the URL alphabet.
        ("aGk=", "file [104, 105]"), ("aGk", "file [104, 105]"), ("aA==", "file [104]"), ("aA", "file [104]"),
        ("+/+/", "file [251, 255, 191]"), ("-_-_", "file [251, 255, 191]"), ("AA-_", "file [0, 15, 191]"),
        ("AAAA+_", "the image is not base64: character 5 ('_') is not in the alphabet"),
        ("AAAA-/", "the image is not base64: character 5 ('/') is not in the alphabet"),
        ("AAAA_+==", "the image is not base64: character 5 ('+') is not in the alphabet"),
        // Incomplete and excess padding.
        ("aA=", "the image is not base64: it ends too early"),
        ("aGk==", "the image is not base64: the padding at character 4 is wrong"),
        ("aGk=aGk=", "the image is not base64: the padding at character 4 is wrong"),
        ("a", "the image is not base64: it ends too early"),
        ("", "file []"),
        ("aG k=", "file [104, 105]"), ("aG\r\nk=\n", "file [104, 105]"), ("\taGk=", "file [104, 105]"),
        ("aGk\u{a0}=", "the image is not base64: character 3 ('\\u{00A0}') is not in the alphabet"),
        ("aGk\u{1F600}=", "the image is not base64: character 3 ('\\u{0001F600}') is not in the alphabet"),
        ("aGk\u{1B}=", "the image is not base64: character 3 ('\\u{1B}') is not in the alphabet"),
        ("aGk'", "the image is not base64: character 3 ('\\'') is not in the alphabet"),
        ("aGk.", "the image is not base64: character 3 ('.') is not in the alphabet"),
        ("ftp://example.org/a.png", "the image is not base64: character 3 (':') is not in the alphabet"),
    ])
    func `base64 is read in every common form`(text: String, result: String) {
        #expect(Self.read(text) == result)
    }

    @Test(arguments: [
        ("data:image/png;base64,aGk=", "file [104, 105]"), ("DATA:IMAGE/PNG;BASE64,aGk=", "file [104, 105]"),
        ("data:;base64,aGk=", "file [104, 105]"), ("data:image/png;name=a.png;base64,aGk", "file [104, 105]"),
        ("data:image/png;base64,", "file []"),
        ("data:image/png,aGk=", "the data URL is not one of base64"),
        ("data:image/png;base64x,aGk=", "the data URL is not one of base64"),
        ("data:image/png;base64", "the data URL is not one of base64"),
        ("data:", "the data URL is not one of base64"),
        ("data:image/png;base64,http://a/", "the image is not base64: character 4 (':') is not in the alphabet"),
    ])
    func `a data URL is read if it is base64`(text: String, result: String) {
        #expect(Self.read(text) == result)
    }

    /// The search for the comma is limited, so that it does not scan a whole image.
    @Test func `a data URL must have its comma within 256 bytes`() {
        let name = String(repeating: "n", count: 256 - "data:;name=;base64,".utf8.count)
        #expect(Self.read("data:;name=\(name);base64,aGk=") == "file [104, 105]")
        #expect(Self.read("data:;name=\(name)n;base64,aGk=") == "the data URL is not one of base64")
    }

    @Test(arguments: ["http://example.org/a.png", "https://example.org", "HTTP://EXAMPLE.ORG/", "https://"])
    func `an address is returned unchanged`(text: String) {
        #expect(Self.read(text) == "address \(text)")
    }

    @Test func `each form of text can be turned off`() {
        #expect(
            Self.read("-_-_") { $0.takesURLAlphabet = false }
                == "the image is not base64: character 0 ('-') is not in the alphabet")
        #expect(
            Self.read("aGk") { $0.takesMissingPadding = false } == "the image is not base64: it ends too early")
        #expect(Self.read("aGk=") { $0.takesMissingPadding = false } == "file [104, 105]")
        #expect(
            Self.read("data:;base64,aGk=") { $0.takesDataURLs = false }
                == "the image is not base64: character 4 (':') is not in the alphabet")
        #expect(
            Self.read("aG\nk=") { $0.takesLineBreaks = false }
                == "the image is not base64: character 2 ('\\n') is not in the alphabet")
        #expect(
            Self.read("http://example.org/") { $0.takesAddresses = false }
                == "URLs are not fetched here; send the image as base64")
    }
}
