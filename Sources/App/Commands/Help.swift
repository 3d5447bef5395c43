/// Prints the overview, or the help of the named command.
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

/// The help texts, generated from the table of settings. Lines are at most 96 columns wide.
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

            Asks a running server whether it is healthy: prints "healthy" and exits with 0, or prints the
            reason on one line and exits with 1. It reads the same flags, variables and file as the server,
            so it finds the server without extra flags.
            \(sections(.health))
            Other
              -h, --help                    print this and exit

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

            OUT ends in .png, .jpg, .jpeg or .webp; with no ending, or "-", it is a PNG. A file that exists
            is replaced, unless it is one of the inputs. In a folder, each picture keeps its name and its
            format; a GIF or BMP becomes a PNG.
            \(sections(.expand))
            Other
              --                            treat the rest as files, even if they begin with "-"
              -h, --help                    print this and exit

            \(units)

            Each flag has a variable: --max-pixels is OUTPAINT_MAX_PIXELS. A flag beats its variable, which
            beats the default. Exit codes: 0 success, 1 failure, 2 usage error.

            """
        case .serve:
            """
            Usage: outpaint serve [FLAGS]

            Starts the server and prints one line once it answers. SIGTERM stops it after the requests in
            flight. Port 0 stands for any free port; the line names the one taken.
            \(sections(.serve))
            Other
              --print-config                print every setting and its origin, changed ones first; exit
              -h, --help                    print this and exit

            Assumptions about the services, changed by --assume NAME=VALUE; docs/fidelity.md has the reasons
            \(assumptions)
            \(units)

            Each flag has a variable: --max-body is OUTPAINT_MAX_BODY. A flag beats its variable, which
            beats HOST, PORT, LOG_LEVEL and LOG_FORMAT, which beat the file of --config, which beats the
            default. docs/settings.md has the bounds of each.

            """
        }
    }

    /// The placeholders for values in flags.
    private static var units: String {
        "N is a whole number; SIZE is 4096, 8k or 64MiB; TIME is 250ms, 10s, 2m or 1h."
    }

    /// All assumptions with their defaults.
    private static var assumptions: String {
        Configuration.assumptions.flatMap(\.settings).map { setting in
            entry("  \(setting.name)", setting.meaning + " [\(setting.show(Configuration()))]")
        }.joined()
    }

    /// The settings of a command, grouped under headings.
    private static func sections(_ verb: Verb) -> String {
        let groups = Configuration.settings.filter { $0.verbs.contains(verb) }
        return groups.map { group in
            "\n\(group.title)\n" + group.settings.map(entry).joined()
        }.joined()
    }

    private static func entry(_ setting: Setting<Configuration>) -> String {
        let flag = setting.form == .toggle ? "--[no-]\(setting.name)" : "\(setting.flag) \(setting.placeholder)"
        let standard = setting.show(Configuration())
        return entry(
            "  \(flag)",
            setting.meaning + (isPlain(setting) ? "" : " (\(setting.accepts))")
                + (standard.isEmpty ? "" : " [\(standard)]"))
    }

    /// Whether the placeholder of the flag already says what is accepted.
    private static func isPlain(_ setting: Setting<Configuration>) -> Bool {
        setting.form == .toggle || setting.placeholder.contains("|")
            || ["N", "SIZE", "TIME", "PRICE", "PIXELS", "NAME=VALUE", "FILE", "FOLDER"].contains(setting.placeholder)
    }

    /// A name and its meaning in two columns. A name wider than its column gets its own line.
    private static func entry(_ left: String, _ meaning: String) -> String {
        let indent = 32
        let lines = wrapped(meaning, width - indent)
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

/// The text, padded with spaces to a width.
func padded(_ text: String, _ width: Int) -> String {
    text + String(repeating: " ", count: max(0, width - text.count))
}
