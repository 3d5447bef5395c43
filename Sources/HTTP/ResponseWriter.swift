package import Bytes

/// Renders the heads of answers. RFC 9112, 4.
package enum ResponseWriter {
    /// Appends status line and fields of a response; its body follows as it is.
    ///
    /// With `closing` the connection ends with the answer; with `persisting` it goes on, for an HTTP/1.0 client that asked for
    /// it. `requestID` is the number of the request, if the answer names it, and `length` the stated length of the body, where that
    /// is false.
    @inline(__always)
    package static func append(
        _ response: borrowing Response, date: borrowing HTTPDate, closing: Bool, persisting: Bool,
        requestID: UInt64?, length: Int? = nil, to output: inout ByteBuffer
    ) {
        let status = response.status
        if status == .ok, response.extras == nil {
            output.append(date.openingOfOK)
            output.append(decimal: length ?? response.body.count)
        } else {
            output.append("HTTP/1.1 ")
            output.append(decimal: status.code)
            output.append(" ")
            output.append(status.reason)
            output.append("\r\ndate: ")
            if let date = response.date {
                HTTPDate.append(seconds: date.secondsSince1970, to: &output)
            } else {
                output.append(date.bytes)
            }
            if !status.isBodiless {
                output.append("\r\ncontent-length: ")
                output.append(decimal: length ?? response.body.count)
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
