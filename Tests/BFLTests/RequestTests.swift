import BFL
import Bytes
import JSON
import TestSupport
import Testing

/// Parsing of submit bodies.
@Suite struct RequestTests {
    @Test func `optional fields have defaults`() throws {
        let text = #"{"input_image":"aGk=","width":64,"height":64}"#
        let request = try OutpaintRequest(JSONDocument(parsing: ByteBuffer(text)).root)
        #expect(request.inputImage.string == "aGk=")
        #expect(request.width == 64 && request.height == 64)
        #expect(!request.autoCrop && request.safetyTolerance == 2)
        #expect(request.outputFormat == .png && request.mode == .high)
        #expect(request.prompt == nil && request.referenceOffsetX == nil && request.referenceOffsetY == nil)
    }

    @Test func `fields are read in all accepted forms`() throws {
        let text = """
            {"mode":"fast","reference_offset_y":-3.0,"reference_offset_x":"+0_7","prompt":"\\ud83d\\ude00","output_format":null,
            "safety_tolerance":true,"auto_crop":"ON","height":1\(String(repeating: "0", count: 4299)),"width":"0064","input_image":"\\u0061"}
            """
        let request = try OutpaintRequest(JSONDocument(parsing: ByteBuffer(text)).root)
        #expect(request.inputImage.string == "a" && request.prompt?.string == "😀")
        #expect(request.width == 64 && request.height == .max)
        #expect(request.autoCrop && request.safetyTolerance == 1)
        #expect(request.outputFormat == nil && request.mode == .fast)
        #expect(request.referenceOffsetX == 7 && request.referenceOffsetY == -3)
    }

    @Test func `errors are listed up to errorLimit`() throws {
        let service = TestService { $0.bfl.errorLimit = 3 }
        let reply = try service.post(#"{"width":1,"input_image":"a","a":1,"b":2,"c":3}"#)
        let details = try reply.json["detail"]?.elements.map { $0["type"]?.string }
        #expect(details == ["greater_than_equal", "missing", "extra_forbidden"])
    }

    @Test func `a body with too many values answers 413`() throws {
        // A submit has 7 values: the object, three names and three values.
        #expect(try TestService { $0.bfl.valueLimit = 7 }.submit().status == 200)
        let reply = try TestService { $0.bfl.valueLimit = 6 }.submit()
        #expect(reply.status == 413 && reply.text == #"{"detail":"The body holds too many values"}"#)
    }
}
