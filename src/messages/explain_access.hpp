// rky_ExplainAccess: what would become of a user's message, and by which rule.
#pragma once

#include "messages/explain_reply.hpp"
#include "pipeline/authorized.hpp"

namespace rookery::messages {

/// A message, or a right that several messages need, that rky_ExplainAccess can be asked about.
enum class Explained : std::uint8_t {
    retrieve,
    retrieve_multiple,
    create,
    update,
    remove,
    assign,
    set_state,
    append,
    append_to,
};

/// A name of the parameter Message, and whether it is about a record or a table.
struct ExplainedName {
    std::string_view name;
    Explained what;
    bool of_record = true;
};

inline constexpr ExplainedName explained_names[] = {
    {"Retrieve", Explained::retrieve},
    {"RetrieveMultiple", Explained::retrieve_multiple, false},
    {"Create", Explained::create, false},
    {"Update", Explained::update},
    {"Delete", Explained::remove},
    {"Assign", Explained::assign},
    {"SetState", Explained::set_state},
    {"Append", Explained::append},
    {"AppendTo", Explained::append_to},
};

/// Of the caller himself as he calls, with what his credential carries; of others as they are. An asker who
/// may know of every record hears why one is out of the user's reach; who asks about himself hears what he
/// would hear if he sent the message. Errc: not_found, key_not_found, invalid_argument for a message that the
/// table does not have and for an owner who is it already.
struct ExplainAccess {
    std::optional<Uuid> user;  // nothing: the caller
    Explained what = Explained::retrieve;
    const schema::Table* table = nullptr;
    std::optional<Target> record;  // of the table; nothing for what is about the table alone
    const schema::Column* column = nullptr;  // sealed
    std::optional<Uuid> owner;               // assign: the new one; nothing: the user himself

    using Plan = Authorized<Act>;

    [[nodiscard]] MessageFacts facts() const;
    [[nodiscard]] Result<void> check_texts() const;
    [[nodiscard]] access::Decision admit(const Asker& asker) const;
    [[nodiscard]] Judged<Plan> plan(PlanBuilder& builder) const;
    [[nodiscard]] Result<MessageReply::Body> execute(PlanBuilder& builder, Plan plan) const;
};

}  // namespace rookery::messages
