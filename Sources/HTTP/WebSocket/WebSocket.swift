/// The WebSocket protocol (RFC 6455) as values over bytes: nothing here reads a socket or knows the server.
public enum WebSocket {}
