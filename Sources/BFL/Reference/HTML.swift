/// An HTML page under construction; text other than markup is escaped.
struct HTML {
    private(set) var text = ""

    /// The content of a table cell.
    enum Cell {
        case text(String)
        case code(String)
        /// Code that does not wrap.
        case name(String)
    }

    mutating func raw(_ markup: String) { text += markup }

    mutating func element(_ name: String, _ content: String, id: String? = nil) {
        text += "<\(name)" + (id.map { " id=\"\(Self.escaped($0))\"" } ?? "") + ">\(Self.escaped(content))</\(name)>\n"
    }

    /// Appends the heading of an operation.
    mutating func heading(_ id: String, _ method: String, _ path: String) {
        text += "<h2 id=\"\(Self.escaped(id))\">\(Self.badge(method))\(Self.escaped(path))</h2>\n"
    }

    /// Appends a link to a section of the page.
    mutating func link(to id: String, _ method: String?, _ title: String) {
        let badge = method.map(Self.badge) ?? ""
        text += "<a href=\"#\(Self.escaped(id))\">\(badge)\(Self.escaped(title))</a>\n"
    }

    private static func badge(_ method: String) -> String {
        "<b class=\"\(escaped(method.lowercased()))\">\(escaped(method))</b> "
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
            for (head, cell) in zip(heads, row) {
                // Narrow screens show this label instead of the table's head.
                let label = "data-label=\"\(Self.escaped(head))\""
                switch cell {
                case .text(let content): text += "<td \(label)>\(Self.escaped(content))</td>"
                case .name(let content):
                    text += "<td \(label) class=\"name\"><code>\(Self.escaped(content))</code></td>"
                case .code(let content): text += "<td \(label)><code>\(Self.escaped(content))</code></td>"
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
