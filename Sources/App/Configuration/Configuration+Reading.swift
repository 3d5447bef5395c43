extension Configuration {
    /// The configuration of a run of `verb`, with the origin of each setting.
    static func read(
        _ verb: Verb, _ arguments: [String], _ environment: [String: String]
    ) throws(UsageError) -> SettingsReader<Configuration>.Result {
        let reader = SettingsReader(groups: settings, verb: verb)
        var result = try reader.read(arguments, environment, onto: Configuration())
        try result.settleWhereToListen()
        try result.values.limits.checkBodies()
        return result
    }

    /// Variables that begin like ours but are none, each with the one most likely meant.
    static func unknownVariables(_ environment: [String: String]) -> [(name: String, nearest: String?)] {
        let known = settings.flatMap { $0.settings.map(\.variable) }
        return environment.filter { name, value in
            name.hasPrefix("OUTPAINT_") && !known.contains(name) && !ServiceLink.made(name, value)
        }.keys.sorted().map { ($0, App.nearest(to: $0, among: known)) }
    }
}

extension Configuration.Limits {
    /// A body larger than the memory for all would wait for room that never comes.
    fileprivate func checkBodies() throws(UsageError) {
        for (flag, size) in [("--max-body", body), ("--max-websocket-message", webSocketMessage)]
        where size > bodyMemory {
            throw UsageError(
                "\(flag) (\(ByteSize.show(size))) does not fit into --max-body-memory (\(ByteSize.show(bodyMemory)))")
        }
    }
}

extension SettingsReader<Configuration>.Result {
    /// `--listen` and `--host`/`--port` say the same thing in two ways: what was said closer to the run counts.
    fileprivate mutating func settleWhereToListen() throws(UsageError) {
        let listen = origin("listen").rank
        for name in ["host", "port"] where listen > 0 && origin(name).rank >= listen {
            if origin(name).rank > listen {
                values.listen = []
                origins["listen"] = nil
            } else if case .flag = origin(name) {
                throw UsageError("--\(name) cannot stand beside --listen: an address given there has its own")
            }
        }
    }
}
