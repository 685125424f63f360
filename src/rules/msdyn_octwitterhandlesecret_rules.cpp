#include "pipeline/needs.hpp"
#include "rules/table_rules.hpp"
#include "schema/known_tables.hpp"
#include "storage/index_key.hpp"

namespace rookery::messages::msdyn_octwitterhandlesecret_rules {
namespace {

Result<RowPtr> find_handle(const WriteCheck& write, const KeyValues& key) {
    const auto& handles = schema::known::msdyn_octwitterhandle;
    if (write.beside != nullptr) {
        for (const auto& [ref, row] : *write.beside) {
            if (ref.table == handles.id && storage::carries(*row, *key.key, key.values)) return row;
        }
    }
    return write.builder.reading.find_for_caller(handles, key, schema::Right::append_to);
}

/// A record is bound to a unique handle id only by somebody who may append to the handle row
/// that carries it: otherwise anyone could take the place that an agent asks by. A handle that he
/// knows nothing of is not there.
Result<void> check_write(const WriteCheck& write) {
    const auto& row = write.draft.row;
    const auto* unique = row.get<std::string>("msdyn_octwitteruniquehandleid");
    const auto* old = write.before == nullptr
                          ? nullptr
                          : write.before->get<std::string>("msdyn_octwitteruniquehandleid");
    if (unique == nullptr || (old != nullptr && *old == *unique)) return {};
    const auto& handles = schema::known::msdyn_octwitterhandle;
    auto handle = find_handle(write, {&handles.keys.front(), {*unique}});
    if (!handle && handle.error().code != Errc::key_not_found) return fail(handle.error());
    if (!handle) {
        return fail(
            Errc::invalid_argument,
            "No msdyn_octwitterhandle within the caller's reach carries this "
            "msdyn_octwitteruniquehandleid.",
            "create the handle first, or ask for rights on it"
        );
    }
    const auto* lookup = row.get<storage::RowRef>("msdyn_octwitterhandleid");
    if (lookup != nullptr && lookup->id != (*handle)->id) {
        return fail(
            Errc::invalid_argument,
            "msdyn_octwitterhandleid names another handle than msdyn_octwitteruniquehandleid."
        );
    }
    add_need(write.needs, schema::Right::append_to, **handle);
    return {};
}

}  // namespace

extern const TableRules rules;
constinit const TableRules rules{
    .table = &schema::known::msdyn_octwitterhandlesecret,
    .check_write = check_write,
};

}  // namespace rookery::messages::msdyn_octwitterhandlesecret_rules
