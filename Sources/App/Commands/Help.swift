/// Prints the overview, or the help of the verb named.
func help(_ arguments: [String], _ console: Console) throws(UsageError) -> Int32 {
    if arguments.count > 1 { throw UsageError("unexpected argument \(quoted(arguments[1]))") }
    guard let name = arguments.first else {
        return console.print(Help.overview)
    }
    guard let verb = Verb(rawValue: name) else {
        throw UsageError.unknown("verb", name, among: Verb.allCases.map(\.rawValue), help: "outpaint help")
    }
    return console.print(Help.text(verb))
}

/// The texts of help, made from the table of settings. Nothing is wider than 96 columns.
enum Help {
    static let width = 96

    static var overview: String {
        let verbs = Verb.allCases.map { "  \(padded($0.rawValue, 9))\($0.summary)\n" }.joined()
        return """
            outpaint \(version): an emulator of outpainting services, for building and testing clients

            Usage: outpaint VERB [FLAGS]

            \(verbs)
            To start:      outpaint serve
            All settings:  outpaint help serve

            """
    }

    static func text(_ verb: Verb) -> String {
        switch verb {
        case .help: overview
        case .version:
            "Usage: outpaint version\n\nPrints the version, and the commit it was built from where script/build built it.\n"
        case .health:
            """
            Usage: outpaint health [FLAGS]

            Asks a running server how it is: exit 0 and "healthy", or exit 1 and one line that says why
            not. Flags and environment of the server lead here to the same place.
            \(sections(.health))
            Other
              -h, --help                    print this and end

            Each flag has a variable, as for outpaint serve: --host is OUTPAINT_HOST. --url and --timeout
            are OUTPAINT_HEALTH_URL and OUTPAINT_HEALTH_TIMEOUT.

            """
        case .expand:
            """
            Usage: outpaint expand IN OUT CANVAS [FLAGS]
                   outpaint expand IN... FOLDER CANVAS [FLAGS]

            Places each picture on a canvas and fills the rest. PNG, JPEG, WebP, GIF and BMP are read; "-"
            stands for standard input or output. Many pictures use all cores, one each.

            CANVAS is --width and --height, or --scale, or any of --left, --right, --top and --bottom.

            Examples
              outpaint expand in.jpg out.png --scale 1.5
              outpaint expand in.jpg out.jpg --left 200 --right 200 --quality 90
              outpaint expand in.jpg out.png --width 1280 --height 960 --offset-x 0
              outpaint expand *.jpg wide/ --scale 1.25 --format webp
              outpaint expand - - --top 300 <in.jpg >out.png

            OUT ends in .png, .jpg, .jpeg or .webp; with no ending, or "-", it is a PNG. What is there is
            replaced, unless it is one of the pictures to read. In a folder, each picture keeps its name
            and its format; of a GIF or BMP it becomes a PNG.
            \(sections(.expand))
            Other
              --                            what follows are files, even if they begin with "-"
              -h, --help                    print this and end

            Each flag has a variable: --max-pixels is OUTPAINT_MAX_PIXELS. A flag beats its variable, which
            beats the default. Exit codes: 0 success, 1 failure, 2 usage error.

            """
        case .serve:
            """
            Usage: outpaint serve [FLAGS]

            Starts the server and prints one line once it answers. SIGTERM ends it when requests in
            flight are done. Port 0 stands for any free port; the line names the one taken.
            \(sections(.serve))
            Other
              --print-config                print every setting and where its value came from, and end
              -h, --help                    print this and end

            Each flag has a variable: --max-body is OUTPAINT_MAX_BODY. A flag beats its variable, which
            beats HOST, PORT, LOG_LEVEL and LOG_FORMAT, which beat the default.

            """
        }
    }

    /// The settings a verb takes, under their headings.
    private static func sections(_ verb: Verb) -> String {
        let groups = Configuration.settings.filter { $0.verbs.contains(verb) }
        return groups.map { group in
            "\n\(group.title)\n" + group.settings.map(entry).joined()
        }.joined()
    }

    /// A setting in two columns; a flag too wide for its column has the first line alone.
    private static func entry(_ setting: Setting<Configuration>) -> String {
        let indent = 32
        let flag = setting.form == .toggle ? "--[no-]\(setting.name)" : "\(setting.flag) \(setting.placeholder)"
        let standard = setting.show(Configuration())
        // A toggle has two values, and words to choose from stand behind the flag.
        let isPlain = setting.form == .toggle || setting.placeholder.contains("|")
        let meaning =
            setting.meaning + (isPlain ? "" : " (\(setting.accepts))") + (standard.isEmpty ? "" : " [\(standard)]")
        let lines = wrapped(meaning, width - indent)
        let left = "  \(flag)"
        let separate = left.count > indent - 2
        var text = separate ? left + "\n" : ""
        for (i, line) in lines.enumerated() {
            text += padded(i == 0 && !separate ? left : "", indent) + line + "\n"
        }
        return text
    }

    private static func wrapped(_ text: String, _ width: Int) -> [String] {
        var lines: [String] = []
        for word in text.split(separator: " ") {
            if let last = lines.last, last.count + 1 + word.count <= width {
                lines[lines.count - 1] += " " + word
            } else {
                lines.append(String(word))
            }
        }
        return lines
    }
}

/// The text with spaces behind it up to a width.
func padded(_ text: String, _ width: Int) -> String {
    text + String(repeating: " ", count: max(0, width - text.count))
}
