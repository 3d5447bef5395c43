import Bytes
import Glibc
import JSON

/// Times what a submit costs before its image is decoded: a body with 5 MB of base64 is read and its image turned into
/// bytes. Prints the median of the rounds, in milliseconds of this process's CPU.
@main
enum JSONBench {
    static let rounds = 41

    static func main() throws {
        let image = base64(of: 3_750_000)
        let submit = body(around: image)
        let prompts = array(
            of: "{\"prompt\":\"a \\\"quiet\\\" lake\",\"width\":1024,\"seed\":-7.25,\"tags\":[true,null]}", 10_000)
        let chinese = array(of: "\"一片安静的湖泊，清晨的薄雾\"", 20_000)
        print("name                                      bytes   median    least (ms CPU)")

        let document = try JSONDocument(parsing: submit)
        let value = try found(document)
        // Room for the image is kept: the pages of a new buffer would cost more than the work.
        var bytes = ByteBuffer(capacity: value.bytes.count)
        try measure("submit of 5 MB: read, then decode base64", submit.count) {
            let value = try found(JSONDocument(parsing: submit))
            bytes.removeAll()
            try Base64.decode(value.bytes, into: &bytes)
        }
        try measure("submit of 5 MB: read alone", submit.count) { _ = try JSONDocument(parsing: submit) }
        try measure("base64 of 5 MB: decode", image.count) {
            bytes.removeAll()
            try Base64.decode(image.bytes, into: &bytes)
        }
        var text = ByteBuffer(capacity: image.count)
        measure("base64 of 5 MB: encode", image.count) {
            text.removeAll()
            Base64.encode(bytes.bytes, into: &text)
        }
        var echo = ByteBuffer(capacity: submit.count)
        measure("submit of 5 MB: echo", submit.count) {
            var writer = JSONWriter(appendingTo: take(&echo))
            writer.echo(document.root)
            echo = writer.finish()
            echo.removeAll()
        }
        try measure("10,000 small objects: read", prompts.count) { _ = try JSONDocument(parsing: prompts) }
        try measure("20,000 Chinese strings: read", chinese.count) { _ = try JSONDocument(parsing: chinese) }
    }

    struct ImageMissing: Error {}

    static func found(_ document: JSONDocument) throws -> JSONValue {
        guard let value = document.root["input_image"] else { throw ImageMissing() }
        return value
    }

    /// Takes a buffer out of its place and leaves an empty one.
    static func take(_ buffer: inout ByteBuffer) -> ByteBuffer {
        let taken = buffer
        buffer = ByteBuffer()
        return taken
    }

    // MARK: - Inputs

    static func base64(of count: Int) -> ByteBuffer {
        var bytes = ByteBuffer(capacity: count)
        var state: UInt64 = 1
        for _ in 0..<count {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            bytes.append(UInt8(truncatingIfNeeded: state >> 56))
        }
        var text = ByteBuffer()
        Base64.encode(bytes.bytes, into: &text)
        return text
    }

    static func body(around image: borrowing ByteBuffer) -> SharedBytes {
        var writer = JSONWriter()
        writer.object { writer in
            writer.key("input_image")
            writer.string(image.bytes)
            writer.key("width")
            writer.integer(1024)
            writer.key("height")
            writer.integer(768)
        }
        return SharedBytes(writer.finish())
    }

    static func array(of element: StaticString, _ count: Int) -> SharedBytes {
        var text = ByteBuffer("[")
        for i in 0..<count {
            if i > 0 { text.append(UInt8(ascii: ",")) }
            text.append(element)
        }
        text.append(UInt8(ascii: "]"))
        return SharedBytes(text)
    }

    // MARK: - Timing

    static func measure<E: Error>(_ name: String, _ bytes: Int, _ body: () throws(E) -> Void) throws(E) {
        var times: [Double] = []
        for _ in 0..<rounds {
            let start = cpuMilliseconds()
            try body()
            times.append(cpuMilliseconds() - start)
        }
        times.sort()
        print(padded(name, 40), padded("\(bytes)", 7, left: true), column(times[rounds / 2]), column(times[0]))
    }

    static func cpuMilliseconds() -> Double {
        var time = timespec()
        // Writes the time into the variable given.
        unsafe clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
        return Double(time.tv_sec) * 1e3 + Double(time.tv_nsec) / 1e6
    }

    static func column(_ milliseconds: Double) -> String {
        let thousandths = Int((milliseconds * 1000).rounded())
        let fraction = String(thousandths % 1000)
        return padded(
            "\(thousandths / 1000)." + String(repeating: "0", count: 3 - fraction.count) + fraction, 8, left: true)
    }

    static func padded(_ text: String, _ width: Int, left: Bool = false) -> String {
        let blanks = String(repeating: " ", count: max(0, width - text.count))
        return left ? blanks + text : text + blanks
    }
}
