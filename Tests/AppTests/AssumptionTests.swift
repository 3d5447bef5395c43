import Testing

@testable import App

@Suite struct AssumptionTests {
    private static func read(_ arguments: [String], _ environment: [String: String] = [:]) throws -> Configuration {
        try Configuration.read(.serve, arguments, environment).values
    }

    @Test func `each name is changed by its own value, and the last one counts`() throws {
        let configuration = try Self.read([
            "--assume", "bfl-rate=5", "--assume=bfl-missing-is-404=false", "--assume", "bfl-rate=6",
        ])
        #expect(configuration.bfl.ratePerSecond == 6)
        #expect(!configuration.bfl.missingIsNotFound)
        #expect(configuration.runware.refusesUnknown)
    }

    @Test func `a flag beats the variable name by name`() throws {
        let result = try Configuration.read(
            .serve, ["--assume", "bfl-rate=5"], ["OUTPAINT_ASSUME": "bfl-rate=7,runware-partial-status=207"])
        #expect(result.values.bfl.ratePerSecond == 5)
        #expect(result.values.runware.partialStatus == 207)
        #expect(result.origin("bfl-rate") == .flag("--assume"))
        #expect(result.origin("runware-partial-status") == .environment("OUTPAINT_ASSUME"))
    }

    @Test func `every assumption takes its default`() throws {
        for assumption in Configuration.assumptions.flatMap(\.settings) {
            let standard = assumption.show(Configuration())
            #expect(!standard.isEmpty)
            let result = try Configuration.read(.serve, ["--assume", "\(assumption.name)=\(standard)"], [:])
            #expect(assumption.show(result.values) == standard)
            #expect(result.origin(assumption.name) == .flag("--assume"))
        }
    }

    @Test(
        arguments: [
            (
                ["--assume", "bfl-mising-is-404=false"], [:],
                "--assume: unknown assumption 'bfl-mising-is-404'; did you mean bfl-missing-is-404?"
            ),
            (["--assume", "frobnicate=1"], [:], "--assume: unknown assumption 'frobnicate'; see outpaint help serve"),
            (
                ["--assume", "bfl-rate"], [:],
                "--assume: expected NAME=VALUE, such as bfl-missing-is-404=false, not 'bfl-rate'"
            ),
            (["--assume"], [:], "--assume needs a value: expected NAME=VALUE, such as bfl-missing-is-404=false"),
            (
                ["--assume", "bfl-rate=x"], [:],
                "--assume bfl-rate: expected a whole number from 1 to 1000000000, not 'x'"
            ),
            (
                [], ["OUTPAINT_ASSUME": "bfl-missing-is-404=maybe"],
                "--assume (from the environment, OUTPAINT_ASSUME) bfl-missing-is-404: expected true or false, not 'maybe'"
            ),
        ] as [([String], [String: String], String)])
    func `a wrong assumption is named with the nearest or what was expected`(
        arguments: [String], environment: [String: String], message: String
    ) {
        let run = outpaint(["serve"] + arguments, environment)
        #expect(run.code == 2 && run.errors == "outpaint: \(message)\n")
    }

    // MARK: - Former settings

    @Test(
        arguments: [
            (["--drain-limit", "1MiB"], [:], "--drain-limit is gone: it is fixed at 1MiB"),
            (["--drain-limit=1MiB"], [:], "--drain-limit is gone: it is fixed at 1MiB"),
            (["--max-websocket-message", "1k"], [:], "--max-websocket-message is gone: use --max-body"),
            (["--no-bfl-progress"], [:], "--no-bfl-progress is gone: polls show no progress"),
            (
                ["--bfl-missing-is-404=false"], [:],
                "--bfl-missing-is-404 is gone: use --assume bfl-missing-is-404=false"
            ),
            (
                ["--no-bfl-missing-is-404"], [:],
                "--no-bfl-missing-is-404 is gone: use --assume bfl-missing-is-404=false"
            ),
            (
                ["--bfl-missing-is-404", "--port", "1"], [:],
                "--bfl-missing-is-404 is gone: use --assume bfl-missing-is-404=true"
            ),
            (
                ["--runware-error-codes", "name"], [:],
                "--runware-error-codes is gone: use --assume runware-error-codes=name"
            ),
            (["--bfl-rate"], [:], "--bfl-rate is gone: use --assume bfl-rate=VALUE"),
            ([], ["OUTPAINT_DRAIN_LIMIT": "1"], "OUTPAINT_DRAIN_LIMIT is gone: it is fixed at 1MiB"),
            ([], ["OUTPAINT_RESULT_MEMORY": "1"], "OUTPAINT_RESULT_MEMORY is gone: use OUTPAINT_SPOOL_MEMORY"),
            ([], ["OUTPAINT_BFL_RATE": "1"], "OUTPAINT_BFL_RATE is gone: use OUTPAINT_ASSUME=bfl-rate=VALUE"),
        ] as [([String], [String: String], String)])
    func `a former setting is named with what replaces it`(
        arguments: [String], environment: [String: String], message: String
    ) {
        let run = outpaint(["serve"] + arguments, environment)
        #expect(run.code == 2 && run.errors == "outpaint: \(message)\n")
    }

    @Test func `an empty variable of a former setting counts as none`() throws {
        _ = try Self.read([], ["OUTPAINT_DRAIN_LIMIT": "", "OUTPAINT_BFL_RATE": ""])
    }

    @Test func `what is fixed is fixed at the room's own value`() {
        let configuration = Configuration()
        let values: [(String, String)] = [
            ("max-request-line", ByteSize.show(configuration.http.requestLine)),
            ("max-header-bytes", ByteSize.show(configuration.http.fieldBytes)),
            ("max-header-fields", "\(configuration.http.fieldCount)"),
            ("max-json-values", "\(configuration.bfl.valueLimit)"),
            ("max-websocket-queue", ByteSize.show(configuration.http.webSocketQueue)),
            ("body-ease", ByteSize.show(configuration.http.bodyTurnThreshold)),
            ("body-turn-timeout", "\(configuration.http.bodyTurnTime)"),
            ("drain-limit", ByteSize.show(configuration.http.drain)),
            ("linger-timeout", "\(configuration.http.lingerTime)"),
            ("max-keys", "\(configuration.tasks.namespaceLimit)"), ("max-tasks", "\(configuration.tasks.taskLimit)"),
            ("outbound-redirects", "\(configuration.intake.transfer.redirects)"),
            ("bfl-error-limit", "\(configuration.bfl.errorLimit)"),
            ("bfl-refusal-limit", ByteSize.show(configuration.bfl.refusalLimit)),
            ("runware-batch-limit", "\(configuration.runware.batchLimit)"),
            ("runware-waiting-messages", "\(configuration.runware.waitingMessages)"),
            ("runware-error-limit", "\(configuration.runware.errorLimit)"),
            ("runware-max-tasks", "\(configuration.runware.taskLimit)"),
            ("runware-task-memory", ByteSize.show(configuration.runware.taskMemory)),
            ("runware-upload-queue", ByteSize.show(configuration.runware.uploadQueue)),
            ("runware-media-memory", ByteSize.show(configuration.runware.mediaMemory)),
            ("runware-max-sessions", "\(configuration.runware.sessionLimit)"),
            ("runware-session-answers", "\(configuration.runware.sessionAnswers)"),
            ("runware-session-memory", ByteSize.show(configuration.runware.sessionMemory)),
        ]
        for (name, value) in values {
            let old = Configuration.removed.first { $0.name == name }
            #expect(old?.advice { $0 } == "\(name) is gone: it is fixed at \(value)")
        }
    }

    @Test func `a setting that replaces another exists`() {
        let known = Configuration.settings.flatMap(\.settings).map(\.name)
        for old in Configuration.removed {
            if case .setting(let name) = old.replacement { #expect(known.contains(name)) }
        }
    }
}
