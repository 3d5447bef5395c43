import Testing

@testable import App

@Suite struct ProgramTests {
    @Test func withoutAVerbItSaysHowToStartAndDoesNot() {
        let run = outpaint()
        #expect(run.code == 2)
        #expect(run.output.isEmpty)
        #expect(run.errors.contains("To start:      outpaint serve"))
    }

    @Test(arguments: [["version"], ["--version"]])
    func versionIsOneLine(arguments: [String]) {
        let run = outpaint(arguments)
        #expect(run.code == 0)
        #expect(run.output == "outpaint \(version)\n")
        #expect(run.errors.isEmpty)
    }

    @Test func `version names the commit where the build named one`() {
        let output = Captured()
        let console = Console(output: output, errors: Captured())
        #expect(Program.run(arguments: ["version"], environment: [:], console: console, commit: "abc1234") == 0)
        #expect(output.text == "outpaint \(version) (abc1234)\n")
    }

    @Test func `help of health promises no free port`() {
        let help = Help.text(.health)
        #expect(help.contains("--port"))
        #expect(!help.contains("free"))
        #expect(Help.text(.serve).contains("Port 0 stands for any free port"))
    }

    @Test(arguments: [
        (["help"], "Usage: outpaint VERB"), (["--help"], "Usage: outpaint VERB"), (["-h"], "Usage: outpaint VERB"),
        (["help", "serve"], "Usage: outpaint serve"), (["serve", "--help"], "Usage: outpaint serve"),
        (["serve", "--port", "x", "-h"], "Usage: outpaint serve"), (["health", "--help"], "Usage: outpaint health"),
        (["version", "--help"], "Usage: outpaint version"), (["help", "help"], "Usage: outpaint VERB"),
    ])
    func helpGoesToOutput(arguments: [String], beginning: String) {
        let run = outpaint(arguments)
        #expect(run.code == 0)
        #expect(run.output.contains(beginning))
        #expect(run.errors.isEmpty)
    }

    @Test(arguments: [
        (["srve"], "unknown verb 'srve'; did you mean serve?"),
        (["frobnicate"], "unknown verb 'frobnicate'; see outpaint help"),
        (["--port", "1"], "--port comes after a verb: outpaint serve --port …"),
        (["--port=1"], "--port comes after a verb: outpaint serve --port …"),
        (["--frobnicate"], "unknown verb '--frobnicate'; see outpaint help"),
        (["help", "srve"], "unknown verb 'srve'; did you mean serve?"),
        (["help", "serve", "health"], "unexpected argument 'health'"),
        (["version", "now"], "unexpected argument 'now'"),
        (["health", "--max-body", "1"], "unknown flag '--max-body'; see outpaint help health"),
    ])
    func wrongUseIsOneLineAndTwo(arguments: [String], message: String) {
        let run = outpaint(arguments)
        #expect(run.code == 2)
        #expect(run.output.isEmpty)
        #expect(run.errors == "outpaint: \(message)\n")
    }

    @Test func printConfigShowsEverySettingAndItsOrigin() {
        let run = outpaint(
            ["serve", "--print-config", "--max-body", "1k"], ["PORT": "99", "OUTPAINT_PROT": "1", "LOG_FORMAT": "json"])
        #expect(run.code == 0)
        let lines = run.output.split(separator: "\n").map { $0.split(separator: " ").joined(separator: " ") }
        #expect(lines.contains("--port 99 environment PORT"))
        #expect(lines.contains("--max-body 1KiB flag --max-body"))
        #expect(lines.contains("--listen - default"))
        #expect(lines.count == Configuration.settings.filter { $0.verbs.contains(.serve) }.flatMap(\.settings).count)
        #expect(run.errors.contains(#""name":"OUTPAINT_PROT","nearest":"OUTPAINT_PORT"}"#))
    }

    @Test(arguments: Verb.allCases)
    func helpFitsATerminal(verb: Verb) {
        for line in Help.text(verb).split(separator: "\n") {
            #expect(line.count <= Help.width, "\(line)")
        }
    }

    @Test func helpNamesEverySettingWithItsDefault() {
        let help = Verb.allCases.reduce(into: "") { $0 += Help.text($1) }
        let words = help.split { $0 == " " || $0 == "\n" }.map(String.init)
        for setting in Configuration.settings.flatMap(\.settings) {
            #expect(words.contains(setting.form == .toggle ? "--[no-]\(setting.name)" : setting.flag))
            let standard = setting.show(Configuration())
            if !standard.isEmpty { #expect(words.contains("[\(standard)]")) }
        }
    }

    @Test(arguments: [
        ("serve", "serve", 0), ("srve", "serve", 1), ("sevre", "serve", 1), ("", "abc", 3), ("abc", "", 3),
        ("ab", "ba", 1),
        ("kitten", "sitting", 3),
    ])
    func slipsAreCounted(a: String, b: String, distance: Int) {
        #expect(editDistance(Array(a.utf8), Array(b.utf8)) == distance)
    }
}
