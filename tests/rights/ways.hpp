// What the matrix has a row of: every message as a client sends it, by the name that Dataverse, or this service, has for it.
// Data. Each says what stands between whoever sends it and what it does, in the order in which he is told: the first that
// stops him is the answer.
#pragma once

#include "base/errc.hpp"
#include "messages/message.hpp"
#include "rights/oracle.hpp"
#include "schema/token_history.hpp"

#include <optional>
#include <string_view>
#include <vector>

namespace rookery::rights {

/// What a cell says.
enum class Verdict : std::uint8_t {
    allowed,
    denied,          // by a right
    wrong_input,     // for what it asks
    not_applicable,  // to this table, or by anybody
};

/// Of the table that a row is about.
using Kind = bool (*)(const schema::Table& table);
/// What the message would make of the world: the rules about rights say whether it may.
struct Aiming;
using Effect = void (*)(World& world, const Aiming& aim);

struct Check {
    enum class What : std::uint8_t {
        at_all,    // the right on the table, at any depth
        row,       // on the row that is aimed at
        made,      // on a row that becomes the caller's
        whole,     // on every row there may be
        general,   // a privilege of no table
        clear,     // he reads a token of the row in clear
        columns,   // he may set every token of the row
        there,     // the row is there
        retained,  // on the record that is retained, as it stood
        himself,   // refused to who is not whom it is about; reads the row of whoever that is
        effect,    // no rule about rights is broken
        table,     // refused where the table is of another kind
        always,    // refused
        alone,     // refused on behalf of another
    };

    What what = What::always;
    schema::Right right = schema::Right::read;
    std::string_view name =
        {};  // of a general privilege; of the table that the right is on, if it is another
    Kind kind = nullptr;
    Effect effect = nullptr;
    Errc code = Errc::internal;
    Verdict verdict = Verdict::denied;
    std::optional<Errc> logged = std::nullopt;  // what the log says, if it is something else
    Kind where = nullptr;                       // asked there alone

    [[nodiscard]] Check on(Kind tables) const {
        auto out = *this;
        out.where = tables;
        return out;
    }
};

/// Whether tokens are in the answer.
enum class Clear : std::uint8_t { never, of_row, of_list };

struct Way {
    std::string_view name;
    std::string_view words;  // which way, where there are several
    std::string_view method;
    std::string_view path;
    std::string_view body;
    std::vector<Check> checks;
    std::string_view header = {};  // "If-Match: *"
    bool of_table = true;          // else it names none, and is one row of the matrix
    Clear clear = Clear::never;
    /// Of what never comes over HTTP: the message itself.
    messages::Message (*make)(const Aiming& aim) = nullptr;
};

[[nodiscard]] const std::vector<Way>& ways();

/// What each file of them adds.
[[nodiscard]] std::vector<Way> ways_of_rows();
[[nodiscard]] std::vector<Way> ways_of_rights();
[[nodiscard]] std::vector<Way> ways_of_tokens();
[[nodiscard]] std::vector<Way> ways_of_retention();
[[nodiscard]] std::vector<Way> ways_of_the_vault();
[[nodiscard]] std::vector<Way> ways_inside();

namespace checks {

using What = Check::What;

inline Check at_all(schema::Right right, std::string_view table = {}) {
    return {.what = What::at_all, .right = right, .name = table};
}

inline Check row(schema::Right right, std::string_view table = {}) {
    return {.what = What::row, .right = right, .name = table};
}

inline Check retained(schema::Right right) { return {.what = What::retained, .right = right}; }

inline Check made(schema::Right right) { return {.what = What::made, .right = right}; }

inline Check whole(
    schema::Right right, std::string_view table = {}, Errc code = Errc::no_row_access
) {
    return {.what = What::whole, .right = right, .name = table, .code = code};
}

/// One of the record's tokens, in clear.
inline Check clear(Errc code) { return {.what = What::clear, .code = code}; }

/// Each of the table's sealed columns.
inline Check sets_tokens() { return {.what = What::columns, .code = Errc::column_update_denied}; }

inline Check holds(std::string_view privilege) {
    return {.what = What::general, .name = privilege};
}

inline Check there(Errc code = Errc::not_found) {
    return {.what = What::there, .code = code, .verdict = Verdict::wrong_input};
}

inline Check himself() { return {.what = What::himself}; }

inline Check effect(Effect of) { return {.what = What::effect, .effect = of}; }

inline Check only(Kind kind, Errc code) {
    return {.what = What::table, .kind = kind, .code = code, .verdict = Verdict::not_applicable};
}

inline Check wrong(Errc code) { return {.code = code, .verdict = Verdict::wrong_input}; }

inline Check never(Errc code) { return {.code = code, .verdict = Verdict::not_applicable}; }

inline Check forbidden(Errc code) { return {.code = code}; }

inline Check alone() { return {.what = What::alone, .code = Errc::impersonation_denied}; }

}  // namespace checks

/// Kinds of tables.
namespace kinds {

template <auto& table>
constexpr bool is(const schema::Table& of) {
    return &of == &table;
}

inline bool is_owned(const schema::Table& of) { return of.ownership == schema::Ownership::user; }

inline bool is_written(const schema::Table& of) { return of.writable; }

inline bool is_removed(const schema::Table& of) { return of.writable || of.removable; }

inline bool has_states(const schema::Table& of) { return of.column("statecode") != nullptr; }

inline bool has_tokens(const schema::Table& of) { return schema::has_token_history(of); }

inline bool is_compared(const schema::Table& of) { return of.bin == schema::Bin::own; }

inline bool is_tracked(const schema::Table& of) { return of.tracks_changes; }

inline bool is_kept_deleted(const schema::Table& of) { return of.bin == schema::Bin::own; }

inline bool is_of_log(const schema::Table& of) { return of.of_log; }

}  // namespace kinds

}  // namespace rookery::rights
