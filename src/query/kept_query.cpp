#include "query/kept_query.hpp"

#include "access/decide.hpp"
#include "pipeline/needs.hpp"
#include "pipeline/reading.hpp"

namespace rookery::messages {

Result<std::string> kept_query(
    const View& view, const access::Caller& caller, const storage::RowRef& query,
    const schema::Table& of
) {
    const auto& table = *schema::table(query.table);
    const Reading reading(view, view.keys().authenticator, caller);
    ROOKERY_TRY(const auto found, reading.peek(table, query.id));
    if (!found.row) return fail(does_not_exist(table, query.id));
    if (!table.made) {
        access::Needs needs;
        add_need(needs, schema::Right::read, *found.row);
        if (!access::decide(caller, needs, view.facts()).allowed()) {
            return fail(does_not_exist(table, query.id));
        }
    }
    const auto* asked_of = found.row->get<std::string>("returnedtypecode");
    if (asked_of == nullptr || *asked_of != of.name) {
        return fail(
            Errc::other_table,
            "The query is not of the table that the URL names, '" + std::string(of.name) + "'."
        );
    }
    const auto* fetch = found.row->get<std::string>("fetchxml");
    return fetch == nullptr ? std::string{} : *fetch;
}

}  // namespace rookery::messages
