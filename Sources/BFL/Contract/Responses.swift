import JSON

/// The response schemas of the contract.
enum Responses {
    static let async = ObjectShape(
        "AsyncResponse",
        [.init("id", .text, required: true), .init("polling_url", .text, required: true)] + price)

    static let asyncWebhook = ObjectShape(
        "AsyncWebhookResponse",
        [
            .init("id", .text, required: true), .init("status", .text, required: true),
            .init("webhook_url", .text, required: true),
        ] + price)

    private static let price: [ObjectShape.Member] = [
        .init("cost", .optional(.number), "Cost in credits for this request"),
        .init("input_mp", .optional(.number), "Input megapixels (2 decimal places)"),
        .init("output_mp", .optional(.number), "Output megapixels (2 decimal places)"),
    ]

    static let result = ObjectShape(
        "ResultResponse",
        [
            .init("id", .text, required: true, "Task id for retrieving result"),
            .init("status", .reference("StatusResponse"), required: true),
            .init("result", .optional(.any)),
            .init("progress", .optional(.number)),
            .init("details", .optional(.object)),
            .init("preview", .optional(.object)),
        ])

    static let credits = ObjectShape(
        "CreditsResponse", [.init("credits", .number, required: true, "User's current credit balance")])

    static let validationErrors = ObjectShape(
        "HTTPValidationError", [.init("detail", .array(.reference("ValidationError")))])

    static let validationError = ObjectShape(
        "ValidationError",
        [
            .init("loc", .array(.either([.text, .integer()])), required: true, title: "Location"),
            .init("msg", .text, required: true, title: "Message"),
            .init("type", .text, required: true, title: "Error Type"),
        ])
}
