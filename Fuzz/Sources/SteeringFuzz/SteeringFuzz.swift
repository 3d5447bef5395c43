import Bytes
import JSON
import Steering
import Tasks

/// What libFuzzer calls with each input.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzOneInput(_ start: UnsafePointer<UInt8>, _ count: Int) -> CInt {
    // libFuzzer keeps the bytes until we return.
    let input = unsafe Span(_unsafeStart: start, count: count)
    if !input.isEmpty, input[0] == UInt8(ascii: "[") || input[0] == UInt8(ascii: "{") {
        fuzzRules(input)
    } else {
        fuzzText(input.text)
    }
    return 0
}

/// A text that is taken is shown as a text that says the same, and a mistake has a place inside the text.
func fuzzText(_ text: String) {
    do throws(TextError) {
        let steering = try SteeringText(text)
        if let life = steering.life { expectSame(life) }
        for rule in steering.rules { expectSame(rule) }
    } catch {
        precondition(error.position >= 0 && error.position <= text.unicodeScalars.count, "\(error)")
    }
    if let life = try? Life(text) { expectSame(life) }
}

/// Rules that are taken are shown as JSON that says the same, and a mistake names a value of the document.
func fuzzRules(_ input: Span<UInt8>) {
    guard let document = try? JSONDocument(parsing: ByteBuffer(input)) else { return }
    do throws(RuleError) {
        for rule in try Rule.list(document.root) { expectSame(rule) }
    } catch {
        precondition(error.pointer.isEmpty || error.pointer.hasPrefix("/"), "\(error)")
        precondition(!error.reason.isEmpty)
    }
}

private func expectSame(_ life: Life) {
    guard (try? Life(life.text)) == life else { preconditionFailure("not the same life: \(life.text)") }
}

private func expectSame(_ rule: Rule) {
    var writer = JSONWriter()
    writer.object { $0.members(of: rule) }
    let text = writer.finish()
    guard let document = try? JSONDocument(parsing: ByteBuffer(text.bytes)), let list = try? Rule.list(document.root),
        list.count == 1, list[0].on == rule.on, list[0].keyName == rule.keyName, list[0].path == rule.path,
        list[0].life == rule.life, list[0].answer == rule.answer, list[0].fault == rule.fault,
        list[0].skip == rule.skip, list[0].every == rule.every, list[0].chance == rule.chance, list[0].ttl == rule.ttl
    else { preconditionFailure("not the same rule: \(text.bytes.text)") }
}
