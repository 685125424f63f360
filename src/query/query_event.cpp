#include "query/query_event.hpp"

#include <string>

namespace rookery::messages {

audit::Action list_action(const schema::Table& table) {
    return table.of_log ? audit::Action::audit_read : audit::Action::list;
}

void add_query(audit::Event& event, const Query& query) {
    if (query.filter) event.extras.emplace_back("filter", shape(*query.filter));
    if (const auto source = datasource_of(query.source); !source.empty()) {
        event.extras.emplace_back("datasource", std::string(source));
    }
    if (!query.kept_as) return;
    const auto* table = schema::table(query.kept_as->table);
    event.extras.emplace_back(std::string(table->name), to_string(query.kept_as->id));
}

}  // namespace rookery::messages
