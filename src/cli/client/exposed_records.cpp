#include "cli/client/exposed_records.hpp"

#include "cli/client/json_members.hpp"
#include "cli/client/json_rows.hpp"
#include "cli/client/patient_request.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace rookery::cli {
namespace {

Result<void> add_records(ExposedList& out, const nlohmann::json& page) {
    for (const auto& one : list_member(page, "Records")) {
        if (!one.is_object()) return unexpected_answer();
        const auto id = text_member(one, "RecordId");
        if (id.empty()) return unexpected_answer();
        auto& record = out.records[id];
        record.table = text_member(one, "Table");
        record.name = text_member(one, "Name");
        record.current = record.current || flag_member(one, "Current");
    }
    return {};
}

}  // namespace

Result<ExposedList> list_exposed_records(ApiClient& client, std::optional<std::uint32_t> version) {
    ExposedList out;
    std::optional<std::uint64_t> from{0};
    while (from) {
        auto path = fmt::format("rky_RetrieveExposedRecords?@f={}", *from);
        if (version) path += fmt::format("&@v={}", *version);
        ROOKERY_TRY(const auto reply, patient_request(client, Patience::busy, "GET", path));
        ROOKERY_TRY(const auto page, object_of(reply));
        ROOKERY_CHECK(add_records(out, page));
        out.unreadable += number_member(page, "Unreadable").value_or(0);
        const auto next = number_member(page, "Next");
        if (next && *next <= *from) return unexpected_answer();
        from = next;
    }
    return out;
}

}  // namespace rookery::cli
