import Bytes
import HTTP
import Outbound
import Synchronization
import System
import TestSupport
import Testing

@testable import App
@testable import Tasks
@testable import Time

/// Log lines about events of the other modules.
@Suite struct ReportsTests {
    private let moment = Timestamp(nanoseconds: 1_770_091_506_789_123_456)

    private func log(_ sink: Captured, _ level: LogLevel = .debug) -> Log {
        let moment = moment
        return Log(level: level, sink: sink, now: { moment })
    }

    /// The lines without their times.
    private func lines(_ sink: Captured) -> [String] {
        sink.text.split(separator: "\n").map { String($0.dropFirst(25)) }
    }

    private static func delivery(
        tries: Int = 1, _ outcome: Result<Int, OutboundError>, nextTry: Interval? = nil, kind: Message.Kind = .webhook
    ) -> Delivery {
        let (empty, url) = (SharedBytes(ByteBuffer("{}")), "http://a.example:81/?token=s3cret")
        let message: Message =
            kind == .webhook ? .webhook(empty, about: "7", to: url) : .upload(empty, about: "7", to: url)
        return Delivery(message, tries: tries, outcome, nextTry: nextTry)
    }

    @Test(
        arguments: [
            (
                delivery(.failure(.status(410))),
                "warn webhook given up task=7 host=a.example:81 tries=1 why=\"the URL's host answered with status 410\""
            ),
            (delivery(.success(204)), "debug webhook sent task=7 host=a.example:81 tries=1 status=204"),
            (
                delivery(.failure(.status(503)), nextTry: .milliseconds(250)),
                "info webhook failed, to be tried again task=7 host=a.example:81 tries=1 "
                    + "why=\"the URL's host answered with status 503\" wait_ms=250.0"
            ),
            (
                delivery(tries: 2, .failure(.cannotConnect), nextTry: .seconds(1), kind: .upload),
                "debug upload failed, to be tried again task=7 host=a.example:81 tries=2 "
                    + "why=\"\(OutboundError.cannotConnect)\" wait_ms=1000.0"
            ),
        ] as [(Delivery, String)])
    func `each try of a webhook is a line, and the first that fails is no detail`(delivery: Delivery, line: String) {
        let sink = Captured()
        let reports = Reports(log(sink))
        reports.note(delivery)
        #expect(lines(sink) == [line])
    }

    @Test func `messages that the end of the program cut off are no lines`() {
        let sink = Captured()
        Reports(log(sink)).note(Self.delivery(tries: 0, .failure(.stopped), kind: .upload))
        #expect(sink.text.isEmpty)
    }

    @Test func `a line that comes often is written once a minute with its count`() {
        let sink = Captured()
        let time = Atomic<Int64>(0)
        let reports = Reports(log(sink), now: { time.load(ordering: .relaxed) })
        for _ in 0..<5 { reports.note(.full(.storageFull(retryAfter: 10))) }
        reports.note(.full(.tooManyKnown(limit: 2, retryAfter: 10)))
        reports.note(.noFile(.noSuchFile))
        time.store(59_999_999_999, ordering: .relaxed)
        reports.note(.full(.storageFull(retryAfter: 10)))
        #expect(lines(sink).count == 3)
        time.store(60_000_000_000, ordering: .relaxed)
        for _ in 0..<2 { reports.note(.full(.storageFull(retryAfter: 10))) }
        #expect(
            lines(sink) == [
                "warn refused why=\"no more pictures can be kept\" times=1",
                "warn refused why=\"no more than 2 tasks can be known\" times=1",
                "warn kept in memory what was to go to a file why=\"No such file or directory\" times=1",
                "warn refused why=\"no more pictures can be kept\" times=6",
            ])
    }

    // MARK: - Spool folder

    @Test func `a spool folder that was asked for must take files`() throws {
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

    @Test func `without the standard folder everything stays in memory`() throws {
        let sink = Captured()
        var reading = try Configuration.read(.serve, [], [:])
        reading.values.tasks.spoolFolder = "/nowhere"
        try reading.checkSpoolFolder(log(sink))
        let why = "folder=/nowhere why=\"No such file or directory\""
        #expect(lines(sink) == ["warn no file can be made in the spool folder; all stays in memory \(why)"])
    }
}
