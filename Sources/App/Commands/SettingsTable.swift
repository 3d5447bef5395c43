/// Prints the settings as the README shows them. Only `script/readme-settings` asks for it, so help does not tell.
func printSettingsTable(_ console: Console) -> Int32 {
    console.print(Configuration.markdown)
}

extension Configuration {
    /// The table of settings in Markdown, a table a group.
    static var markdown: String {
        settings.map { group in
            """
            \(group.title):

            | flag | variable | default | accepts | meaning |
            |---|---|---|---|---|

            """ + group.settings.map(row).joined()
        }.joined(separator: "\n")
    }

    private static func row(_ setting: Setting<Configuration>) -> String {
        let variables = [setting.variable, setting.plainVariable].compactMap { $0 }.map { "`\($0)`" }
        let standard = setting.show(Configuration())
        let cells = [
            "`\(setting.flag)`", variables.joined(separator: ", "), standard.isEmpty ? "" : "`\(standard)`",
            setting.accepts, setting.meaning,
        ]
        return "| " + cells.joined(separator: " | ") + " |\n"
    }
}
