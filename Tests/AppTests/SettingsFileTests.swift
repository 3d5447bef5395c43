import Bytes
import Net
import TestSupport
import Testing

@testable import App

/// Settings from a file.
@Suite struct SettingsFileTests {
    /// Reads the settings of a command with a settings file of this text.
    private func read(
        _ text: String, _ arguments: [String] = [], _ environment: [String: String] = [:], verb: Verb = .serve
    ) throws -> SettingsReader<Configuration>.Result {
        try withFile(text) { path in
            try Configuration.read(verb, ["--config", path] + arguments, environment)
        }
    }

    private func withFile<Result>(_ text: String, _ body: (String) throws -> Result) throws -> Result {
        try withTemporaryFolder { folder in
            let path = "\(folder)/settings.json"
            try File.replace(FilePath(path), with: ByteBuffer(text))
            return try body(path)
        }
    }

    @Test func `numbers, booleans, strings, arrays and an object of assumptions are read`() throws {
        let values = try read(
            """
            {
                "port": 4999, "max-body": 2048, "max-body-memory": "2MiB", "share-identical": false, "fill": "edge",
                "bfl-price-high": 0.5, "seed": 18446744073709551615, "idle-timeout": "3s",
                "api-key": ["a", "b"],
                "assume": {"bfl-missing-is-404": false, "bfl-rate": 7, "runware-error-codes": "name"}
            }
            """
        ).values
        #expect(values.port == 4999 && values.http.body == 2048 && values.http.bodyMemory == 2 << 20)
        #expect(!values.tasks.sharesIdentical && values.runware.fill == "edge" && values.bfl.highPrice == 0.5)
        #expect(values.tasks.seed == .max && values.http.idleTime == .seconds(3) && values.bfl.keys.count == 2)
        #expect(!values.bfl.missingIsNotFound && values.bfl.ratePerSecond == 7 && values.runware.codes == .name)
    }

    @Test(arguments: [#""bfl-rate=7""#, #"["bfl-rate=7"]"#, #"{"bfl-rate": "7"}"#, #"["bfl-rate=6", "bfl-rate=7"]"#])
    func `assumptions may be an object, an array or a string`(json: String) throws {
        let result = try read(#"{"assume": \#(json)}"#)
        #expect(result.values.bfl.ratePerSecond == 7)
        #expect(result.origin("bfl-rate").rank == 1)
    }

    @Test(
        arguments: [
            ([], [:], 1, "file"), ([], ["PORT": "2"], 2, "environment PORT"),
            ([], ["OUTPAINT_PORT": "3"], 3, "environment OUTPAINT_PORT"), (["--port", "4"], [:], 4, "flag --port"),
        ] as [([String], [String: String], Int, String)])
    func `flags and variables beat the file, which beats the default`(
        arguments: [String], environment: [String: String], port: Int, origin: String
    ) throws {
        let result = try read(#"{"port": 1}"#, arguments, environment)
        #expect(result.values.port == port)
        #expect(result.origin("port").description.hasPrefix(origin))
    }

    @Test func `assumptions of file, variable and flag add up`() throws {
        let values = try read(
            #"{"assume": {"bfl-rate": 1, "bfl-echo-limit": 2, "bfl-prompt-limit": 3}}"#, ["--assume", "bfl-rate=4"],
            ["OUTPAINT_ASSUME": "bfl-rate=5,bfl-echo-limit=6"]
        ).values
        #expect(values.bfl.ratePerSecond == 4 && values.bfl.echoLimit == 6 && values.bfl.promptLimit == 3)
    }

    @Test func `a variable names the file`() throws {
        try withFile(#"{"port": 1}"#) { path in
            let named = try Configuration.read(.serve, [], ["OUTPAINT_CONFIG": path])
            #expect(named.values.port == 1)
            let unnamed = try Configuration.read(.serve, [], ["OUTPAINT_CONFIG": ""])
            #expect(unnamed.values.port == 4880)
        }
    }

    @Test func `a health check finds the server by its file`() throws {
        let values = try read(#"{"listen": ["unix:/a"], "max-body": "2MiB"}"#, verb: .health).values
        #expect(values.addresses == [.unix(path: "/a")])
    }

    @Test func `a port flag overrides addresses of the file`() throws {
        #expect(try read(#"{"listen": "unix:/a"}"#, ["--port", "1"]).values.listen.isEmpty)
        #expect(try read(#"{"listen": [], "port": 1}"#).values.port == 1)
    }

    @Test(arguments: [
        ("{\n  \"prot\": 1}", ":2:3: unknown setting 'prot'; did you mean port?"),
        (#"{"frobnicate": 1}"#, ":1:2: unknown setting 'frobnicate'; see outpaint help serve"),
        (
            "{\n\n \"idle-timeout\": 75}",
            ":3:2: /idle-timeout: expected a time from 1ms to 24h, such as 10s, 250ms or 2m, not a number"
        ),
        (#"{"port": true}"#, ":1:2: /port: expected a whole number from 0 to 65535, not a boolean"),
        (#"{"port": null}"#, ":1:2: /port: expected a whole number from 0 to 65535, not null"),
        (#"{"port": [1]}"#, ":1:2: /port: expected a whole number from 0 to 65535, not an array"),
        (#"{"port": 1e3}"#, ":1:2: /port: expected a whole number from 0 to 65535, not '1e3'"),
        (#"{"port": "x"}"#, ":1:2: /port: expected a whole number from 0 to 65535, not 'x'"),
        (#"{"share-identical": 1}"#, ":1:2: /share-identical: expected true or false, not a number"),
        (
            #"{"listen": ["unix:/a", "b"]}"#,
            ":1:24: /listen/1: expected HOST:PORT, [IPv6]:PORT or unix:PATH, not 'b'"
        ),
        (
            #"{"assume": {"bfl-rat": 1}}"#,
            ":1:13: /assume/bfl-rat: unknown assumption 'bfl-rat'; did you mean bfl-rate?"
        ),
        (
            #"{"assume": {"bfl-rate": true}}"#,
            ":1:13: /assume/bfl-rate: expected a whole number from 1 to 1000000000, not a boolean"
        ),
        (
            #"{"assume": ["bfl-rate"]}"#,
            ":1:13: /assume/0: expected NAME=VALUE, such as bfl-missing-is-404=false, not 'bfl-rate'"
        ),
        (
            #"{"assume": 1}"#,
            ":1:12: /assume: expected NAME=VALUE, such as bfl-missing-is-404=false, not a number"
        ),
        (#"{"drain-limit": 1}"#, ":1:2: drain-limit is gone: it is fixed at 1MiB"),
        (#"{"result-memory": 1}"#, ":1:2: result-memory is gone: use spool-memory"),
        (#"{"bfl-rate": 1}"#, #":1:2: bfl-rate is gone: use {"assume": {"bfl-rate": …}}"#),
        (#"{"config": "a"}"#, ":1:2: /config: a file cannot name another"),
        ("{\"port\": 1,\n\"host\" 2}", ":2:8: no JSON: Expecting ':' delimiter"),
        ("[]", ": expected a JSON object, not an array"),
    ])
    func `a wrong file is named with the place and what was expected`(text: String, message: String) throws {
        try withFile(text) { path in
            let run = outpaint(["serve", "--config", path])
            #expect(run.code == 2 && run.output.isEmpty && run.errors == "outpaint: \(path)\(message)\n")
        }
    }

    @Test func `a value of the file that does not count is checked too`() throws {
        try withFile(#"{"port": "x"}"#) { path in
            #expect(outpaint(["serve", "--config", path, "--port", "1", "--print-config"]).code == 2)
        }
    }

    @Test func `a file that cannot be read is named with its flag`() {
        let run = outpaint("serve", "--config", "/nowhere/a.json")
        #expect(run.errors == "outpaint: --config: cannot read '/nowhere/a.json': No such file or directory\n")
        let variable = outpaint(["serve"], ["OUTPAINT_CONFIG": "/nowhere"])
        #expect(variable.errors.hasPrefix("outpaint: --config (from the environment, OUTPAINT_CONFIG): cannot read"))
    }

    @Test(arguments: [
        #"{"api-key": ["s3cret x"]}"#, #"{"api-key": "s3cret x"}"#, #"{"bfl-webhook-secret": "s3cret x"}"#,
        #"{"public-url": "http://me:s3cret@a"}"#, #"{"api-key": {"s3cret": 1}}"#,
    ])
    func `a secret in a file does not show`(text: String) throws {
        try withFile(text) { path in
            let run = outpaint(["serve", "--config", path])
            #expect(run.code == 2 && run.errors.contains(": expected ") && !run.errors.contains("s3cret"))
        }
    }

    @Test func `a port and a list of addresses in one file contradict each other`() throws {
        try withFile(#"{"listen": "unix:/a", "port": 1}"#) { path in
            let run = outpaint(["serve", "--config", path])
            #expect(
                run.errors
                    == "outpaint: '\(path)': port cannot stand beside listen: an address given there has its own\n")
        }
    }
}
