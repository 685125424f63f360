#include "rules/retention_terms.hpp"

#include "rules/retains.hpp"
#include "schema/known_tables.hpp"

#include <string>

namespace rookery::messages {
namespace {

std::string_view text_in(const storage::Row& row, std::string_view column) {
    const auto* text = row.get<std::string>(column);
    return text == nullptr ? std::string_view{} : std::string_view{*text};
}

}  // namespace

Result<const schema::Table*> check_criteria(
    const Services& services, std::string_view entity, std::string_view criteria
) {
    if (criteria.empty() || criteria.size() > criteria_max) {
        return fail(
            Errc::invalid_argument,
            "A retention policy has a query as FetchXML, of at most " +
                std::to_string(criteria_max) + " bytes."
        );
    }
    if (!services.read_criteria) {
        return fail(Errc::unsupported, "Queries of retention policies are read by servers alone.");
    }
    ROOKERY_TRY(const auto* table, services.read_criteria(criteria));
    if (!entity.empty() && entity != table->name) {
        return fail(
            Errc::invalid_argument,
            "The query of a retention policy is about another table than the policy: '" +
                std::string(table->name) + "'."
        );
    }
    ROOKERY_CHECK(check_retains(services, *table));
    return table;
}

Result<RetentionTerms> retention_terms(const Services& services, const storage::Row& row) {
    RetentionTerms out;
    const auto entity = text_in(row, "entitylogicalname");
    if (entity.empty()) {
        return fail(
            Errc::invalid_argument,
            "A retention policy that is to run names its table in 'entitylogicalname'."
        );
    }
    out.criteria = text_in(row, "criteria");
    ROOKERY_TRY(out.table, check_criteria(services, entity, out.criteria));
    const auto recurrence = parse_recurrence(text_in(row, "recurrence"));
    if (!recurrence) {
        return fail(
            Errc::invalid_argument,
            "The column 'recurrence' of 'retentionconfig' must be DAILY, WEEKLY, MONTHLY or "
            "YEARLY, or empty for once."
        );
    }
    out.recurrence = *recurrence;
    if (const auto* start = row.get<Instant>("starttime")) out.start = *start;
    if (const auto* days = row.get<std::int64_t>("rky_purgeafterdays")) {
        out.purge_after = std::chrono::days{*days};
    }
    return out;
}

bool is_scheduled(const storage::Row& config) {
    const auto* status = config.get<std::int64_t>("statuscode");
    return status != nullptr && *status == schema::retention_config::scheduled;
}

}  // namespace rookery::messages
