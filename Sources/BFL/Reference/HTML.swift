/// Text of a page that is being written; whatever is not markup is escaped.
struct HTML {
    private(set) var text = ""

    /// What a cell of a table holds.
    enum Cell {
        case text(String)
        case code(String)
    }

    mutating func raw(_ markup: String) { text += markup }

    mutating func element(_ name: String, _ content: String, id: String? = nil) {
        text += "<\(name)" + (id.map { " id=\"\(Self.escaped($0))\"" } ?? "") + ">\(Self.escaped(content))</\(name)>\n"
    }

    mutating func example(_ id: String, _ code: String) {
        text += "<pre id=\"\(id)\">\(Self.escaped(code))</pre>\n"
    }

    mutating func table(_ heads: [String], _ rows: [[Cell]]) {
        text += "<div><table>\n<tr>"
        for head in heads { text += "<th>\(Self.escaped(head))</th>" }
        text += "</tr>\n"
        for row in rows {
            text += "<tr>"
            for cell in row {
                switch cell {
                case .text(let content): text += "<td>\(Self.escaped(content))</td>"
                case .code(let content): text += "<td><code>\(Self.escaped(content))</code></td>"
                }
            }
            text += "</tr>\n"
        }
        text += "</table></div>\n"
    }

    private static func escaped(_ text: String) -> String {
        var escaped = ""
        for character in text.unicodeScalars {
            switch character {
            case "&": escaped += "&amp;"
            case "<": escaped += "&lt;"
            case ">": escaped += "&gt;"
            case "\"": escaped += "&quot;"
            default: escaped.unicodeScalars.append(character)
            }
        }
        return escaped
    }
}
