import Bytes
import JSON
import Testing

@testable import Runware

/// Parsing and validation of an outpainting task.
@Suite struct DescriptionTests {
    private func violations(_ task: String) throws -> [Violation] {
        let object = try JSONDocument(parsing: ByteBuffer(task)).root
        var wish = ImageInference()
        return ImageInference.description().read(object, into: &wish)
    }

    private func read(_ task: String) throws -> ImageInference {
        let object = try JSONDocument(parsing: ByteBuffer(task)).root
        var wish = ImageInference()
        #expect(ImageInference.description().read(object, into: &wish) == [])
        return wish
    }

    @Test func `omitted parameters have the documented defaults`() throws {
        let wish = try read(Sent.outpaint(image: "x"))
        #expect(wish.outputType == .url && wish.format == .jpg && wish.quality == 95 && wish.numberResults == 1)
        #expect(wish.delivery == .sync && wish.mode == .high && !wish.autoCrop && !wish.includeCost)
        #expect(wish.ttl == nil && wish.webhookURL == nil && wish.uploadEndpoint == nil && !wish.isChecked)
    }

    @Test func `every parameter is read`() throws {
        let wish = try read(
            Sent.outpaint(
                """
                ,"outputType":"dataURI","outputFormat":"WEBP","outputQuality":20,"numberResults":20,"ttl":60,\
                "deliveryMethod":"async","includeCost":true,"safety":{"checkContent":true},"routing":{},\
                "settings":{"autoCrop":true,"mode":"fast"},"webhookURL":"https://a.b/c?d","uploadEndpoint":"http://a"
                """, image: "x", sides: #"{"top":1,"right":2,"bottom":3,"left":4}"#))
        #expect(wish.outputType == .dataURI && wish.format == .webp && wish.quality == 20 && wish.numberResults == 20)
        #expect(wish.ttl == 60 && wish.delivery == .async && wish.includeCost && wish.isChecked && wish.autoCrop)
        #expect(wish.mode == .fast && wish.webhookURL == "https://a.b/c?d" && wish.uploadEndpoint == "http://a")
        #expect([wish.sides.top, wish.sides.right, wish.sides.bottom, wish.sides.left] == [1, 2, 3, 4])
    }

    @Test(arguments: ["http://a/", "https://a.b:1//", "http://a?b=c@d/", "http://a/@b", "http://[::1]:2/c/"])
    func `a webhook URL is kept unchanged`(_ url: String) throws {
        #expect(try read(Sent.outpaint(#","webhookURL":"\#(url)""#, image: "x")).webhookURL == url)
    }

    @Test func `the safety mode overrides checkContent`() throws {
        #expect(try !read(Sent.outpaint(#","safety":{"checkContent":true,"mode":"none"}"#, image: "x")).isChecked)
        #expect(try read(Sent.outpaint(#","safety":{"mode":"fast"}"#, image: "x")).isChecked)
    }

    @Test func `an output type may be given in a list`() throws {
        #expect(try read(Sent.outpaint(#","outputType":["base64Data"]"#, image: "x")).outputType == .base64Data)
        #expect(try read(Sent.outpaint(#","outputType":["URL","dataURI"]"#, image: "x")).outputType == .url)
        #expect(try violations(Sent.outpaint(#","outputType":[]"#, image: "x")).map(\.code) == ["invalidOutputType"])
    }

    @Test func `an integer may be written with a decimal point`() throws {
        #expect(try read(Sent.outpaint(#","outputQuality":50.0"#, image: "x")).quality == 50)
    }

    /// An invalid parameter, and the violation that it causes.
    @Test(arguments: [
        (#","outputQuality":19"#, "outputQuality", "invalidOutputQuality", "integer"),
        (#","outputQuality":100"#, "outputQuality", "invalidOutputQuality", "integer"),
        (#","outputQuality":50.5"#, "outputQuality", "invalidOutputQuality", "integer"),
        (#","outputQuality":"50""#, "outputQuality", "invalidOutputQuality", "integer"),
        (#","outputQuality":null"#, "outputQuality", "invalidOutputQuality", "integer"),
        (#","numberResults":0"#, "numberResults", "invalidNumberResults", "integer"),
        (#","numberResults":21"#, "numberResults", "invalidNumberResults", "integer"),
        (#","ttl":59"#, "ttl", "invalidTtl", "integer"),
        (#","includeCost":"yes""#, "includeCost", "invalidIncludeCost", "boolean"),
        (#","includeCost":1"#, "includeCost", "invalidIncludeCost", "boolean"),
        (#","outputType":"url""#, "outputType", "invalidOutputType", "string"),
        (#","outputFormat":"TIFF""#, "outputFormat", "invalidOutputFormat", "string"),
        (#","deliveryMethod":"push""#, "deliveryMethod", "invalidDeliveryMethod", "string"),
        (#","webhookURL":"ftp://a""#, "webhookURL", "invalidWebhookURL", "string"),
        (#","webhookURL":"http:///a""#, "webhookURL", "invalidWebhookURL", "string"),
        (#","webhookURL":"http://?""#, "webhookURL", "invalidWebhookURL", "string"),
        (#","webhookURL":"http://#""#, "webhookURL", "invalidWebhookURL", "string"),
        (#","webhookURL":"https://[/""#, "webhookURL", "invalidWebhookURL", "string"),
        (#","webhookURL":"http://[]/""#, "webhookURL", "invalidWebhookURL", "string"),
        (#","webhookURL":"http://a:99999/""#, "webhookURL", "invalidWebhookURL", "string"),
        (#","webhookURL":"http://a:0/""#, "webhookURL", "invalidWebhookURL", "string"),
        (#","webhookURL":"http://a:b/""#, "webhookURL", "invalidWebhookURL", "string"),
        (#","webhookURL":"http://:80/""#, "webhookURL", "invalidWebhookURL", "string"),
        (#","webhookURL":"http://a:1:2/""#, "webhookURL", "invalidWebhookURL", "string"),
        (#","webhookURL":"http://me:s3cret@a/""#, "webhookURL", "invalidWebhookURL", "string"),
        (#","webhookURL":"http://me@a?b""#, "webhookURL", "invalidWebhookURL", "string"),
        (#","uploadEndpoint":"https://:s3cret@a""#, "uploadEndpoint", "invalidUploadEndpoint", "string"),
        (#","uploadEndpoint":"a b""#, "uploadEndpoint", "invalidUploadEndpoint", "string"),
        (#","settings":[]"#, "settings", "invalidSettings", "object"),
        (#","settings":{"mode":"slow"}"#, "settings.mode", "invalidSettingsMode", "string"),
        (#","settings":{"autoCrop":0}"#, "settings.autoCrop", "invalidSettingsAutoCrop", "boolean"),
        (#","safety":{"mode":"full"}"#, "safety.mode", "invalidSafetyMode", "string"),
    ])
    func `each invalid value is one violation`(_ more: String, _ path: String, _ code: String, _ type: String) throws {
        let found = try violations(Sent.outpaint(more, image: "x"))
        #expect(found.map(\.paths) == [[path]] && found.map(\.code) == [code])
        #expect(found.first?.bounds?.type == type)
        #expect(found.first?.message.hasPrefix("Invalid value for \(path) parameter. ") == true)
    }

    @Test(arguments: ["http://a", "HTTPS://a.b:65535/?c#d", "http://[::1]:1/a", "http://a:/", "http://127.0.0.1?b"])
    func `a webhook URL with a valid host and port is accepted`(_ url: String) throws {
        #expect(try violations(Sent.outpaint(#","webhookURL":"\#(url)""#, image: "x")).isEmpty)
    }

    @Test(arguments: [#"{"right":-1}"#, #"{"right":1.5}"#, #"{"right":"1"}"#])
    func `a side must be an integer of at least zero`(_ sides: String) throws {
        let found = try violations(Sent.outpaint(image: "x", sides: sides))
        #expect(found.map(\.paths) == [["outpaint.right"]] && found.map(\.code) == ["invalidOutpaintRight"])
        #expect(found.first?.bounds?.minimum == 0)
    }

    @Test(arguments: [#"{}"#, #"{"right":0}"#])
    func `at least one side must be greater than zero`(_ sides: String) throws {
        let found = try violations(Sent.outpaint(image: "x", sides: sides))
        #expect(found.map(\.code) == ["missingOutpaint"])
        #expect(found.first?.paths == ["outpaint.bottom", "outpaint.left", "outpaint.right", "outpaint.top"])
    }

    @Test(arguments: ["{}", #"{"tiled":true}"#])
    func `a watermark without text and image is refused`(_ mark: String) throws {
        let found = try violations(Sent.outpaint(#","advancedFeatures":{"watermark":\#(mark)}"#, image: "x"))
        #expect(found.map(\.code) == ["missingAdvancedFeaturesWatermark"])
    }

    @Test func `an empty string is refused as an image`() throws {
        let found = try violations(Sent.outpaint(image: ""))
        #expect(
            found.map(\.message) == [
                "Invalid value for inputs.image parameter. Inputs image must be a string value that is not empty."
            ])
    }

    @Test func `an empty object has a violation for each required parameter`() throws {
        #expect(
            try violations("{}").map(\.code) == [
                "missingTaskType", "missingTaskUUID", "missingModel", "missingInputs", "missingOutpaint",
            ])
    }

    @Test func `violations are listed in the order of the description`() throws {
        let found = try violations(
            #"{"taskType":"imageInference","taskUUID":"1","seed":1,"outputQuality":1,"model":"x","outpaint":{"up":1},"#
                + #""inputs":{}}"#)
        #expect(
            found.map(\.code) == [
                "invalidTaskUUID", "invalidModel", "invalidOutputQuality", "missingInputsImage",
                "unsupportedParameter", "unsupportedParameter", "missingOutpaint",
            ])
        #expect(found[4...5].map(\.paths) == [["outpaint.up"], ["seed"]])
    }

    @Test(arguments: [
        "afed6468-1eca-46ef-a677-06aae34e47a", "afed6468-1eca-16ef-a677-06aae34e47a4",
        "afed6468-1eca-46ef-7677-06aae34e47a4", "afed64681eca46efa67706aae34e47a4", "",
    ])
    func `a task UUID must be of version 4`(_ uuid: String) throws {
        #expect(try violations(Sent.outpaint(uuid: uuid, image: "x")).map(\.code) == ["invalidTaskUUID"])
    }

    @Test func `the number of violations is limited`() throws {
        let members = (0..<1000).map { #""a\#($0)":1"# }.joined(separator: ",")
        let object = try JSONDocument(parsing: ByteBuffer("{\(members)}")).root
        var wish = ImageInference()
        #expect(ImageInference.description().read(object, into: &wish, limit: 10).count == 10)
    }

    @Test func `unknown parameters can be ignored`() throws {
        let object = try JSONDocument(parsing: ByteBuffer(Sent.outpaint(#","seed":1"#, image: "x"))).root
        var wish = ImageInference()
        #expect(ImageInference.description().read(object, into: &wish, refusingUnknown: false) == [])
    }
}
