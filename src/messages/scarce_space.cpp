#include "messages/scarce_space.hpp"

#include <type_traits>

#include "access/administration.hpp"
#include "schema/known_tables.hpp"
#include "storage/space_watch.hpp"

namespace rookery::messages {
namespace {

template <class M, class... Kinds>
constexpr bool one_of = (std::is_same_v<M, Kinds> || ...);

/// Whether it can leave the vault with more than there was. An update may as well: what it replaces is
/// there until the store has been compacted.
template <class M>
constexpr bool stores_new =
    one_of<M, Create, CreateMultiple, Upsert, UpsertMultiple, Associate, AddPrivilegesRole,
           CreateCredential>;

/// Takes access away: whoever may stop a user may do so on a full disk.
bool disables_a_user(const Message& message) {
    const auto* upsert = std::get_if<Upsert>(&message);
    if (upsert == nullptr || !upsert->preconditions.must_exist || upsert->input.cells.size() != 1 ||
        upsert->target.table != &schema::known::systemuser) {
        return false;
    }
    const auto& cell = upsert->input.cells.front();
    const auto* value = std::get_if<bool>(&cell.value);
    return cell.column->name == "isdisabled" && value != nullptr && *value;
}

bool administrates(const access::Facts& facts, const access::Caller& caller) {
    if (caller.method != access::AuthMethod::bearer) return true;  // the vault's own work
    return access::is_system_administrator(caller, facts);
}

}  // namespace

Result<void> check_space(const Planning& planning) {
    if (planning.parts.space->level() < storage::SpaceLevel::scarce) return {};
    const bool stores = std::visit(
        [](const auto& message) { return stores_new<std::decay_t<decltype(message)>>; },
        planning.message
    );
    if (!stores || disables_a_user(planning.message) || administrates(planning.facts(), planning.caller)) return {};
    return fail(
        Errc::no_space,
        "The vault's disk is nearly full: only administrators store something new.",
        "free or add disk space"
    );
}

Error out_of_space() {
    return {
        Errc::no_space, "The vault's disk is full: nothing is answered until there is space again.",
        "free or add disk space"};
}

}  // namespace rookery::messages
