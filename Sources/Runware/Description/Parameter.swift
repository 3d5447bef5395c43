import Bytes
import JSON

/// One parameter of a task: its name, whether it must be there, what may stand in it, and where that goes.
struct Parameter<Task>: Sendable {
    let name: StaticString
    let isRequired: Bool
    let bounds: Bounds
    /// The parameters inside, if it is an object of such.
    let inner: [Parameter]
    /// Puts a value in its place; says whether it fits.
    private let assign: @Sendable (JSONValue, inout Task) -> Bool

    private init(
        _ name: StaticString, isRequired: Bool, _ bounds: Bounds, inner: [Parameter] = [],
        assign: @escaping @Sendable (JSONValue, inout Task) -> Bool
    ) {
        (self.name, self.isRequired, self.bounds, self.inner) = (name, isRequired, bounds, inner)
        self.assign = assign
    }

    /// A parameter that must be there.
    static func required<Value>(
        _ name: StaticString, _ path: any WritableKeyPath<Task, Value> & Sendable, _ kind: Kind<Value>
    ) -> Parameter {
        Parameter(name, isRequired: true, kind.bounds) { value, task in
            guard let read = kind.read(value) else { return false }
            task[keyPath: path] = read
            return true
        }
    }

    /// The same for what is nothing until it is read.
    static func required<Value>(
        _ name: StaticString, _ path: any WritableKeyPath<Task, Value?> & Sendable, _ kind: Kind<Value>
    ) -> Parameter {
        Parameter(name, isRequired: true, kind.bounds) { value, task in
            guard let read = kind.read(value) else { return false }
            task[keyPath: path] = read
            return true
        }
    }

    /// A parameter that may be absent; the task has then what it had.
    static func optional<Value>(
        _ name: StaticString, _ path: any WritableKeyPath<Task, Value> & Sendable, _ kind: Kind<Value>
    ) -> Parameter {
        Parameter(name, isRequired: false, kind.bounds) { value, task in
            guard let read = kind.read(value) else { return false }
            task[keyPath: path] = read
            return true
        }
    }

    /// The same for what is nothing if it is absent.
    static func optional<Value>(
        _ name: StaticString, _ path: any WritableKeyPath<Task, Value?> & Sendable, _ kind: Kind<Value>
    ) -> Parameter {
        Parameter(name, isRequired: false, kind.bounds) { value, task in
            guard let read = kind.read(value) else { return false }
            task[keyPath: path] = read
            return true
        }
    }

    /// An object of parameters. That it is there at all is written to `isThere`, where that matters.
    static func group(
        _ name: StaticString, isRequired: Bool = false,
        isThere: (any WritableKeyPath<Task, Bool> & Sendable)? = nil, _ inner: [Parameter]
    ) -> Parameter {
        Parameter(name, isRequired: isRequired, Bounds(type: "object", wants: "an object"), inner: inner) {
            value, task in
            guard value.kind == .object else { return false }
            if let isThere { task[keyPath: isThere] = true }
            return true
        }
    }

    /// Puts a value in its place; says whether it fits.
    func take(_ value: JSONValue, into task: inout Task) -> Bool { assign(value, &task) }
}
