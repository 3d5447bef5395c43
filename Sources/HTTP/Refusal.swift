import Bytes

/// Why the server itself refuses a request, before its handler is called. The only table of such answers.
public enum Refusal: Error, Equatable, Sendable {
    case badRequestLine
    case badTarget
    case bareLineFeed
    case bareCarriageReturn
    case controlByte
    case foldedField
    case badFieldName
    case missingHost
    case repeatedHost
    case badHost
    case badContentLength
    case unequalContentLengths
    case contentLengthWithTransferEncoding
    case badTransferEncoding
    case transferEncodingInHTTP10
    case badChunkSize
    case badChunkEnd
    case badTrailer
    case unknownTransferCoding
    case versionNotSupported
    case requestLineTooLong
    case tooManyFields
    case fieldsTooLarge
    case bodyTooLarge
    case headTimeout
    case bodyTimeout
    case unknownExpectation
    case tooManyConnections
    case outOfBodyMemory
    case outOfAnswerMemory

    public var status: Status {
        switch self {
        case .unknownTransferCoding: .notImplemented
        case .versionNotSupported: .versionNotSupported
        case .requestLineTooLong: .targetTooLong
        case .tooManyFields, .fieldsTooLarge: .fieldsTooLarge
        case .bodyTooLarge: .contentTooLarge
        case .headTimeout, .bodyTimeout: .requestTimeout
        case .unknownExpectation: .expectationFailed
        case .tooManyConnections, .outOfBodyMemory, .outOfAnswerMemory: .unavailable
        default: .badRequest
        }
    }

    /// The message in the answer.
    public var message: StaticString {
        switch self {
        case .badRequestLine: "The request line is malformed"
        case .badTarget: "The request target is malformed"
        case .bareLineFeed: "A line ends without a carriage return"
        case .bareCarriageReturn: "A carriage return stands without a line feed"
        case .controlByte: "The head contains a control byte"
        case .foldedField: "A field continues on the next line"
        case .badFieldName: "A field name is malformed"
        case .missingHost: "The Host field is missing"
        case .repeatedHost: "The Host field stands more than once"
        case .badHost: "The Host field is malformed"
        case .badContentLength: "Content-Length is malformed"
        case .unequalContentLengths: "Content-Length stands more than once with different values"
        case .contentLengthWithTransferEncoding: "Content-Length and Transfer-Encoding exclude each other"
        case .badTransferEncoding: "Transfer-Encoding is malformed"
        case .transferEncodingInHTTP10: "Transfer-Encoding needs HTTP/1.1"
        case .badChunkSize: "A chunk size is malformed"
        case .badChunkEnd: "A chunk does not end where it says"
        case .badTrailer: "A trailer field is malformed or not allowed there"
        case .unknownTransferCoding: "The only transfer coding known here is chunked"
        case .versionNotSupported: "Only HTTP/1.0 and HTTP/1.1 are spoken here"
        case .requestLineTooLong: "The request line is too long"
        case .tooManyFields: "There are too many fields"
        case .fieldsTooLarge: "The fields are too large"
        case .bodyTooLarge: "The body is too large"
        case .headTimeout: "The head of the request did not arrive in time"
        case .bodyTimeout: "The body of the request stopped arriving"
        case .unknownExpectation: "The only expectation known here is 100-continue"
        case .tooManyConnections: "There are too many connections, try again"
        case .outOfBodyMemory: "There is no memory for the body at the moment, try again"
        case .outOfAnswerMemory: "There is no memory for the answer at the moment, try again"
        }
    }

    /// The answer. It ends the connection, whose framing is in doubt or which must be freed.
    package var response: Response {
        var body = ByteBuffer(capacity: 128)
        body.append("{\"detail\":\"")
        body.append(message)
        body.append("\"}")
        return response(body)
    }

    /// The answer in the words of a route.
    func response(for route: Route?) -> Response {
        route?.refusal.map { response($0(self)) } ?? response
    }

    private func response(_ body: consuming ByteBuffer) -> Response {
        var response = Response(status, contentType: "application/json", .bytes(body))
        if status == .unavailable { response.add("retry-after", "1") }
        response.closesConnection = true
        return response
    }
}
