#include "identity/impersonate.hpp"

#include "access/built_in.hpp"
#include "access/decide.hpp"
#include "schema/known_tables.hpp"

#include <utility>

namespace rookery::identity {
namespace {

/// The same for everybody who is not told more: whether there is such a user is for those who may read him.
Error denied() {
    return {
        Errc::impersonation_denied,
        "The caller may not act on behalf of this user.",
        "it takes prvActOnBehalfOfAnotherUser, Read on the user, and that he is enabled",
        {}};
}

/// Nothing: there is no such user, or two names lead to two.
std::optional<Uuid> named_by(const Impersonation& asked, const access::Facts& facts) {
    auto out = asked.user;
    if (asked.entra_object) {
        const auto found = facts.user_by_entra_object(*asked.entra_object);
        if (!found || (out && *out != *found)) return std::nullopt;
        out = found;
    }
    return out && facts.user(*out) != nullptr ? out : std::nullopt;
}

bool may_act_for(const access::Caller& sender, const Uuid& user, const access::Facts& facts) {
    if (access::is_built_in_user(user) || !facts.enabled(user)) return false;
    access::Needs needs;
    needs.need(schema::prv_act_on_behalf);
    const access::Principal principal{access::PrincipalKind::user, user};
    const access::RowFacts row{user, principal, facts.user(user)->business_unit};
    needs.need(schema::known::systemuser, schema::Right::read, row);
    return access::decide(sender, needs, facts).allowed();
}

}  // namespace

Sender impersonate(Sender sender, const Impersonation& asked, const access::Facts& facts) {
    if (asked.unreadable) {
        sender.denied = asked.unreadable;
        return sender;
    }
    if (!asked.user && !asked.entra_object) return sender;
    const auto user = named_by(asked, facts);
    if (user == sender.caller.user) return sender;
    if (!user || !may_act_for(sender.caller, *user, facts)) sender.denied = denied();
    // For the log, which names both, whatever comes of it.
    sender.caller.delegate = sender.caller.user;
    sender.caller.user = user ? *user : asked.user.value_or(asked.entra_object.value_or(Uuid{}));
    return sender;
}

}  // namespace rookery::identity
