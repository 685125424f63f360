// Messages in short, as one caller sends them, and what became of them.
#pragma once

#include "support/test_vault.hpp"
#include "vault/genesis.hpp"

#include <optional>
#include <string_view>
#include <utility>
#include <vector>

namespace rookery::test {

/// Errc::count_ for what went well.
template <class T>
Errc code(const Result<T>& result) {
    return result ? Errc::count_ : result.error().code;
}

template <class... Cells>
messages::Input input_of([[maybe_unused]] std::string_view table, Cells&&... cells) {
    messages::Input input;
    (input.cells.push_back(TestVault::cell(
         table, cells.first, messages::InputValue(std::forward<Cells>(cells).second)
     )),
     ...);
    return input;
}

class Sender {
 public:
    Sender(TestVault& vault, access::Caller caller) : vault_(vault), caller_(std::move(caller)) {}

    template <class... Cells>
    [[nodiscard]] Result<Uuid> create(std::string_view table, Cells&&... cells) {
        messages::Create message;
        message.table = schema::table(table);
        message.input = input_of(table, std::forward<Cells>(cells)...);
        ROOKERY_TRY(const auto made, vault_.run<messages::NoContent>(caller_, std::move(message)));
        return *made.id;
    }

    /// Of a row that is there: If-Match: *.
    template <class... Cells>
    [[nodiscard]] Result<void> update(std::string_view table, const Uuid& id, Cells&&... cells) {
        messages::Upsert message;
        message.target = TestVault::target(table, id);
        message.preconditions.must_exist = true;
        message.input = input_of(table, std::forward<Cells>(cells)...);
        return send(std::move(message));
    }

    [[nodiscard]] Result<void> remove(std::string_view table, const Uuid& id) {
        messages::Delete message;
        message.target = TestVault::target(table, id);
        return send(std::move(message));
    }

    [[nodiscard]] Result<void> associate(
        std::string_view association, const Uuid& first, const Uuid& second
    ) {
        return send(pair_of<messages::Associate>(association, first, second));
    }

    [[nodiscard]] Result<void> disassociate(
        std::string_view association, const Uuid& first, const Uuid& second
    ) {
        return send(pair_of<messages::Disassociate>(association, first, second));
    }

    [[nodiscard]] Result<void> send(messages::Message message) {
        ROOKERY_CHECK(vault_.run<messages::NoContent>(caller_, std::move(message)));
        return {};
    }

    /// The row as it is stored, or why it is not shown.
    [[nodiscard]] Result<std::shared_ptr<const storage::Row>> row(
        std::string_view table, const Uuid& id
    ) {
        messages::Retrieve message;
        message.target = TestVault::target(table, id);
        ROOKERY_TRY(const auto shown, vault_.run<messages::RowReply>(caller_, std::move(message)));
        return shown.row.row;
    }

    [[nodiscard]] bool there(std::string_view table, const Uuid& id) {
        const auto found = row(table, id);
        if (!found) REQUIRE(found.error().code == Errc::not_found);
        return found.has_value();
    }

    [[nodiscard]] TestVault& vault() { return vault_; }

 private:
    template <class Message>
    static Message pair_of(std::string_view association, const Uuid& first, const Uuid& second) {
        Message message;
        message.association = schema::association(association);
        message.parent = TestVault::target(message.association->first, first);
        message.child = TestVault::target(message.association->second, second);
        return message;
    }

    TestVault& vault_;
    access::Caller caller_;
};

inline Sender system_of(TestVault& vault) { return {vault, vault.vault().system()}; }

/// A user who holds System Administrator.
inline Sender administrator_of(TestVault& vault) {
    const auto user = vault.user("administrator");
    vault.associate("systemuserroles_association", user, messages::system_administrator_role);
    return {vault, TestVault::caller(user)};
}

}  // namespace rookery::test
