// Push: one record to the organization, by the id it has here. Every write says whether it creates or
// updates, so that nothing is overwritten or resurrected by mistake. Knows nothing of the vault.
// One per thread.
#pragma once

#include "base/clock.hpp"
#include "base/uuid.hpp"
#include "schema/schema.hpp"
#include "sync/gate.hpp"
#include "sync/organization_client.hpp"
#include "sync/payload.hpp"
#include "sync/sign_in.hpp"
#include "sync/verdict.hpp"

#include <chrono>
#include <optional>
#include <string>

namespace rookery::sync {

enum class Ending : std::uint8_t {
    done,
    refused,             // for good
    referenced_missing,  // a row that the record names is not there
    later,               // this record may go through later
    pause,               // nothing can be pushed now
    interrupted,         // the gate shut or the worker stops; nobody's fault
};

struct PushResult {
    Ending ending = Ending::interrupted;
    PushOperation operation = PushOperation::update;  // the last write tried, or read for
    int status = 0;                                   // 0: no answer
    std::string code = {};                            // one that messages::is_push_code knows
    std::string missing_privilege = {};
    bool outcome_unknown = false;  // a request may yet arrive: read back before the next
    std::string why = {};          // pause: our words
    std::optional<std::chrono::seconds> wait = {};  // pause: what the organization asked for
};

/// What is known of the record before it is pushed. Unless this application made it and every outcome
/// is known, the organization is read before a write that touches what is there, and the write names
/// what was found.
struct Before {
    bool outcome_unknown = false;  // an earlier request may yet arrive
    bool created_by_us = false;    // this application made the record there
};

class Push {
 public:
    Push(OrganizationClient& organization, SignIn& sign_in, Gate& gate, const Clock& clock)
        : organization_(organization), sign_in_(sign_in), gate_(gate), clock_(clock) {}

    /// `begin` is the branch that is likelier right: create or update. What is there already is
    /// touched only if this application made it: ids are chosen by clients, and one of them may be
    /// somebody else's record over there. That is refused with 0x80040237.
    [[nodiscard]] PushResult upsert(
        const schema::Table& table, const Uuid& id, const Payload& payload, PushOperation begin,
        Before before
    );

    /// Done as well when it is not there.
    [[nodiscard]] PushResult remove(const schema::Table& table, const Uuid& id, Before before);

 private:
    class Upsert;
    struct Request;
    struct Sent;
    struct Found;

    /// With a new token if the one at hand is not taken.
    [[nodiscard]] Sent send(const Request& request);
    [[nodiscard]] Sent send_once(const Request& request);
    /// `read_for` is the write that comes next: what ends the push ends it as that one.
    [[nodiscard]] Found read_back(
        const schema::Table& table, const std::string& path, PushOperation read_for
    );

    /// Nothing, and `end` says why, when it cannot be learned now.
    [[nodiscard]] std::optional<Uuid> user_there(
        PushOperation read_for, std::optional<PushResult>& end
    );

    OrganizationClient& organization_;
    SignIn& sign_in_;
    Gate& gate_;
    const Clock& clock_;
    std::optional<Uuid> user_there_;
};

}  // namespace rookery::sync
