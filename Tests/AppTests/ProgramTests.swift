import Testing

@testable import App
@testable import Bytes

@Suite struct ProgramTests {
    @Test func `without a verb nothing starts and the usage is shown`() {
        let run = outpaint()
        #expect(run.code == 2)
        #expect(run.output.isEmpty)
        #expect(run.errors.contains("To start:      outpaint serve"))
    }

    @Test(arguments: [["version"], ["--version"]])
    func `the version is one line`(arguments: [String]) {
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
    func `help goes to standard output`(arguments: [String], beginning: String) {
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
    func `wrong use is one line and exit code 2`(arguments: [String], message: String) {
        let run = outpaint(arguments)
        #expect(run.code == 2)
        #expect(run.output.isEmpty)
        #expect(run.errors == "outpaint: \(message)\n")
    }

    @Test(arguments: Verb.allCases)
    func `help is no wider than 96 columns`(verb: Verb) {
        for line in Help.text(verb).split(separator: "\n") {
            #expect(line.count <= Help.width, "\(line)")
        }
    }

    @Test func `help names every setting and every assumption with its default`() {
        let help = Verb.allCases.reduce(into: "") { $0 += Help.text($1) }
        let words = help.split { $0 == " " || $0 == "\n" }.map(String.init)
        for setting in Configuration.settings.flatMap(\.settings) {
            #expect(words.contains(setting.form == .toggle ? "--[no-]\(setting.name)" : setting.flag))
            let standard = setting.show(Configuration())
            if !standard.isEmpty { #expect(words.contains("[\(standard)]")) }
        }
        let ofServe = Help.text(.serve).split(separator: "\n").map { $0.split(separator: " ") }
        for assumption in Configuration.assumptions.flatMap(\.settings) {
            #expect(ofServe.contains { $0.first.map(String.init) == assumption.name }, "\(assumption.name)")
            #expect(words.contains("[\(assumption.show(Configuration()))]"))
        }
    }

    @Test(arguments: [
        ("serve", "serve", 0), ("srve", "serve", 1), ("sevre", "serve", 1), ("", "abc", 3), ("abc", "", 3),
        ("ab", "ba", 1),
        ("kitten", "sitting", 3),
    ])
    func `slips of the finger are counted`(a: String, b: String, distance: Int) {
        #expect(editDistance(Array(a.utf8), Array(b.utf8)) == distance)
    }
}
