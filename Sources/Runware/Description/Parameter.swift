import Bytes
import JSON

/// One parameter of a task: its name, whether it is required, its kind, and where its value is stored.
struct Parameter<Task>: Sendable {
    let name: StaticString
    let isRequired: Bool
    let bounds: Bounds
    /// The nested parameters, if this is an object.
    let inner: [Parameter]
    /// Stores a value in the task; returns false if the value is invalid.
    private let assign: @Sendable (JSONValue, inout Task) -> Bool

    private init(
        _ name: StaticString, isRequired: Bool, _ bounds: Bounds, inner: [Parameter] = [],
        assign: @escaping @Sendable (JSONValue, inout Task) -> Bool
    ) {
        (self.name, self.isRequired, self.bounds, self.inner) = (name, isRequired, bounds, inner)
        self.assign = assign
    }

    /// A required parameter.
    static func required<Value>(
        _ name: StaticString, _ path: any WritableKeyPath<Task, Value> & Sendable, _ kind: Kind<Value>
    ) -> Parameter {
        Parameter(name, isRequired: true, kind.bounds) { value, task in
            guard let read = kind.read(value) else { return false }
            task[keyPath: path] = read
            return true
        }
    }

    /// A required parameter whose property is `nil` until it is read.
    static func required<Value>(
        _ name: StaticString, _ path: any WritableKeyPath<Task, Value?> & Sendable, _ kind: Kind<Value>
    ) -> Parameter {
        Parameter(name, isRequired: true, kind.bounds) { value, task in
            guard let read = kind.read(value) else { return false }
            task[keyPath: path] = read
            return true
        }
    }

    /// An optional parameter; if it is absent, the property keeps its default.
    static func optional<Value>(
        _ name: StaticString, _ path: any WritableKeyPath<Task, Value> & Sendable, _ kind: Kind<Value>
    ) -> Parameter {
        Parameter(name, isRequired: false, kind.bounds) { value, task in
            guard let read = kind.read(value) else { return false }
            task[keyPath: path] = read
            return true
        }
    }

    /// An optional parameter whose property is `nil` if it is absent.
    static func optional<Value>(
        _ name: StaticString, _ path: any WritableKeyPath<Task, Value?> & Sendable, _ kind: Kind<Value>
    ) -> Parameter {
        Parameter(name, isRequired: false, kind.bounds) { value, task in
            guard let read = kind.read(value) else { return false }
            task[keyPath: path] = read
            return true
        }
    }

    /// An object of nested parameters. Its presence is stored in `isThere`, if given.
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

    /// Stores a value in the task; returns false if the value is invalid.
    func take(_ value: JSONValue, into task: inout Task) -> Bool { assign(value, &task) }
}
