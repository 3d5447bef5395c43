/// Prints `docs/settings.md`. Only `script/settings-doc` uses it, so help does not mention it.
func printSettingsDocument(_ console: Console) -> Int32 {
    console.print(Configuration.document)
}

extension Configuration {
    /// The reference of all settings, in Markdown.
    static var document: String {
        """
        # Settings

        All settings of `outpaint serve`, `outpaint expand` and `outpaint health`. This page is made by `script/settings-doc` from
        the program's own table.

        - A flag is given as `--flag value` or `--flag=value`; one that is true or false also as `--flag` and `--no-flag`.
        - Each flag has a variable. An empty variable counts as none; commas separate several values.
        - A flag beats its variable, which beats `HOST`, `PORT`, `LOG_LEVEL` and `LOG_FORMAT`, which beat the file of `--config`,
          which beats the default.
        - `outpaint serve --print-config` shows each value and where it came from, those that differ from the default first; with
          `--log-format json` as one JSON object.
        - A value that is not accepted stops the start with exit code 2 and a line that names the setting and what was expected.
        - Sizes count in 1024: `4096`, `8k`, `64MiB`. Times have units: `250ms`, `10s`, `2m`, `1h`.
        - The log goes to stderr; the ready line and the access log go to stdout. Keys, signatures and images are in none of them.
        - Host names other than `localhost` are not looked up, so that the server never ends up on a network because a name pointed
          there.

        ## A file

        `--config FILE` reads a JSON object of at most 1 MiB with the same names, without dashes. Values are numbers, booleans or strings;
        settings that may be given several times take an array, and `assume` takes an object:

        ```json
        {
            "port": 4881,
            "max-body": "128MiB",
            "api-key": ["first", "second"],
            "assume": {"bfl-missing-is-404": false}
        }
        ```

        A name that is unknown and a value that is not accepted stop the start with the file, the line and the column.


        """
            + settings.map { group in
                """
                ## \(group.title)

                For \(group.verbs.map { "`outpaint \($0.rawValue)`" }.joined(separator: " and ")).

                | flag | variable | default | accepts | meaning |
                |---|---|---|---|---|

                """ + group.settings.map(row).joined() + "\n"
            }.joined()
                + """
                ## Assumptions

                What is not known about the services is assumed, as [fidelity.md](fidelity.md) says row by row. `--assume NAME=VALUE` changes
                one assumption; as a variable, `OUTPAINT_ASSUME=NAME=VALUE,NAME=VALUE` changes several.

                """
            + assumptions.map { group in
                """

                ### \(group.title)

                | name | default | accepts | meaning |
                |---|---|---|---|

                """ + group.settings.map(assumptionRow).joined()
            }.joined()
    }

    private static func row(_ setting: Setting<Configuration>) -> String {
        let variables = [setting.variable, setting.plainVariable].compactMap { $0 }.map { "`\($0)`" }
        let standard = setting.show(Configuration())
        return tableRow([
            "`\(setting.flag)`", variables.joined(separator: ", "), standard.isEmpty ? "" : "`\(standard)`",
            setting.accepts, setting.meaning,
        ])
    }

    private static func assumptionRow(_ setting: Setting<Configuration>) -> String {
        tableRow(["`\(setting.name)`", "`\(setting.show(Configuration()))`", setting.accepts, setting.meaning])
    }

    private static func tableRow(_ cells: [String]) -> String {
        // A vertical bar would end the table cell.
        "| "
            + cells.map { $0.split(separator: "|", omittingEmptySubsequences: false).joined(separator: "\\|") }
            .joined(separator: " | ") + " |\n"
    }
}
