#include "cli/commands/export.hpp"

#include "cli/client/connection_options.hpp"
#include "cli/client/json_members.hpp"
#include "cli/client/json_rows.hpp"
#include "cli/client/list_rows.hpp"
#include "cli/import/bulk_message.hpp"
#include "cli/import/csv_text.hpp"
#include "cli/import/exported_names.hpp"
#include "cli/import/output_file.hpp"
#include "cli/output/console.hpp"
#include "pipeline/stray_characters.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace rookery::cli {
namespace {

struct ExportOptions {
    ConnectionOptions connection;
    std::string out;
};

constexpr std::size_t piece_bytes = std::size_t{64} << 10;

/// The rows as they come, a page and a piece of text in memory.
class Export {
 public:
    using Write = std::function<Result<void>(std::string_view)>;

    Export(ApiClient& rows, ApiClient& names, Write write)
        : rows_(rows), names_(names), write_(std::move(write)) {}

    Result<void> run() {
        Progress progress("exporting", 0);
        append_csv_line(piece_, {"unique_handle_id", "handle", "application", "owner"});
        const auto add_row = [&](const nlohmann::json& row) -> Result<void> {
            ROOKERY_CHECK(add(row));
            progress.at(exported_ + without_id_ + with_controls_);
            return {};
        };
        const auto path = fmt::format(
            "{}?$select=msdyn_octwitteruniquehandleid,msdyn_name,_ownerid_value,_owningteam_value,"
            "_msdyn_octwitterapplicationid_value",
            secret_set
        );
        ROOKERY_CHECK(list_rows(rows_, path, Annotations::none, add_row));
        return write_(piece_);
    }

    [[nodiscard]] std::uint64_t exported() const { return exported_; }

    [[nodiscard]] std::uint64_t without_id() const { return without_id_; }

    [[nodiscard]] std::uint64_t with_controls() const { return with_controls_; }

 private:
    Result<void> add(const nlohmann::json& row) {
        const auto id = text_member(row, "msdyn_octwitteruniquehandleid");
        if (id.empty()) {
            ++without_id_;
            return {};
        }
        ImportOwner owner;
        ROOKERY_TRY(owner.id, id_member(row, "_ownerid_value"));
        owner.team = optional_id(row, "_owningteam_value").has_value();
        ROOKERY_TRY(const auto owner_name, names_.owner(owner));
        std::string application;
        if (const auto which = optional_id(row, "_msdyn_octwitterapplicationid_value")) {
            ROOKERY_TRY(application, names_.application(*which));
        }
        const auto name = text_member(row, "msdyn_name");
        const auto fields = {
            std::string_view{id},
            std::string_view{name},
            std::string_view{application},
            std::string_view{owner_name}};
        if (std::ranges::any_of(fields, holds_control)) {
            ++with_controls_;
            return {};
        }
        append_csv_line(piece_, fields);
        ++exported_;
        if (piece_.size() < piece_bytes) return {};
        ROOKERY_CHECK(write_(piece_));
        piece_.clear();
        return {};
    }

    /// No import takes it, and it may be sent to a terminal.
    static bool holds_control(std::string_view field) {
        return !messages::control_problem(field).empty();
    }

    ApiClient& rows_;
    ExportedNames names_;
    Write write_;
    std::string piece_;
    std::uint64_t exported_ = 0;
    std::uint64_t without_id_ = 0;
    std::uint64_t with_controls_ = 0;
};

Result<Exit> export_rows(const ExportOptions& options) {
    std::optional<OutputFile> file;
    if (!options.out.empty()) {
        ROOKERY_TRY(auto made, OutputFile::create(options.out));
        file.emplace(std::move(made));
    }
    ROOKERY_TRY(auto rows, connect(options.connection, std::chrono::minutes{2}));
    ROOKERY_TRY(auto names, connect(options.connection));
    Export exporting(rows, names, [&](std::string_view text) {
        return file ? file->write(text) : print(text);
    });
    ROOKERY_CHECK(exporting.run());
    if (exporting.without_id() > 0) {
        note(fmt::format(
            "{} records without a unique handle id are left out: no import finds them",
            grouped(exporting.without_id())
        ));
    }
    if (exporting.with_controls() > 0) {
        note(fmt::format(
            "{} records with a control character in an id or a name are left out: no import takes "
            "them",
            grouped(exporting.with_controls())
        ));
    }
    if (!file) return Exit::ok;
    ROOKERY_CHECK(file->finish());
    note(fmt::format("{} records in {}", grouped(exporting.exported()), printable(options.out)));
    return Exit::ok;
}

}  // namespace

void add_export(Command app, Action& chosen) {
    auto options = std::make_shared<ExportOptions>();
    const auto command = app.add_subcommand(
        "export", "Handles, applications and owners as the CSV that import reads; never a token"
    );
    command
        .add_option(
            "--out", options->out, "A file to make; without it the CSV goes to standard output"
        )
        .takes(Takes::new_file);
    add_connection_options(command, options->connection);
    command.callback([options, &chosen] { chosen = [options] { return export_rows(*options); }; });
}

}  // namespace rookery::cli
