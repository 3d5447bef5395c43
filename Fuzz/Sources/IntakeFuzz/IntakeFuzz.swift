import Bytes
import Intake

/// What libFuzzer calls with each input.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzOneInput(_ start: UnsafePointer<UInt8>, _ count: Int) -> CInt {
    // libFuzzer keeps the bytes until we return.
    fuzzIntake(unsafe Span(_unsafeStart: start, count: count))
    return 0
}

/// The first byte turns forms off. What is read with some forms off is read the same with all on, an address is the text
/// itself, and a file is no longer than its text; what then comes of its head is the probe's own affair.
func fuzzIntake(_ input: Span<UInt8>) {
    guard let options = input.isEmpty ? nil : input[0] else { return }
    let text = input.extracting(1...)
    var settings = IntakeSettings()
    settings.takesURLAlphabet = options & 1 == 0
    settings.takesMissingPadding = options & 2 == 0
    settings.takesDataURLs = options & 4 == 0
    settings.takesLineBreaks = options & 8 == 0
    settings.takesAddresses = options & 16 == 0
    let intake = Intake(settings)
    guard let source = try? intake.source(of: text) else { return }
    switch consume source {
    case .address(let address):
        precondition(address.lowercased().hasPrefix("http") && settings.takesAddresses)
    case .file(let file):
        precondition(file.count <= text.count / 4 * 3 + 2)
        guard case .file(let loose)? = try? Intake().source(of: text) else { preconditionFailure("less with more") }
        precondition(loose.bytes.equals(file.bytes))
        _ = try? intake.probe(file)
    }
}
