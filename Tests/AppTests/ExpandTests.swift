import Bytes
import Glibc
import Imaging
import Net
import TestSupport
import Testing

@testable import App

/// `outpaint expand` on files.
@Suite struct ExpandTests {
    /// Writes a small generated picture to a file.
    static func write(_ path: String, _ output: OutputFormat = .png, width: Int = 40, height: Int = 30) throws {
        var raster = Raster(width: width, height: height)
        var pixels = raster.mutablePixels
        for i in 0..<pixels.count { pixels[i] = UInt8(truncatingIfNeeded: i &* 7 &+ i / 120 * 5) }
        var encoder = ImageEncoder()
        var file = ByteBuffer()
        try encoder.encode(SharedRaster(raster), as: output, into: &file)
        try File.replace(FilePath(path), with: file)
    }

    static func probe(_ path: String) throws -> ImageProbe {
        let file = try File.read(FilePath(path), upTo: 1 << 20)
        return try ImageProbe(file.bytes)
    }

    static func bytes(_ path: String) throws -> [UInt8] {
        let file = try File.read(FilePath(path), upTo: 1 << 20)
        return (0..<file.count).map { file.bytes[$0] }
    }

    /// The sorted names of a folder's entries.
    static func names(in folder: String) -> [String] {
        guard let handle = unsafe opendir(folder) else { return [] }
        defer { unsafe closedir(handle) }
        var names: [String] = []
        while let entry = unsafe readdir(handle) {
            // `d_name` contains the zero byte that ends the name.
            let name = unsafe withUnsafePointer(to: &entry.pointee.d_name) {
                unsafe $0.withMemoryRebound(to: CChar.self, capacity: 256) { unsafe String(cString: $0) }
            }
            if name != ".", name != ".." { names.append(name) }
        }
        return names.sorted()
    }

    static let canvas = ["--width", "96", "--height", "64"]

    /// Uses a simple fill, because the mosaic is slow in debug builds.
    static func expand(_ arguments: String...) -> Outcome {
        outpaint(["expand"] + canvas + ["--fill", "edge"] + arguments)
    }

    @Test(arguments: [
        ("out.png", ImageFormat.png), ("out.JPG", .jpeg), ("out.jpeg", .jpeg), ("out.webp", .webp), ("out", .png),
    ])
    func `the extension of the output file decides the format`(name: String, format: ImageFormat) throws {
        try withTemporaryFolder { folder in
            try Self.write("\(folder)/in.png")
            let run = Self.expand("\(folder)/in.png", "\(folder)/\(name)")
            #expect(run.code == 0 && run.output.isEmpty && run.errors.isEmpty)
            let probe = try Self.probe("\(folder)/\(name)")
            #expect(probe.format == format && probe.width == 96 && probe.height == 64)
            #expect(Self.names(in: folder) == ["in.png", name].sorted())
        }
    }

    @Test(arguments: [("png", ImageFormat.png), ("jpeg", .jpeg), ("webp", .webp), ("webp-lossless", .webp)])
    func `the format flag overrides the extension`(name: String, format: ImageFormat) throws {
        try withTemporaryFolder { folder in
            try Self.write("\(folder)/in.png")
            #expect(Self.expand("--format", name, "\(folder)/in.png", "\(folder)/out.jpg").code == 0)
            #expect(try Self.probe("\(folder)/out.jpg").format == format)
        }
    }

    @Test func `an existing output file is replaced`() throws {
        try withTemporaryFolder { folder in
            try Self.write("\(folder)/in.png")
            try Self.write("\(folder)/out.png")
            #expect(Self.expand("\(folder)/in.png", "\(folder)/out.png").code == 0)
            #expect(try Self.probe("\(folder)/out.png").width == 96)
        }
    }

    @Test func `an output file that is also an input is refused`() throws {
        try withTemporaryFolder { folder in
            try Self.write("\(folder)/a.png")
            try Self.write("\(folder)/b.png")
            #expect(unsafe symlink("a.png", "\(folder)/link.png") == 0)
            let before = try Self.bytes("\(folder)/a.png")
            let runs = [
                Self.expand("\(folder)/a.png", "\(folder)/a.png"),
                Self.expand("\(folder)/a.png", "\(folder)/link.png"),
                Self.expand("\(folder)/b.png", "\(folder)/a.png", folder),
            ]
            for run in runs {
                #expect(run.code == 2)
                #expect(run.errors.hasSuffix(" is a picture to read, and would be lost; give another name or folder\n"))
            }
            #expect(try Self.bytes("\(folder)/a.png") == before)
        }
    }

    @Test(arguments: ["out.gif", "out.txt", "out.png.bak"])
    func `an unknown extension is refused without the format flag`(name: String) throws {
        try withTemporaryFolder { folder in
            try Self.write("\(folder)/in.png")
            let run = Self.expand("\(folder)/in.png", "\(folder)/\(name)")
            #expect(run.code == 2)
            #expect(
                run.errors.hasSuffix(" does not say a format: end it in .png, .jpg, .jpeg or .webp, or give --format\n")
            )
            #expect(Self.names(in: folder) == ["in.png"])
            #expect(Self.expand("--format", "jpeg", "\(folder)/in.png", "\(folder)/\(name)").code == 0)
            #expect(try Self.probe("\(folder)/\(name)").format == .jpeg)
        }
    }

    @Test(arguments: [
        ["--fill", "mosaic", "--mode", "fast"], ["--fill", "mirror"], ["--fill", "blur"], ["--fill", "solid"],
        ["--fill", "#102030"],
        ["--offset-x", "0"], ["--offset-x=-10", "--auto-crop"],
        ["--no-name-program"], ["--format", "jpeg", "--quality", "40"],
    ])
    func `each setting changes the output and the number of threads does not`(flags: [String]) throws {
        try withTemporaryFolder { folder in
            try Self.write("\(folder)/in.png")
            let input = "\(folder)/in.png"
            #expect(Self.expand(input, "\(folder)/plain").code == 0)
            for threads in ["1", "2"] {
                let run = outpaint(
                    ["expand", "--fill", "edge"] + Self.canvas + flags + [
                        "--threads", threads, input, "\(folder)/\(threads)",
                    ])
                #expect(run.code == 0 && run.errors.isEmpty)
            }
            let one = try Self.bytes("\(folder)/1")
            #expect(try one != Self.bytes("\(folder)/plain"))
            #expect(try one == Self.bytes("\(folder)/2"))
        }
    }

    /// The format is detected from the content; the name keeps its extension if that matches the format.
    @Test func `pictures written to a folder keep their formats`() throws {
        try withTemporaryFolder { folder in
            try withTemporaryFolder { made in
                let files: [(String, OutputFormat)] = [
                    ("a.png", .png), ("b.jpeg", .jpeg()), ("c.webp", .webp()), ("d", .png), ("e.JPG", .jpeg()),
                    ("f.png", .jpeg()), ("g.2024", .webp()),
                ]
                for (name, format) in files { try Self.write("\(folder)/\(name)", format) }
                let inputs = files.map { "\(folder)/\($0.0)" }
                let run = outpaint(["expand", "--fill", "edge"] + Self.canvas + inputs + [made])
                #expect(run.code == 0 && run.errors.isEmpty)
                #expect(
                    Self.names(in: made) == [
                        "a.png", "b.jpeg", "c.webp", "d.png", "e.JPG", "f.jpg", "g.2024.webp",
                    ])
                for (name, format) in [("b.jpeg", ImageFormat.jpeg), ("f.jpg", .jpeg), ("g.2024.webp", .webp)] {
                    #expect(try Self.probe("\(made)/\(name)").format == format)
                }
                // A picture processed alone, with all threads, has the same bytes.
                #expect(Self.expand(inputs[0], "\(made)/alone.png").code == 0)
                #expect(try Self.bytes("\(made)/alone.png") == Self.bytes("\(made)/a.png"))
            }
        }
    }

    @Test func `GIF and BMP files are written to a folder as PNG`() throws {
        let root = #filePath.split(separator: "/").dropLast(3).joined(separator: "/")
        try withTemporaryFolder { made in
            let inputs = ["gif-transparent.gif", "bmp-24.bmp"].map { "/\(root)/fixtures/images/\($0)" }
            let run = outpaint(["expand", "--fill", "edge"] + Self.canvas + inputs + [made])
            #expect(run.code == 0 && run.errors.isEmpty)
            #expect(Self.names(in: made) == ["bmp-24.png", "gif-transparent.png"])
            for name in Self.names(in: made) {
                let format = try Self.probe("\(made)/\(name)").format
                #expect(format == .png)
            }
        }
    }

    @Test func `a picture that cannot be read does not stop the others`() throws {
        try withTemporaryFolder { folder in
            try withTemporaryFolder { made in
                try Self.write("\(folder)/a.png")
                try File.replace(FilePath("\(folder)/b.png"), with: ByteBuffer("no picture"))
                try Self.write("\(folder)/c.png")
                let inputs = ["a", "b", "missing", "c"].map { "\(folder)/\($0).png" }
                let run = outpaint(["expand", "--fill", "edge"] + Self.canvas + inputs + ["\(made)/"])
                #expect(run.code == 1)
                let lines = run.errors.split(separator: "\n").sorted()
                #expect(lines.count == 2)
                #expect(
                    lines.first
                        == "outpaint: \(folder)/b.png: this is not an image; PNG, JPEG, WebP, GIF and BMP are read")
                #expect(lines.last?.hasPrefix("outpaint: cannot read \(folder)/missing.png: ") == true)
                #expect(Self.names(in: made) == ["a.png", "c.png"])
            }
        }
    }

    @Test(arguments: [
        ["--offset-x", "60"], ["--width", "63"], ["--width", "30000", "--height", "30000"],
        ["--width", "20000", "--format", "webp"], ["--max-pixels", "100"], ["--max-input", "64"],
    ])
    func `a failed run prints one line and writes no file`(flags: [String]) throws {
        try withTemporaryFolder { folder in
            try Self.write("\(folder)/in.png")
            let run = outpaint(
                ["expand", "--fill", "edge"] + Self.canvas.filter { !flags.contains($0) || $0 == "96" } + flags + [
                    "\(folder)/in.png", "\(folder)/out.png",
                ])
            #expect(run.errors.hasPrefix("outpaint: ") && run.errors.split(separator: "\n").count == 1, "\(run.errors)")
            #expect(run.code == 1 || run.code == 2)
            #expect(Self.names(in: folder) == ["in.png"])
        }
    }

    @Test func `an output file that cannot be written is reported in one line`() throws {
        try withTemporaryFolder { folder in
            try Self.write("\(folder)/in.png")
            for target in ["\(folder)/none/out.png", "/dev/full"] {
                let run = Self.expand("\(folder)/in.png", target)
                #expect(run.code == 1)
                #expect(run.errors.hasPrefix("outpaint: cannot write \(target): "))
                #expect(run.errors.split(separator: "\n").count == 1)
            }
            #expect(Self.names(in: folder) == ["in.png"])
        }
    }

    static let mistakes: [([String], String)] = [
        ([], "expand needs a picture and a file to make; see outpaint help expand"),
        (
            ["in.png", "out.png"],
            "expand needs a canvas: give --width and --height, or --scale, or any of --left, --right, --top and "
                + "--bottom; see outpaint help expand"
        ),
        (
            ["--width", "96", "in.png", "out.png"],
            "--width needs --height beside it; see outpaint help expand"
        ),
        (
            ["--height", "96", "--scale", "2", "in.png", "out.png"],
            "--height and --scale cannot be combined: give --width and --height, or --scale, or any of --left, "
                + "--right, --top and --bottom"
        ),
        (
            ["--scale", "2", "--top", "0", "in.png", "out.png"],
            "--scale and --top cannot be combined: give --width and --height, or --scale, or any of --left, "
                + "--right, --top and --bottom"
        ),
        (
            ["--right", "8", "--offset-y", "0", "in.png", "out.png"],
            "--offset-y and --right cannot be combined: the sides already place the picture"
        ),
        (
            ["--scale", "0.5", "in.png", "out.png"],
            "--scale: expected a number from 1 to 1000, such as 1.5, not '0.5'"
        ),
        (
            ["--left", "-1", "in.png", "out.png"],
            "--left: expected a whole number from 0 to 65536, not '-1'"
        ),
        (canvas, "expand needs a picture and a file to make; see outpaint help expand"),
        (canvas + ["in.png"], "expand needs a picture and a file to make; see outpaint help expand"),
        (canvas + ["a.png", "b.png", "out.png"], "'out.png' is no folder: many pictures need one to go to"),
        (canvas + ["a/x.png", "b/x.png", "made/"], "'a/x.png' and 'b/x.png' would both become 'made/x.png'"),
        (
            canvas + ["--offset-x", "1000001", "a", "b"],
            "--offset-x: expected a whole number from -1000000 to 1000000, not '1000001'"
        ),
        (
            ["--width", "2049", "--height", "2048", "a", "b"],
            "canvas 2049x2048 has more than 4194304 pixels; 2048x2047 would fit"
        ),
        (
            canvas + ["--fill", "magic", "a", "b"],
            "--fill: expected one of mosaic, edge, mirror, blur, solid, or a color such as #00ff00 or #0f0, not 'magic'"
        ),
        (
            canvas + ["--format", "gif", "a", "b"],
            "--format: expected one of png, jpeg, webp, webp-lossless, not 'gif'"
        ),
    ]

    @Test(arguments: mistakes)
    func `wrong usage prints one line and exits with 2`(arguments: [String], message: String) {
        let run = outpaint(["expand"] + arguments)
        #expect(run.code == 2)
        #expect(run.errors == "outpaint: \(message)\n")
        #expect(run.output.isEmpty)
    }

    @Test func `a canvas by scale or sides follows the size of each picture`() throws {
        try withTemporaryFolder { folder in
            try withTemporaryFolder { made in
                try Self.write("\(folder)/a.png", width: 61, height: 50)
                try Self.write("\(folder)/b.png", width: 80, height: 90)
                func sizes(_ flags: String...) throws -> [[Int]] {
                    let inputs = ["\(folder)/a.png", "\(folder)/b.png"]
                    let run = outpaint(["expand", "--fill", "edge"] + flags + inputs + [made])
                    #expect(run.code == 0 && run.errors.isEmpty, "\(run.errors)")
                    return try ["a", "b"].map { name in
                        let probe = try Self.probe("\(made)/\(name).png")
                        return [probe.width, probe.height]
                    }
                }
                #expect(try sizes("--scale", "1.5") == [[92, 75], [120, 135]])
                #expect(try sizes("--scale=2") == [[122, 100], [160, 180]])
                #expect(try sizes("--left", "10", "--bottom", "20", "--right=3") == [[74, 70], [93, 110]])
                #expect(try sizes("--top", "14", "--left", "3") == [[64, 64], [83, 104]])
            }
        }
    }

    @Test func `a canvas by scale or sides places the picture as the same offset does`() throws {
        try withTemporaryFolder { folder in
            try Self.write("\(folder)/in.png", width: 70, height: 66)
            func made(_ flags: String...) throws -> [UInt8] {
                let paths = ["\(folder)/in.png", "\(folder)/out.png"]
                let run = outpaint(["expand", "--fill", "edge"] + flags + paths)
                #expect(run.code == 0, "\(run.errors)")
                return try Self.bytes("\(folder)/out.png")
            }
            #expect(
                try made("--left", "5", "--right", "15", "--top", "4")
                    == made("--width", "90", "--height", "70", "--offset-x", "5", "--offset-y", "4"))
            #expect(try made("--scale", "1.5") == made("--width", "105", "--height", "99"))
            #expect(
                try made("--scale", "1.5", "--offset-x", "0")
                    == made("--width", "105", "--height", "99", "--offset-x", "0"))
        }
    }

    @Test func `a picture whose canvas would be too large is one line and no file`() throws {
        try withTemporaryFolder { folder in
            try Self.write("\(folder)/in.png")
            let run = outpaint(["expand", "--scale", "900", "\(folder)/in.png", "\(folder)/out.png"])
            #expect(run.code == 1)
            #expect(
                run.errors
                    == "outpaint: \(folder)/in.png: canvas 36000x27000 has more than 4194304 pixels; 2364x1773 would fit\n"
            )
            #expect(Self.names(in: folder) == ["in.png"])
        }
    }

    @Test func `the progress bar shows the mean of all jobs and is erased for a message`() {
        let sink = Captured()
        let bar = ProgressBar(of: 2, on: sink, isSeen: true, columns: { 100 })
        bar.show(0.5, of: 0)
        bar.show(0.501, of: 0)
        bar.say("a line\n", endOf: 0)
        bar.show(1, of: 1)
        bar.end()
        func line(_ cells: Int, _ percent: Int) -> String {
            "\r[" + String(repeating: "#", count: cells) + String(repeating: ".", count: 40 - cells) + "] \(percent) %"
        }
        // A job that ends with a message counts as complete.
        #expect(
            sink.text == line(10, 25) + "\r\u{1B}[Ka line\n" + line(20, 50) + line(40, 100) + "\r\u{1B}[K")
    }

    @Test(arguments: [
        (30, "[##########..........] 50 %"), (20, "[#####.....] 50 %"), (19, "50 %"), (1, "50 %"),
    ])
    func `the progress bar fits the terminal`(columns: Int, expected: String) {
        let sink = Captured()
        ProgressBar(of: 1, on: sink, isSeen: true, columns: { columns }).show(0.5, of: 0)
        #expect(sink.text == "\r" + expected)
    }

    @Test func `control characters of a file name are escaped in messages`() {
        let run = Self.expand("no\u{1B}[2J\n.png", "out.png")
        #expect(run.errors == "outpaint: cannot read no\\u{1b}[2J\\u{a}.png: No such file or directory\n")
    }

    @Test(arguments: [["--auto-crop", "true"], ["--auto-crop=true"], ["--no-auto-crop", "--auto-crop"]])
    func `a toggle accepts its value in each form`(flags: [String]) throws {
        try withTemporaryFolder { folder in
            try Self.write("\(folder)/in.png")
            let paths = ["\(folder)/in.png", "\(folder)/out.png"]
            let flags = Self.canvas + ["--fill", "edge", "--offset-x", "80"] + flags
            #expect(outpaint(["expand"] + flags + paths).code == 0)
            let whole = outpaint(["expand"] + flags + ["--auto-crop", "false"] + paths)
            #expect(whole.code == 1)
            #expect(whole.errors.hasSuffix("offset 56,17 would fit, or crop it with --auto-crop\n"))
        }
    }

    @Test func `an unknown variable is reported with the nearest setting`() throws {
        try withTemporaryFolder { folder in
            try Self.write("\(folder)/in.png")
            let arguments = ["expand"] + Self.canvas + ["--fill", "edge", "\(folder)/in.png", "\(folder)/out.png"]
            let known = ["OUTPAINT_HEALTH_URL": "x", "OUTPAINT_MAX_BODY": "x", "OUTPAINT_PORT": "tcp://10.0.0.1:80"]
            #expect(outpaint(arguments, known).errors.isEmpty)
            let run = outpaint(arguments, ["OUTPAINT_FIL": "edge"])
            #expect(run.code == 0)
            #expect(
                run.errors
                    == "outpaint: no setting is called 'OUTPAINT_FIL' in the environment; did you mean OUTPAINT_FILL?\n"
            )
        }
    }

    @Test func `the progress bar is not written to a file`() {
        let sink = Captured()
        let bar = ProgressBar(of: 1, on: sink, isSeen: false)
        bar.show(0.5, of: 0)
        bar.end()
        #expect(sink.text.isEmpty)
    }
}
