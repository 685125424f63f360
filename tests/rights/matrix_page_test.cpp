// docs/rights-matrix.md: what the matrix expects of a record with tokens and of the vault, for people. After a change of a way:
// build/dev/tests/rights/rights_test "[.page]"
#include "rights/forecast.hpp"
#include "schema/known_tables.hpp"

#include <catch2/catch.hpp>

#include <filesystem>
#include <fstream>
#include <sstream>

namespace rookery::rights::matrix_page_test {
namespace {

const std::filesystem::path page =
    std::filesystem::path(ROOKERY_SOURCE_DIR) / "docs/rights-matrix.md";

constexpr Who shown[] = {
    Who::no_role,
    Who::reader,
    Who::team_member,
    Who::owner,
    Who::share_holder,
    Who::impersonator,
    Who::administrator,
};

constexpr std::string_view head = R"(# Who may send what

Made of the matrix in `tests/rights`, which sends every message on every table by each of ten callers and holds each answer against a second account of the rights
(`build/dev/tests/rights/rights_test "[.page]"` writes this page; a test compares). Here are those about a record with tokens (`msdyn_octwitterhandlesecrets`), and those that name no table.

`yes`: it is done. `no`: 403 in this scene: for want of a right, because it is never done on behalf of another (some rows, of the impersonator), or because nobody may do it (`DeleteAuditData`, `DeleteRecordChangeHistory`).
A number: the status for what was sent, or because it is not built or has nothing to do; where others have `no` in the same row, the right was there. A request without a token, or with one that belongs to no credential, gets 401 for everything. A disabled user gets 403.

- *no role*: a user without one. *unmasking reader*: reads every table, the log too, and tokens in clear, one record at a time; the `reader` of `rookery dev` sees the mask and not the log.
- *team member*: the record is his team's, whose role has every right on records at Basic depth, and the general privileges to delete in bulk, to publish duplicate rules and to retain.
- *owner*: the record is his; the same role, and he sees all his tokens in clear. *share holder*: the record is shared with him with all rights.
- *impersonator*: may do everything with records and acts for the owner. *administrator*: System Administrator, without a permission on a token.
- What is retained: a record of the team's, one of the owner's, and one that was shared with the share holder, which ended when it was retained.
)";

constexpr std::string_view foot = R"(
¹ Somebody who could not before would read a token in clear by it: the record is assigned to the owner, who sees all of his, or comes back to people who see it. That takes `prvrkyGrantUnmask`, which none of the seven holds, and is refused where it is for oneself ([what a write may give](api.md#what-a-write-may-give)). Who holds it and the other rights does it.
The owner gains nothing when his record is assigned to him, nor does the impersonator, who acts for him.

² What is sent is a record that is there, so 412 says only that the right was there at some depth. What it takes to bring back one that was deleted: [Restore](api.md#post-restore).
)";

/// What a row's words do not say, by its mark in `foot`.
struct Note {
    std::string_view name;
    std::string_view words;
    std::string_view mark;
};

constexpr Note notes[] = {
    {"Assign", "", " ¹"},
    {"RollbackRetain", "", " ¹"},
    {"Restore", "", " ²"},
};

std::string_view mark_of(const Way& way) {
    for (const auto& note : notes) {
        if (note.name == way.name && note.words == way.words) return note.mark;
    }
    return {};
}

/// The matrix has one reader; people know another one, of the demo.
std::string_view heading_of(Who who) {
    return who == Who::reader ? "unmasking reader" : row_of(who).words;
}

std::string word_of(const Forecast& forecast) {
    switch (forecast.verdict) {
        case Verdict::allowed:
            return "yes";
        case Verdict::denied:
            return "no";
        case Verdict::wrong_input:
        case Verdict::not_applicable:
            break;
    }
    return std::to_string(info(forecast.code).http_status);
}

/// Not for records with tokens, and no more to be said of it.
bool is_for_others(const MatrixWorld& world, const Forecaster& forecast, const Way& way) {
    const Aiming aim{world, schema::known::msdyn_octwitterhandlesecret, Who::administrator};
    const auto expected = forecast(way, aim);
    return expected.verdict == Verdict::not_applicable && expected.code != Errc::unsupported;
}

std::string text() {
    const MatrixWorld world;
    const Forecaster forecast(world);
    std::ostringstream out;
    out << head;
    for (const bool of_table : {true, false}) {
        out
            << (of_table ? "\n## A record with tokens\n\n| Message |"
                         : "\n## The vault\n\n| Message |");
        for (const auto who : shown) out << " " << heading_of(who) << " |";
        out << "\n|---|---|---|---|---|---|---|---|\n";
        for (const auto& way : ways()) {
            if (way.of_table != of_table || way.make != nullptr) continue;
            if (of_table && is_for_others(world, forecast, way)) continue;
            out << "| `" << way.name << "`" << mark_of(way) << (way.words.empty() ? "" : ", ")
                << way.words << " |";
            for (const auto who : shown) {
                const Aiming aim{world, schema::known::msdyn_octwitterhandlesecret, who};
                out << " " << word_of(forecast(way, aim)) << " |";
            }
            out << '\n';
        }
        if (of_table) out << foot;
    }
    return out.str();
}

}  // namespace

TEST_CASE("the page of the matrix says what the matrix expects", "[rights][matrix]") {
    std::ifstream file(page);
    std::stringstream written;
    written << file.rdbuf();
    INFO("rights_test \"[.page]\" writes it");
    CHECK(written.str() == text());
}

TEST_CASE("write the page of the matrix", "[.page]") { std::ofstream(page) << text(); }

}  // namespace rookery::rights::matrix_page_test
