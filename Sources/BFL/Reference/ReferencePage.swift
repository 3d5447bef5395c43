import Bytes

enum ReferencePage { static func html(base: String) -> ByteBuffer { ByteBuffer(base) } }
