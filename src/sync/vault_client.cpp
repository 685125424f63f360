#include "sync/vault_client.hpp"

#include "query/outbox_reader.hpp"
#include "schema/known_tables.hpp"
#include "sync/payload.hpp"

#include <utility>
#include <variant>

namespace rookery::sync {
Result<std::optional<ledger::OutboxEntry>> VaultClient::entry(const storage::RowRef& record) const {
    return messages::outbox_entry(vault_.view(), record);
}

Result<bool> VaultClient::removed(const storage::RowRef& record) const {
    return messages::was_removed(vault_.view(), record);
}

Result<Loaded> VaultClient::load(const storage::RowRef& record) {
    const auto* table = schema::table(record.table);
    messages::Retrieve message;
    message.target = {table, record.id};
    message.selection.columns = columns_to_load(*table);
    auto reply = ask(message);
    if (!reply) {
        if (reply.error().code == Errc::not_found) return Loaded{};
        return fail(reply.error());
    }
    const auto* shown = std::get_if<messages::RowReply>(&(*reply)->body);
    if (shown == nullptr) return fail(Errc::internal, "another kind of reply");
    return Loaded{std::move(*reply), &shown->row};
}

Result<void> VaultClient::complete(
    const ledger::OutboxEntry& entry, messages::PushOutcome outcome
) {
    messages::CompletePush message;
    message.table = schema::table(entry.record.table);
    message.id = entry.record.id;
    message.versionnumber = entry.versionnumber;
    message.outcome = std::move(outcome);
    ROOKERY_CHECK(ask(message));
    return {};
}

Result<std::unique_ptr<messages::MessageReply>> VaultClient::ask(const messages::Message& message) {
    ROOKERY_TRY(auto receipt, vault_.run(caller_, message));
    return messages::take_reply(std::move(receipt));
}

}  // namespace rookery::sync
