// Messages run in this process on an open Vault: for commands that hold the data directory themselves
// (`dev`, `init`, offline `token` and `status`). The same messages as over the API, through the
// same pipeline. One thread.
#pragma once

#include "base/result.hpp"
#include "base/uuid.hpp"
#include "messages/message.hpp"
#include "pipeline/reply.hpp"
#include "vault/vault.hpp"

#include <chrono>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace rookery::cli {

/// A row as a body would give it. Precondition of all names: they are in the schema.
class RowInput {
 public:
    explicit RowInput(std::string_view table);

    RowInput& set(std::string_view column, messages::InputValue value);

    [[nodiscard]] const schema::Table& table() const { return *table_; }

    [[nodiscard]] messages::Input take() && { return std::move(input_); }

 private:
    const schema::Table* table_;
    messages::Input input_;
};

/// A row named by its id.
[[nodiscard]] messages::Target target(std::string_view table, const Uuid& id);

/// The reply's body; an ErrorReply comes back as its Error.
[[nodiscard]] Result<messages::MessageReply::Body> run_message(
    messages::Vault& vault, const access::Caller& caller, const messages::Message& message
);

/// The new row's id.
[[nodiscard]] Result<Uuid> create_row(
    messages::Vault& vault, const access::Caller& caller, RowInput row
);

/// A user in the root business unit, by a domain name that may be an e-mail address. No role yet. The vault
/// refuses a domain name that somebody has.
[[nodiscard]] Result<Uuid> create_administrator(messages::Vault& vault, const std::string& name);

/// Puts `second` into `association` with `first` (ids of the association's two tables, in its
/// order).
[[nodiscard]] Result<void> associate(
    messages::Vault& vault, const access::Caller& caller, std::string_view association,
    const Uuid& first, const Uuid& second
);

[[nodiscard]] Result<messages::CredentialReply> create_credential(
    messages::Vault& vault, const access::Caller& caller, const Uuid& user, std::string_view name,
    std::chrono::seconds lifetime
);

/// Ids of the rows of `table` whose text `column` equals `value`; at most two, since one is wanted.
[[nodiscard]] Result<std::vector<Uuid>> find_rows(
    messages::Vault& vault, const access::Caller& caller, std::string_view table,
    std::string_view column, std::string_view value
);

}  // namespace rookery::cli
