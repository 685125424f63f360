// rky_CompletePush: what came of pushing one version of a record. From the sync worker only, never over HTTP.
//
// It goes on the log, the outbox entry is removed or parked, and the record's syncerror rows follow: a failure that parks the
// entry makes or renews one, a success fixes them all.
#pragma once

#include "messages/push_operation.hpp"
#include "pipeline/authorized.hpp"
#include "pipeline/push_code.hpp"

namespace rookery::messages {

/// A record keeps so many syncerror rows, one for each code; a further code takes the oldest's place.
inline constexpr std::size_t sync_errors_per_record = 16;

/// The organization took it.
struct Pushed {
    PushOperation operation = PushOperation::update;
    int status = 0;               // HTTP
    bool owner_left_out = false;  // no principal of the organization is known for the owner
};

/// The organization did not take it. Nothing in here is text of the organization.
struct PushFailed {
    PushOperation operation = PushOperation::update;
    int status = 0;                              // HTTP; 0: there was no answer
    std::string code;                            // is_push_code
    std::string missing_privilege;               // is_privilege_name, if the answer named one
    std::vector<const schema::Column*> columns;  // that were sent
    // The entry is parked, and a syncerror row says why. Else it stays due and is tried again: that is
    // on the log alone.
    bool parks = true;
};

using PushOutcome = std::variant<Pushed, PushFailed>;

struct CompletePushPlan {
    Authorized<Act> push;
    AuthorizedChanges sync_errors;
};

struct CompletePush {
    const schema::Table* table = nullptr;
    Uuid id;
    std::uint64_t versionnumber = 0;  // of the outbox entry that was pushed
    PushOutcome outcome;

    using Plan = CompletePushPlan;

    [[nodiscard]] MessageFacts facts() const;
    [[nodiscard]] Result<void> check_texts() const;
    [[nodiscard]] access::Decision admit(const Asker& asker) const;
    [[nodiscard]] Judged<Plan> plan(PlanBuilder& builder) const;
    [[nodiscard]] Result<MessageReply::Body> execute(PlanBuilder& builder, Plan plan) const;
};

}  // namespace rookery::messages
