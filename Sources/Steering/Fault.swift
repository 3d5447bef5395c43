public import Time

/// What goes wrong with the delivery of an answer or a message.
public struct Fault: Hashable, Sendable {
    /// Emulated time that passes first.
    public var delay: Delay?
    /// Bytes per second.
    public var rate: Int?
    /// The body comes in pieces of so many bytes.
    public var dribble: Int?
    /// Only part of the body is sent, then the connection is closed.
    public var cut: Amount?
    public var reset: Reset?
    /// Nothing is ever sent.
    public var hangs = false
    /// The body has no bytes.
    public var isEmpty = false
    /// A content-length that is not the truth: this number, or more than there is.
    public var length: Length?
    /// The body is an error page of a proxy, with this status.
    public var html: Int?
    /// The body is cut in the middle of its JSON, and its length says so.
    public var breaksJSON = false
    public var image: ImageDamage?
    /// A message is never sent.
    public var drops = false
    /// How often a message is sent.
    public var repeats: Int?
    /// The messages of a namespace are sent in reverse.
    public var order: Order?
    /// A webhook is sent before the task's end is visible to polls.
    public var isEarly = false
    /// A webhook comes with this secret instead of the right one.
    public var secret: String?

    public init() {}

    public enum Delay: Hashable, Sendable {
        case fixed(Interval)
        case spread(median: Interval, sigma: Double)
    }

    public enum Amount: Hashable, Sendable {
        case bytes(Int)
        case share(Double)

        /// So many of `count` bytes, less than all.
        func of(_ count: Int) -> Int {
            switch self {
            case .bytes(let bytes): max(0, min(bytes, count - 1))
            case .share(let share): max(0, min(Int(Double(count) * share), count - 1))
            }
        }
    }

    public enum Reset: Hashable, Sendable {
        case before
        case after(Int)
    }

    public enum Length: Hashable, Sendable {
        case tooLong
        case stated(Int)
    }

    public enum ImageDamage: String, CaseIterable, Hashable, Sendable {
        /// A wrong checksum, or for other formats than PNG wrong bytes in the middle.
        case crc
        /// The end of the file is missing, though the length of the answer is right.
        case truncated
        /// Another content-type than the file's.
        case type
        /// Another size in the header of the file.
        case size
    }

    public enum Order: String, CaseIterable, Hashable, Sendable {
        case lastFirst = "last-first"
    }
}

// MARK: - Names

extension Fault {
    /// What a fault is called in rules and texts.
    enum Name: String, CaseIterable {
        case delay, rate, dribble, cut, reset, hang, empty, length, html, json, image, drop, `repeat`, order, early,
            secret

        /// The kinds of exchanges that it may happen to.
        var kinds: Set<Rule.Kind> {
            let answers: Set<Rule.Kind> = [.submit, .poll, .download, .credits, .any]
            switch self {
            case .delay: return answers.union([.webhook, .upload, .fetch, .socket])
            case .cut: return answers.union([.socket])
            case .reset, .hang: return answers.union([.socket, .fetch])
            case .json: return answers.union([.socket, .webhook])
            case .empty, .html: return answers.union([.webhook])
            case .rate, .dribble, .length: return answers
            case .image: return [.download]
            case .drop: return [.socket, .webhook, .upload]
            case .repeat: return [.webhook, .upload, .socket]
            case .order: return [.webhook]
            case .early, .secret: return [.webhook]
            }
        }
    }

    /// Sets one fault. `argument` is what stands in its parentheses.
    mutating func set(_ name: Name, _ argument: String?) throws(TextError) {
        var scanner = TextScanner(argument ?? "")
        switch (name, argument) {
        case (.delay, _):
            let before = scanner
            if scanner.word() == "lognormal" {
                let (median, sigma) = try scanner.spread()
                delay = .spread(median: median, sigma: sigma)
            } else {
                scanner = before
                delay = .fixed(try scanner.duration())
            }
        case (.rate, _):
            let size = try scanner.size()
            if size < 1 { throw TextScanner(argument ?? "").error("a size of at least 1") }
            rate = size
        case (.dribble, nil): dribble = 1
        case (.dribble, _): dribble = max(1, try scanner.size())
        case (.cut, nil): cut = .share(0.5)
        case (.cut, let text?):
            cut =
                text.utf8.contains(UInt8(ascii: ".")) || text.utf8.contains(UInt8(ascii: "e"))
                ? .share(try scanner.fraction(0...1, "a share")) : .bytes(try scanner.size())
        case (.reset, nil): reset = .before
        case (.reset, "before"?): (reset, scanner) = (.before, TextScanner(""))
        case (.reset, _): reset = .after(try scanner.size())
        case (.hang, nil): hangs = true
        case (.empty, nil): isEmpty = true
        case (.length, nil): length = .tooLong
        case (.length, _): length = .stated(try scanner.size())
        case (.html, nil): html = 502
        case (.html, _): html = try scanner.number(ScriptedAnswer.statuses, "a status")
        case (.json, nil): breaksJSON = true
        case (.image, nil): image = .truncated
        case (.image, _):
            let name = try scanner.name(among: ImageDamage.allCases.map(\.rawValue), "crc, truncated, type or size")
            image = ImageDamage(rawValue: name)
        case (.drop, nil): drops = true
        case (.repeat, nil): repeats = 2
        case (.repeat, _): repeats = try scanner.number(1...100, "a number of times")
        case (.order, nil): order = .lastFirst
        case (.order, _):
            let name = try scanner.name(among: Order.allCases.map(\.rawValue), "last-first")
            order = Order(rawValue: name)
        case (.early, nil): isEarly = true
        case (.secret, nil): secret = "wrong"
        case (.secret, _): (secret, scanner) = (try scanner.word(of: argument ?? ""), TextScanner(""))
        case (.hang, _), (.empty, _), (.json, _), (.drop, _), (.early, _):
            throw scanner.error("nothing, since '\(name.rawValue)' has no parameter")
        }
        scanner.skipSpaces()
        if !scanner.isAtEnd { throw scanner.error("the end of '\(name.rawValue)'") }
    }

    /// The faults that are set, with their arguments.
    var items: [(name: Name, argument: String?)] {
        var items: [(Name, String?)] = []
        switch delay {
        case .fixed(let interval): items.append((.delay, "\(interval)"))
        case .spread(let median, let sigma): items.append((.delay, "lognormal(\(median),\(sigma))"))
        case nil: break
        }
        if let rate { items.append((.rate, "\(rate)")) }
        if let dribble { items.append((.dribble, "\(dribble)")) }
        switch cut {
        case .bytes(let count): items.append((.cut, "\(count)"))
        case .share(let share): items.append((.cut, "\(share)"))
        case nil: break
        }
        switch reset {
        case .before: items.append((.reset, nil))
        case .after(let count): items.append((.reset, "\(count)"))
        case nil: break
        }
        if hangs { items.append((.hang, nil)) }
        if isEmpty { items.append((.empty, nil)) }
        switch length {
        case .tooLong: items.append((.length, nil))
        case .stated(let count): items.append((.length, "\(count)"))
        case nil: break
        }
        if let html { items.append((.html, "\(html)")) }
        if breaksJSON { items.append((.json, nil)) }
        if let image { items.append((.image, image.rawValue)) }
        if drops { items.append((.drop, nil)) }
        if let repeats { items.append((.repeat, "\(repeats)")) }
        if let order { items.append((.order, order.rawValue)) }
        if isEarly { items.append((.early, nil)) }
        if let secret { items.append((.secret, secret)) }
        return items
    }

    /// The faults as a text has them: `delay(2s) cut(0.5)`.
    var text: String {
        items.map { item in item.name.rawValue + (item.argument.map { "(\($0))" } ?? "") }.joined(separator: " ")
    }
}
