// rky_RetrieveKeyStatus: which keys there are, in which state, and what is due.
#include "crypto/key_words.hpp"
#include "odata/operations/operation.hpp"

namespace rookery::odata::operations::rky_retrieve_key_status {
namespace {

void write_key(JsonWriter& json, const crypto::KeyEntry& key) {
    json.begin_object();
    json.key("Purpose");
    json.text(crypto::name(key.purpose));
    json.key("Version");
    json.number(std::uint64_t{key.version});
    json.key("State");
    json.text(crypto::name(key.state));
    json.key("KeyId");
    json.text(to_hex(key.id));
    json.key("CreatedOn");
    json.time(key.created);
    json.key("ChangedOn");
    json.time(key.changed);
    if (key.purpose == crypto::Purpose::record_kek) {
        json.key("Uses");
        json.number(key.uses_reserved);
    }
    json.end_object();
}

void write(JsonWriter& json, const messages::KeyStatusReply& reply) {
    json.key("KeyringEpoch");
    json.number(reply.epoch);
    json.key("SlotSet");
    json.number(reply.slot_set);
    json.key("Keys");
    json.begin_array();
    for (const auto& key : reply.keys) write_key(json, key);
    json.end_array();
    json.key("Due");
    json.begin_array();
    for (const auto& line : reply.due) json.text(line);
    json.end_array();
}

constexpr Operation operation{
    .name = "rky_RetrieveKeyStatus",
    .kind = OperationKind::function,
    .read = reads_nothing<messages::RetrieveKeyStatus>,
    .write = writes<write>,
};

}  // namespace

extern constinit const Rows table_rows{&operation, 1};

}  // namespace rookery::odata::operations::rky_retrieve_key_status
