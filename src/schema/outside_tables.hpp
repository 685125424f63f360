// Tables of other products that our lookups name. Their ids are kept; nothing of them is served.
#pragma once

#include "schema/column_rows.hpp"

#include <array>
#include <string_view>

namespace rookery::schema {

namespace outside {

template <FixedText name>
inline constexpr auto columns = compose(std::array{
    primary_id({1, joined<name, "id">, joined<name, "id">, ""}, read_only)});

template <FixedText name>
constexpr Table row(TableId id, std::string_view display_name) {
    Table out;
    out.id = id;
    out.name = joined<name>;
    out.schema_name = joined<name>;
    out.set_name = joined<name, "s">;
    out.display_name = display_name;
    out.primary_id = joined<name, "id">;
    out.ownership = Ownership::none;
    out.writable = false;
    out.outside = true;
    out.columns = columns<name>.rows;
    out.by_name = columns<name>.by_name;
    return out;
}

/// Its plural is no plain one.
constexpr Table called(Table table, std::string_view set_name) {
    table.set_name = set_name;
    return table;
}

}  // namespace outside

namespace known {

inline constexpr Table msdyn_liveworkstream =
    outside::row<"msdyn_liveworkstream">(0xF001, "Workstream");
inline constexpr Table msdyn_oclanguage = outside::row<"msdyn_oclanguage">(0xF002, "Language");
inline constexpr Table msfp_survey = outside::row<"msfp_survey">(0xF003, "Survey");
inline constexpr Table roletemplate = outside::row<"roletemplate">(0xF004, "Role Template");
inline constexpr Table mailbox =
    outside::called(outside::row<"mailbox">(0xF005, "Mailbox"), "mailboxes");
inline constexpr Table workflow = outside::row<"workflow">(0xF006, "Process");
inline constexpr Table position = outside::row<"position">(0xF007, "Position");
inline constexpr Table queue = outside::row<"queue">(0xF008, "Queue");
inline constexpr Table calendar = outside::row<"calendar">(0xF009, "Calendar");
inline constexpr Table territory =
    outside::called(outside::row<"territory">(0xF00A, "Territory"), "territories");
inline constexpr Table transactioncurrency = outside::called(
    outside::row<"transactioncurrency">(0xF00B, "Currency"), "transactioncurrencies"
);
inline constexpr Table knowledgearticle =
    outside::row<"knowledgearticle">(0xF00C, "Knowledge Article");
inline constexpr Table teamtemplate = outside::row<"teamtemplate">(0xF00D, "Team template");
inline constexpr Table sdkmessageprocessingstep =
    outside::row<"sdkmessageprocessingstep">(0xF00E, "Sdk Message Processing Step");

}  // namespace known
}  // namespace rookery::schema
