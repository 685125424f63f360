#include "cli/local/in_process.hpp"

#include "pipeline/column_value.hpp"
#include "storage/text_key.hpp"

#include <fmt/format.h>

#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>

namespace rookery::cli {
namespace {

const schema::Table& known_table(std::string_view name) {
    const auto* table = schema::table(name);
    if (table == nullptr) throw std::logic_error(fmt::format("no table {}", name));
    return *table;
}

const schema::Column& known_column(const schema::Table& table, std::string_view name) {
    const auto* column = table.column(name);
    if (column == nullptr) throw std::logic_error(fmt::format("no column {}.{}", table.name, name));
    return *column;
}

template <class T>
Result<T> ask(
    messages::Vault& vault, const access::Caller& caller, const messages::Message& message
) {
    ROOKERY_TRY(auto receipt, vault.run(caller, message));
    return messages::take_reply_as<T>(std::move(receipt));
}

}  // namespace

RowInput::RowInput(std::string_view table) : table_(&known_table(table)) {}

RowInput& RowInput::set(std::string_view column, messages::InputValue value) {
    input_.cells.push_back({&known_column(*table_, column), std::move(value)});
    return *this;
}

messages::Target target(std::string_view table, const Uuid& id) {
    return {&known_table(table), id};
}

Result<messages::MessageReply::Body> run_message(
    messages::Vault& vault, const access::Caller& caller, const messages::Message& message
) {
    ROOKERY_TRY(auto receipt, vault.run(caller, message));
    ROOKERY_TRY(const auto reply, messages::take_reply(std::move(receipt)));
    return std::move(reply->body);
}

Result<Uuid> create_row(messages::Vault& vault, const access::Caller& caller, RowInput row) {
    messages::Create create;
    create.table = &row.table();
    create.input = std::move(row).take();
    ROOKERY_TRY(const auto done, ask<messages::NoContent>(vault, caller, std::move(create)));
    if (!done.id) return fail(Errc::internal, "Create answered without an id");
    return *done.id;
}

Result<Uuid> create_administrator(messages::Vault& vault, const std::string& name) {
    if (!storage::is_utf8(name)) return fail(Errc::usage, "the administrator's name is not UTF-8");
    const auto email = name.find('@') == std::string::npos ? name + "@localhost" : name;
    const auto& users = known_table("systemuser");
    const auto& first_name = known_column(users, "firstname");
    // From outside, so checked like what stands in a body.
    for (const auto& [column, text] :
         {std::pair{"domainname", &name}, std::pair{"internalemailaddress", &email}}) {
        ROOKERY_CHECK(
            messages::column_value(users, known_column(users, column), std::string_view{*text})
        );
    }
    RowInput user("systemuser");
    user.set("domainname", name)
        .set("firstname", std::string{storage::first_code_points(name, first_name.length_max)})
        .set("lastname", std::string{"Administrator"})
        .set("internalemailaddress", email)
        .set("businessunitid", target("businessunit", vault.root_business_unit()));
    return create_row(vault, vault.system(), std::move(user));
}

Result<void> associate(
    messages::Vault& vault, const access::Caller& caller, std::string_view association,
    const Uuid& first, const Uuid& second
) {
    const auto* known = schema::association(association);
    if (known == nullptr) throw std::logic_error(fmt::format("no association {}", association));
    messages::Associate message;
    message.association = known;
    message.parent = target(known->first, first);
    message.child = target(known->second, second);
    ROOKERY_CHECK(run_message(vault, caller, messages::Message{std::move(message)}));
    return {};
}

Result<messages::CredentialReply> create_credential(
    messages::Vault& vault, const access::Caller& caller, const Uuid& user, std::string_view name,
    std::chrono::seconds lifetime
) {
    messages::CreateCredential message;
    message.user = user;
    message.name = name;
    message.lifetime = lifetime;
    return ask<messages::CredentialReply>(vault, caller, std::move(message));
}

Result<std::vector<Uuid>> find_rows(
    messages::Vault& vault, const access::Caller& caller, std::string_view table,
    std::string_view column, std::string_view value
) {
    messages::RetrieveMultiple message;
    message.table = &known_table(table);
    message.selection.columns = {&known_column(*message.table, message.table->primary_id)};
    messages::Compare compare;
    compare.column = &known_column(*message.table, column);
    compare.op = messages::Comparison::eq;
    compare.operand = storage::Value{std::string{value}};
    message.filter = messages::Filter{std::move(compare)};
    message.top = 2;
    ROOKERY_TRY(const auto list, ask<messages::ListReply>(vault, caller, std::move(message)));
    std::vector<Uuid> ids;
    for (const auto& row : list.rows) ids.push_back(row.row->id);
    return ids;
}

}  // namespace rookery::cli
