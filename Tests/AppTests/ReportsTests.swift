import Bytes
import HTTP
import Outbound
import Synchronization
import TestSupport
import Testing

@testable import App
@testable import Tasks

/// What the rooms below tell of themselves.
@Suite struct ReportsTests {
    private let moment = Timestamp(nanoseconds: 1_770_091_506_789_123_456)

    private func log(_ sink: Captured, _ level: LogLevel = .debug) -> Log {
        let moment = moment
        return Log(level: level, sink: sink, now: { moment })
    }

    /// Lines without their time.
    private func lines(_ sink: Captured) -> [String] {
        sink.text.split(separator: "\n").map { String($0.dropFirst(25)) }
    }

    @Test(
        arguments: [
            (
                "410 Gone", [],
                "warn webhook given up task=7 host=HOST tries=1 why=\"the URL's host answered with status 410\""
            ),
            ("204 No Content", [], "debug webhook sent task=7 host=HOST tries=1 status=204"),
            (
                "503 Busy", [.milliseconds(250)],
                "debug webhook to be tried again task=7 host=HOST tries=1 "
                    + "why=\"the URL's host answered with status 503\" wait_ms=250.0"
            ),
        ] as [(String, [Duration], String)])
    func whatBecomesOfAWebhookIsALine(status: String, delays: [Duration], line: String) throws {
        let sink = Captured()
        let reports = Reports(log(sink))
        var settings = Outbound.Settings()
        settings.policy.allowsPrivate = true
        let pool = OutboundPool<Int>("test", settings, told: { reports.hear($0) })
        defer { pool.stop() }
        try Peer.answering(answer(status)) { peer in
            pool.send(
                .webhook(SharedBytes(ByteBuffer("{}")), about: "7", to: peer.url("/?token=s3cret")), for: 1,
                retrying: Retry(after: delays))
            #expect(eventually { !lines(sink).isEmpty })
            #expect(lines(sink).first == line.replacing("HOST", with: "127.0.0.1:\(peer.port)"))
        }
        #expect(reports.lostAtStop == 0)
    }

    /// One line at the end counts them.
    @Test func whatTheEndOfTheProgramTookIsCounted() {
        let sink = Captured()
        let reports = Reports(log(sink))
        let pool = OutboundPool<Int>("test", told: { reports.hear($0) })
        pool.stop()
        for _ in 0..<3 {
            pool.send(.upload(SharedBytes(ByteBuffer("{}")), about: "7", to: "http://127.0.0.1:1/"), for: 1)
        }
        #expect(reports.lostAtStop == 3 && sink.text.isEmpty)
    }

    @Test func whatComesOftenIsALineAMinute() {
        let sink = Captured()
        let time = Atomic<Int64>(0)
        let reports = Reports(log(sink), now: { time.load(ordering: .relaxed) })
        for _ in 0..<5 { reports.hear(.full(.storageFull(retryAfter: 10))) }
        reports.hear(.full(.tooManyKnown(limit: 2, retryAfter: 10)))
        reports.hear(.noFile(.noSuchFile))
        time.store(59_999_999_999, ordering: .relaxed)
        reports.hear(.full(.storageFull(retryAfter: 10)))
        #expect(lines(sink).count == 3)
        time.store(60_000_000_000, ordering: .relaxed)
        for _ in 0..<2 { reports.hear(.full(.storageFull(retryAfter: 10))) }
        #expect(
            lines(sink) == [
                "warn refused why=\"no more pictures can be kept\" times=1",
                "warn refused why=\"no more than 2 tasks can be known\" times=1",
                "warn kept in memory what was to go to a file why=\"No such file or directory\" times=1",
                "warn refused why=\"no more pictures can be kept\" times=6",
            ])
    }

    // MARK: - The folder for files

    @Test func aFolderThatWasAskedForHasToTakeFiles() throws {
        try withTemporaryFolder { folder in
            let sink = Captured()
            try Configuration.read(.serve, ["--spool-folder", folder], [:]).checkSpoolFolder(log(sink))
            #expect(sink.text.isEmpty)
            for (arguments, variables, name) in [
                (["--spool-folder", "\(folder)/none"], [:], "--spool-folder"),
                (
                    [], ["OUTPAINT_SPOOL_FOLDER": "\(folder)/none"],
                    "--spool-folder (from the environment, OUTPAINT_SPOOL_FOLDER)"
                ),
            ] as [([String], [String: String], String)] {
                let reading = try Configuration.read(.serve, arguments, variables)
                let message = "\(name): no file can be made in '\(folder)/none': No such file or directory"
                #expect(throws: UsageError(message)) { try reading.checkSpoolFolder(log(sink)) }
            }
            let reading = try Configuration.read(.serve, ["--spool-folder", "/etc/passwd"], [:])
            #expect(throws: UsageError("--spool-folder: no file can be made in '/etc/passwd': Not a directory")) {
                try reading.checkSpoolFolder(log(sink))
            }
        }
    }

    @Test func withoutTheStandardFolderAllStaysInMemory() throws {
        let sink = Captured()
        var reading = try Configuration.read(.serve, [], [:])
        reading.values.tasks.spoolFolder = try #require(Folder("/nowhere"))
        try reading.checkSpoolFolder(log(sink))
        let why = "folder=/nowhere why=\"No such file or directory\""
        #expect(lines(sink) == ["warn no file can be made in the spool folder; all stays in memory \(why)"])
    }
}
