// rky_RetrieveWhoCan, rky_RetrieveAccessOf and rky_ExplainAccess: what decides, told to people. Nothing is
// computed here that the pipeline does not decide by: readers and rights are access::explain's, and an
// explained message goes through admission, resolve, decide, execute and the check of its effect as if it
// had been sent, and is dropped then.
#pragma once

#include "messages/authorized.hpp"
#include "messages/planning.hpp"

namespace rookery::messages {

/// A name of rky_ExplainAccess's parameter Message, and whether it is about a record or a table.
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

/// Errc: not_found, key_not_found for the record.
[[nodiscard]] Result<WhoCanReply> who_can(
    Planning& planning, const RetrieveWhoCan& message, const Authorized& authorized
);

/// Errc::not_found for the user.
[[nodiscard]] Result<AccessOfReply> access_of(
    Planning& planning, const RetrieveAccessOf& message, const Authorized& authorized
);

/// Of the caller himself as he calls, with what his credential carries; of others as they are. An asker who
/// may know of every record hears why one is out of the user's reach; who asks about himself hears what he
/// would hear if he sent the message. Errc: not_found, key_not_found, invalid_argument for a message that the
/// table does not have and for an owner who is it already.
[[nodiscard]] Result<ExplainReply> explain(
    Planning& planning, const ExplainAccess& message, const Authorized& authorized
);

}  // namespace rookery::messages
