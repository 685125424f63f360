// Requests that somebody in the world could send: every message that writes, on every table that
// has one, about rows that are there and rows that are not yet. Most callers are drawn among those
// who hold a privilege that the request needs, so that a good part of them is allowed.
#pragma once

#include "rights/random_rows.hpp"

namespace rookery::rights {

struct Request {
    Means caller;
    messages::Message message;
};

class RandomRequests {
 public:
    RandomRequests(const Trial& trial, Draws& draws, Ids& ids)
        : trial_(trial), draws_(draws), rows_(trial, draws, ids) {}

    [[nodiscard]] Request next();
    /// Anybody, and sometimes by a credential.
    [[nodiscard]] Means somebody();
    /// With tokens or without.
    [[nodiscard]] std::optional<Uuid> record();

 private:
    using Made = std::optional<messages::Message>;

    /// A kind of request, how often it is drawn, and how it is made.
    struct Kind {
        unsigned weight;
        Made (RandomRequests::*make)();
    };

    static const Kind kinds[];

    Made update();
    Made create();
    Made create_many();
    Made upsert_many();
    Made update_many();
    Made reassign();
    Made move_user();
    Made remove();
    Made restore();
    messages::Input for_return(const schema::Table& table);
    Made retain();
    Made roll_back_retain();
    Made purge_retained();
    Made associate();
    Made disassociate();
    Made relate();
    Made unrelate();
    Made add_privileges();
    Made remove_privilege();
    Made create_credential();
    Made revoke_credential();
    Made confirm_credential();
    Made grant_access();
    Made modify_access();
    Made revoke_access();

    template <class M>
    Made sharing();

    template <class M>
    Made pair(bool there);
    template <class M>
    Made related();
    [[nodiscard]] Means caller();

    const Trial& trial_;
    Draws& draws_;
    RandomRows rows_;
    const schema::Privilege* needs_ = nullptr;  // what the request being made needs of its caller
};

}  // namespace rookery::rights
