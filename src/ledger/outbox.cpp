#include "ledger/outbox.hpp"

#include "base/integrity_failure.hpp"

namespace rookery::ledger {

storage::KeyRange whole_outbox() {
    const std::string prefix(outbox_prefix);
    return {storage::Family::meta, prefix, storage::prefix_end(prefix)};
}

std::string outbox_key(const storage::RowRef& record) {
    StringWriter key(outbox_prefix.size() + 18);
    key.text(outbox_prefix).u16(record.table).bytes(record.id.view());
    return std::move(key).take();
}

std::string outbox_value(const OutboxEntry& entry) {
    StringWriter value(18);
    value.u64(entry.versionnumber)
        .u8(static_cast<std::uint8_t>(entry.operation))
        .u8(static_cast<std::uint8_t>(entry.state))
        .u64(to_ms(entry.changed));
    return std::move(value).take();
}

Result<OutboxEntry> parse_outbox_entry(std::string_view key, std::string_view value) {
    ByteReader key_reader(bytes_of(key));
    const auto prefix = key_reader.bytes(outbox_prefix.size());
    OutboxEntry entry;
    entry.record.table = key_reader.u16();
    entry.record.id = Uuid{key_reader.array<16>()};
    ByteReader value_reader(bytes_of(value));
    entry.versionnumber = value_reader.u64();
    const auto operation = value_reader.u8();
    entry.operation = static_cast<OutboxOperation>(operation);
    const auto state = value_reader.u8();
    entry.state = static_cast<OutboxState>(state);
    entry.changed = from_ms(value_reader.u64());
    if (!key_reader.done() || !value_reader.done() || text_of(prefix) != outbox_prefix ||
        operation == 0 || operation > static_cast<std::uint8_t>(OutboxOperation::remove) ||
        state > static_cast<std::uint8_t>(OutboxState::parked)) {
        return integrity_failure();
    }
    return entry;
}

}  // namespace rookery::ledger
