import Bytes

// The archived form of answers. Pictures are not included; answers refer to them through their task's records.

extension ArchiveWriter {
    mutating func write(_ answer: Answer) {
        let written = answer.items.compactMap { if case .written(let object) = $0 { object } else { nil } }
        write(list: written) { $1.write($0.bytes) }
        write(list: answer.errors) { $1.write($0) }
        write(answer.isResult)
    }

    private mutating func write(_ error: ErrorObject) {
        write(error.code)
        write(error.message)
        write(list: error.paths) { $1.write($0) }
        write(optional: error.bounds) { bounds, archive in
            archive.write(bounds.type)
            archive.write(bounds.wants)
            for number in [bounds.minimum, bounds.maximum, bounds.multiplier] {
                archive.write(optional: number) { $1.write($0.bitPattern) }
            }
            archive.write(list: bounds.allowed) { $1.write($0) }
        }
        write(error.isDocumented)
        write(error.status)
        write(optional: error.retryAfter) { $1.write($0) }
        write(optional: error.taskType) { $1.write($0) }
        write(optional: error.taskUUID) { $1.write($0) }
        write(error.isLate)
    }
}

extension ArchiveReader {
    mutating func answer() throws(ArchiveError) -> Answer {
        var answer = Answer()
        answer.items = try list { (reader: inout ArchiveReader) throws(ArchiveError) in
            .written(SharedBytes(try reader.run()))
        }
        answer.errors = try list { (reader: inout ArchiveReader) throws(ArchiveError) in try reader.errorObject() }
        answer.isResult = try flag()
        return answer
    }

    mutating func texts() throws(ArchiveError) -> [String] {
        try list { (reader: inout ArchiveReader) throws(ArchiveError) in try reader.text() }
    }

    private mutating func optionalText() throws(ArchiveError) -> String? {
        try optional { (reader: inout ArchiveReader) throws(ArchiveError) in try reader.text() }
    }

    private mutating func errorObject() throws(ArchiveError) -> ErrorObject {
        let (code, message, paths) = (try text(), try text(), try texts())
        let bounds = try optional { (reader: inout ArchiveReader) throws(ArchiveError) in try reader.bounds() }
        let (isDocumented, status) = (try flag(), try integer(in: 100...999))
        let retryAfter = try optional { (reader: inout ArchiveReader) throws(ArchiveError) in try reader.integer() }
        var error = ErrorObject(
            code: code, message: message, paths: paths, bounds: bounds, isDocumented: isDocumented, status: status,
            retryAfter: retryAfter)
        error.taskType = try optionalText()
        error.taskUUID = try optionalText()
        error.isLate = try flag()
        return error
    }

    private mutating func bounds() throws(ArchiveError) -> Bounds {
        var bounds = Bounds(type: try text(), wants: try text())
        func number(_ reader: inout ArchiveReader) throws(ArchiveError) -> Double? {
            try reader.optional { (reader: inout ArchiveReader) throws(ArchiveError) in
                Double(bitPattern: try reader.word())
            }
        }
        bounds.minimum = try number(&self)
        bounds.maximum = try number(&self)
        bounds.multiplier = try number(&self)
        bounds.allowed = try texts()
        return bounds
    }
}
