import Bytes

/// Renders the heads of answers. RFC 9112, 4.
enum ResponseWriter {
    /// Appends status line and fields of a response; its body follows as it is.
    ///
    /// `closing` says that the connection ends here, `persisting` that it goes on, to a client of HTTP/1.0 that asked. The
    /// request is named if its number is given.
    @inline(__always)
    static func append(
        _ response: borrowing Response, date: borrowing HTTPDate, closing: Bool, persisting: Bool,
        requestID: UInt64?, to output: inout ByteBuffer
    ) {
        let status = response.status
        if status == .ok {
            output.append(date.openingOfOK)
            output.append(decimal: response.body.count)
        } else {
            output.append("HTTP/1.1 ")
            output.append(decimal: status.code)
            output.append(" ")
            output.append(status.reason)
            output.append("\r\ndate: ")
            output.append(date.bytes)
            if !status.isBodiless {
                output.append("\r\ncontent-length: ")
                output.append(decimal: response.body.count)
            }
        }
        if let type = response.contentType {
            output.append("\r\ncontent-type: ")
            output.append(type)
        }
        if closing {
            output.append("\r\nconnection: close")
        } else if persisting {
            output.append("\r\nconnection: keep-alive")
        }
        if let requestID {
            output.append("\r\nx-request-id: ")
            RequestID.append(requestID, to: &output)
        }
        output.append("\r\n")
        output.append(response.fields.bytes)
        output.append("\r\n")
    }
}
