import Bytes

extension Representation {
    /// What a request is answered with, by its conditions in the order of RFC 9110, 13.2.2.
    func selection(for request: borrowing Request) -> Selection {
        let isRead = request.method == .get || request.method == .head
        if request.count(of: "if-match") > 0 {
            // Strong comparison: bytes that only mean the same are not the same.
            guard isMatched(by: "if-match", of: request, weakly: false) else { return .preconditionFailed }
        } else if let lastModified, let date = date("if-unmodified-since", of: request), lastModified > date {
            return .preconditionFailed
        }
        if request.count(of: "if-none-match") > 0 {
            if isMatched(by: "if-none-match", of: request, weakly: true) {
                return isRead ? .notModified : .preconditionFailed
            }
        } else if isRead, let lastModified, let date = date("if-modified-since", of: request), lastModified <= date {
            return .notModified
        }
        // A range is defined for GET alone. RFC 9110, 14.2.
        guard request.method == .get, request.count(of: "range") == 1, let range = request.field("range"),
            isRangeWanted(request)
        else { return .whole }
        return Selection(range: range, of: content.count)
    }

    /// Whether If-Range, if there is one, names what is here. RFC 9110, 13.1.5.
    private func isRangeWanted(_ request: borrowing Request) -> Bool {
        guard let condition = request.field("if-range") else { return true }
        guard request.count(of: "if-range") == 1 else { return false }
        if condition.count > 0, condition[condition.count - 1] == UInt8(ascii: "\"") {
            return entityTag.map { condition.equals($0.utf8.span) } ?? false
        }
        return lastModified != nil && HTTPDate.seconds(condition) == lastModified
    }

    /// Whether the entity tag is among those of all fields called `name`, or they ask for any.
    private func isMatched(by name: StaticString, of request: borrowing Request, weakly: Bool) -> Bool {
        var isMatched = false
        request.forEachField { field, value in
            guard !isMatched, field.equalsIgnoringCase(name) else { return }
            isMatched = value.equals("*") || (entityTag.map { value.lists($0.utf8.span, weakly: weakly) } ?? false)
        }
        return isMatched
    }

    /// The date in the one field called `name`; what is no date is ignored.
    private func date(_ name: StaticString, of request: borrowing Request) -> Int? {
        guard request.count(of: name) == 1, let field = request.field(name) else { return nil }
        return HTTPDate.seconds(field)
    }
}

extension Span<UInt8> {
    /// Whether a strong entity tag is in this list; a weak one counts where the comparison is weak. RFC 9110, 8.8.3.2.
    fileprivate func lists(_ tag: Span<UInt8>, weakly: Bool) -> Bool {
        var at = 0
        while at < count {
            // A tag may hold commas, so that quotes have to be followed.
            while at < count, self[at].isBlank || self[at] == UInt8(ascii: ",") { at += 1 }
            let isWeak = at + 1 < count && self[at] == UInt8(ascii: "W") && self[at + 1] == UInt8(ascii: "/")
            let start = isWeak ? at + 2 : at
            guard start < count, self[start] == UInt8(ascii: "\"") else { return false }
            at = start + 1
            while at < count, self[at] != UInt8(ascii: "\"") { at += 1 }
            guard at < count else { return false }
            at += 1
            if weakly || !isWeak, extracting(start..<at).equals(tag) { return true }
        }
        return false
    }
}
