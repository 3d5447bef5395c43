import JSON

extension SettingsReader<Configuration>.Result {
    /// A setting as printed.
    private struct Row {
        let setting: Setting<Configuration>
        /// Whether the setting is given with `--assume`.
        let isAssumption: Bool
        let differs: Bool
        let origin: SettingOrigin
    }

    /// All settings of the server and all assumptions, those that differ from the default first.
    private var rows: [Row] {
        let standard = Configuration()
        func row(_ setting: Setting<Configuration>, isAssumption: Bool) -> Row {
            Row(
                setting: setting, isAssumption: isAssumption,
                differs: setting.values(values) != setting.values(standard), origin: origin(setting.name))
        }
        let settings = Configuration.settings.filter { $0.verbs.contains(.serve) }.flatMap(\.settings)
        let rows =
            settings.filter { $0.form != .named }.map { row($0, isAssumption: false) }
            + settings.flatMap(\.members).map { row($0, isAssumption: true) }
        return rows.filter(\.differs) + rows.filter { !$0.differs }
    }

    /// One line per setting: flag, value and origin. An empty line separates the settings that differ from the default
    /// from the others.
    var table: String {
        let rows = rows
        func name(_ row: Row) -> String { row.isAssumption ? "--assume \(row.setting.name)" : row.setting.flag }
        let nameWidth = rows.map { name($0).count }.max() ?? 0
        let valueWidth = rows.map { min($0.setting.show(values).count, 40) }.max() ?? 0
        func line(_ row: Row) -> String {
            let value = row.setting.show(values)
            return "\(padded(name(row), nameWidth))  \(padded(value.isEmpty ? "-" : value, valueWidth))  "
                + "\(row.origin.description)\n"
        }
        let (changed, others) = (rows.filter(\.differs), rows.filter { !$0.differs })
        return changed.map(line).joined() + (changed.isEmpty ? "" : "\n") + others.map(line).joined()
    }

    /// The same as a JSON object: for each name, the value in the format of a `--config` file, and its origin.
    var json: String {
        let rows = rows
        var writer = JSONWriter()
        writer.object { writer in
            for row in rows where !row.isAssumption { write(row, to: &writer) }
            writer.key("assume")
            writer.object { writer in
                for row in rows where row.isAssumption { write(row, to: &writer) }
            }
        }
        return writer.finish().bytes.text + "\n"
    }

    private func write(_ row: Row, to writer: inout JSONWriter) {
        writer.key(row.setting.name)
        writer.object { writer in
            writer.key("value")
            let texts = row.setting.values(values)
            if row.setting.form == .list {
                writer.array { writer in
                    for text in texts { writer.string(text) }
                }
            } else {
                writer.value(texts[0], row.setting)
            }
            writer.pair("origin", row.origin.description)
        }
    }
}

extension JSONWriter {
    /// Writes a value in its JSON form.
    fileprivate mutating func value(_ text: String, _ setting: Setting<Configuration>) {
        switch setting.json {
        case _ where text.isEmpty: null()
        case .boolean: bool(text == "true")
        case .number where text.utf8.allSatisfy { 0x30...0x39 ~= $0 || $0 == UInt8(ascii: ".") }:
            verbatim(text.utf8.span)
        case .number, .string: string(text)
        }
    }
}
