#include "cli/commands/access_who_can.hpp"

#include "cli/client/connection_options.hpp"
#include "cli/client/json_members.hpp"
#include "cli/client/json_rows.hpp"
#include "cli/commands/access_question.hpp"
#include "cli/commands/access_text.hpp"
#include "cli/output/console.hpp"
#include "cli/output/json_text.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <memory>
#include <string>
#include <vector>

namespace rookery::cli {
namespace {

using nlohmann::json;

struct AccessWhoCanOptions {
    ConnectionOptions connection;
    RecordOptions about;
    bool json = false;
};

constexpr std::size_t page_readers = 200;

std::string reader_text(const json& reader, std::size_t columns_asked) {
    std::string out;
    for (const auto& sight : sights(reader)) {
        out +=
            fmt::format("{}  {}  {}", named_with_id(reader, "User"), paths_text(reader), sight.by);
        if (sight.columns.size() < columns_asked) out += "  " + joined(sight.columns);
        if (!flag_member(reader, "Enabled")) out += "  disabled: would read it if enabled";
        out += '\n';
    }
    return out + credentials_text(reader, {true, false});
}

Result<void> show_readers(const json& page, bool first) {
    if (first && flag_member(page, "Inactive")) {
        note("the record is inactive: nobody reads a token of it now; these could if it were active"
        );
    }
    const auto asked = list_member(page, "Columns").size();
    for (const auto& reader : list_member(page, "Readers")) {
        ROOKERY_CHECK(print(reader_text(reader, asked)));
    }
    return {};
}

Result<Exit> who_can(const AccessWhoCanOptions& options) {
    ROOKERY_TRY(auto client, connect(options.connection));
    std::string after;
    std::size_t readers = 0;
    bool first = true;
    do {
        auto path = fmt::format(
            "rky_RetrieveWhoCan?@n={}{}", page_readers, record_parameters(options.about)
        );
        if (!after.empty()) path += "&@a=" + after;
        ROOKERY_TRY(const auto page, ask_about_access(client, path));
        if (options.json) {
            ROOKERY_CHECK(print_json(page));
        } else {
            ROOKERY_CHECK(show_readers(page, first));
        }
        readers += list_member(page, "Readers").size();
        const auto next = optional_id(page, "NextAfter");
        // A page that does not lead on would be asked for again for ever.
        if (next && !after.empty() && to_string(*next) <= after) return unexpected_answer();
        after = next ? to_string(*next) : std::string{};
        first = false;
    } while (!after.empty());
    if (readers == 0 && !options.json) note("nobody could read a token of this record in clear");
    return Exit::ok;
}

}  // namespace

void add_access_who_can(Command access, Action& chosen) {
    auto options = std::make_shared<AccessWhoCanOptions>();
    const auto asking = access.add_subcommand(
        "who-can", "Everybody who could read a token of a record in clear now, and by which paths"
    );
    asking
        .add_option(
            "record",
            options->about.record,
            "The record: id, or the unique handle id that it has now"
        )
        .takes(Takes::id)
        .required();
    asking.add_option(
        "--column", options->about.column, "One token: access_token, or a column's name"
    );
    asking.add_option(
        "--table",
        options->about.table,
        "The table of a record that is named by id [msdyn_octwitterhandlesecret]"
    );
    asking.add_flag("--json", options->json, "The server's answer, one JSON object for each page");
    add_connection_options(asking, options->connection);
    asking.callback([options, &chosen] { chosen = [options] { return who_can(*options); }; });
}

}  // namespace rookery::cli
