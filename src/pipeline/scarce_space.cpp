#include "pipeline/scarce_space.hpp"

#include "access/administration.hpp"
#include "storage/space_watch.hpp"

namespace rookery::messages {
namespace {

bool administrates(const access::Facts& facts, const access::Caller& caller) {
    const bool own_work =
        caller.method == AuthMethod::internal || caller.method == AuthMethod::none;
    if (own_work) return true;
    return access::is_system_administrator(caller, facts);
}

}  // namespace

Result<void> check_space(const PlanBuilder& builder) {
    if (builder.services.space.level() < storage::SpaceLevel::scarce) return {};
    const bool stores = builder.message.stores == Stores::something_new;
    if (!stores || administrates(builder.facts(), builder.caller)) return {};
    return fail(
        Errc::no_space,
        "The vault's disk is nearly full: only administrators store something new.",
        "free or add disk space"
    );
}

Error out_of_space() {
    return {
        Errc::no_space,
        "The vault's disk is full: nothing is answered until there is space again.",
        "free or add disk space"};
}

}  // namespace rookery::messages
