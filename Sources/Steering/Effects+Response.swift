internal import Bytes
public import HTTP
internal import Synchronization
public import Time

// How faults change answers and messages.

extension Steering {
    /// Has the effects of an exchange carried out on its answer.
    public func note(_ effects: Effects, for key: KeyID?, in notes: ExchangeNotes?) {
        if effects.isEmpty { return }
        notes?.note { $0.amend = { [self] response in amend(&response, effects, key) } }
    }

    func amend(_ response: inout Response, _ effects: Effects, _ key: KeyID?) {
        if showsApplied, !effects.applied.isEmpty {
            response.add("x-emulator-applied", effects.applied.joined(separator: ", "))
        }
        guard let fault = effects.fault else { return }
        fault.damage(&response)
        var plan = response.plan ?? DeliveryPlan()
        let count = response.body.count
        if case .fixed(let delay) = fault.delay, delay > .zero { plan.gate = gates.gate(after: delay, for: key) }
        if fault.rate != nil || fault.dribble != nil {
            let piece = fault.dribble
            plan.pace = DeliveryPlan.Pace(bytesPerSecond: fault.rate ?? (piece ?? 1) * 20, piece: piece)
        }
        switch fault.length {
        case .tooLong: plan.statedLength = count + 1000
        case .stated(let length): plan.statedLength = length
        case nil: break
        }
        if let cut = fault.cut { plan.ending = .cut(after: cut.of(count)) }
        switch fault.reset {
        case .before: plan.ending = .reset(after: nil)
        case .after(let bytes): plan.ending = .reset(after: min(bytes, count))
        case nil: break
        }
        if fault.hangs { plan.ending = .hang }
        if plan != DeliveryPlan() { response.plan = plan }
    }

    /// Sends a message of a WebSocket as the effects say.
    public func send(
        _ text: StoredContent, over socket: WebSocket.Socket, _ effects: Effects, for key: KeyID?,
        noting values: ExchangeNotes.Values? = nil
    ) {
        guard let fault = effects.fault else { return socket.send(text: text, noting: values) }
        var (content, plan) = (text, MessagePlan?.none)
        if fault.html != nil || fault.isEmpty || fault.breaksJSON {
            content = .bytes(SharedBytes(fault.text(instead: text)))
        }
        if let cut = fault.cut { plan = .cut(after: cut.of(content.count)) }
        if case .after(let bytes) = fault.reset { plan = .cut(after: bytes) }
        if fault.reset == .before { plan = .cut(after: 0) }
        if fault.drops || fault.hangs { plan = .drop }
        let (message, delivery) = (content, plan)
        let send: @Sendable () -> Void = {
            for _ in 0..<(fault.repeats ?? 1) { socket.send(text: message, plan: delivery, noting: values) }
        }
        if case .fixed(let delay) = fault.delay { call(after: delay, for: key, send) } else { send() }
    }
}

extension Fault {
    /// Changes the body of an answer.
    fileprivate func damage(_ response: inout Response) {
        if let html {
            response.status = Status(html)
            response.contentType = "text/html"
            response.body = .bytes(Fault.page(Status(html)))
        }
        if isEmpty { response.body = .bytes(ByteBuffer()) }
        if breaksJSON, let bytes = response.body.copied() {
            response.body = .bytes(ByteBuffer(bytes.bytes.extracting(first: bytes.count / 2)))
        }
        if let image, response.status == .ok || response.status == .partialContent, let bytes = response.body.copied() {
            if image == .type { response.contentType = "application/octet-stream" }
            response.body = .bytes(image.damaged(bytes))
        }
    }

    /// The text of a message in place of the right one.
    fileprivate func text(instead text: StoredContent) -> ByteBuffer {
        if let html { return Fault.page(Status(html)) }
        if isEmpty { return ByteBuffer() }
        var bytes = ByteBuffer()
        try? text.append(0..<text.count, to: &bytes)
        var end = bytes.count / 2
        // A text message must be UTF-8.
        while end > 0, bytes.bytes[end] & 0xC0 == 0x80 { end -= 1 }
        return ByteBuffer(bytes.bytes.extracting(first: end))
    }

    /// The error page of a proxy.
    static func page(_ status: Status) -> ByteBuffer {
        let title = "\(status.code) \(status.reason)"
        return ByteBuffer(
            "<html>\r\n<head><title>\(title)</title></head>\r\n<body>\r\n<center><h1>\(title)</h1></center>\r\n"
                + "<hr><center>nginx</center>\r\n</body>\r\n</html>\r\n")
    }
}

extension Response.Content {
    /// The bytes of a body; `nil` if a file cannot be read.
    fileprivate func copied() -> ByteBuffer? {
        var copy = ByteBuffer()
        switch self {
        case .none: break
        case .bytes(let bytes): copy.append(bytes.bytes)
        case .stored(let content, let range):
            do {
                try content.append(range, to: &copy)
            } catch {
                return nil
            }
        }
        return copy
    }
}
