// The matrix: every message by its name, on every table, by each of ten callers, and what each of them is answered.
//
// A row is a way in which a message is sent (ways_of_*.cpp), on one of the served tables; a message that names no table is one
// row. Names are those of the operations (odata/operation_table.hpp), and of the messages that rows and lists are read and
// written by. What is not built, and told so, is a row too. What never comes over HTTP is sent inside the process.
//
// The ten (matrix_world.hpp): nobody has a token that is of no credential, who is unauthenticated sends none, and the disabled one's
// is good; those three are answered before there is a message, by the http service. Without a role, a reader of every table, a
// member of the team that owns the row, its owner, whom it is shared with, who acts for the owner, and a System Administrator. Those four
// who are somebody to a row are tried on one that is nothing to them, too.
//
// A cell is allowed, denied, wrong input or not applicable, with an HTTP status, a code and what the log says of it. The oracle
// expects it (forecast.hpp): a way says in which order its message asks for rights and looks at what it was sent, as data; rights
// are the oracle's own, and what a write would change is held against the rules of invariants.hpp before it is sent and after.
// Every cell begins in the same world, since one that changes something is taken back (rewind.hpp). It leaves an entry, one that
// is denied its denial, and no answer has a token in it but for who reads it in clear, to whom it is shown where he asks for it.
//
// A message, an operation or a table without a row fails the tests at the end. Ways that a right may hang on, column by column,
// are tried in attempts_test.cpp.
#include "messages/pipeline.hpp"
#include "odata/operation_table.hpp"
#include "rights/forecast.hpp"
#include "schema/known_tables.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <sstream>

namespace rookery::rights::matrix_test {
namespace {

constexpr auto callers = static_cast<std::size_t>(Who::count_);

/// The error that an entry says; nothing for one of a success.
std::optional<Errc> error_of(const audit::Event& event) {
    for (const auto& [name, value] : event.extras) {
        const auto* text = std::get_if<std::string>(&value);
        if (name != "error" || text == nullptr) continue;
        for (std::size_t code = 0; code < static_cast<std::size_t>(Errc::count_); ++code) {
            if (info(static_cast<Errc>(code)).name == *text) return static_cast<Errc>(code);
        }
    }
    return std::nullopt;
}

std::string name_of(Errc code) {
    return code == Errc::count_ ? "a rule about rights" : std::string(info(code).name);
}

std::string_view name_of(Verdict verdict) {
    constexpr std::string_view names[] = {"allowed", "denied", "wrong input", "not applicable"};
    return names[static_cast<std::size_t>(verdict)];
}

std::string words_of(const Forecast& forecast) {
    std::string out(name_of(forecast.verdict));
    return forecast.verdict == Verdict::allowed ? out : out + " " + name_of(forecast.code);
}

/// What came of a cell.
struct Came {
    std::optional<Errc> error;
    Answer answer;
};

class Matrix {
 public:
    void play(const std::vector<Way>& all) {
        for (const auto& way : all) {
            if (!way.of_table) row(way, schema::known::systemuser);
            if (!way.of_table) continue;
            for (const auto* table : schema::tables()) row(way, *table);
        }
    }

    void check() {
        std::ostringstream out;
        out << cells_ << " cells, " << changed_ << " of them changed something\n";
        for (const auto& [kind, found] : wrong_) {
            out << kind << '\n';
            std::map<std::string, std::string> by_callers;
            for (const auto& [where, who] : found.where) by_callers[who] += " " + where;
            for (const auto& [who, where] : by_callers)
                out << "    " << who << ":" << where << '\n';
            out << "    " << found.example << '\n';
        }
        INFO(out.str());
        CHECK(wrong_.empty());
        CHECK(cells_ > 0);
    }

 private:
    struct Wrong {
        std::map<std::string, std::string> where;  // table, callers
        std::string example;
    };

    void row(const Way& way, const schema::Table& table) {
        for (std::size_t who = 0; who < callers; ++who) {
            cell(way, Aiming{world_, table, static_cast<Who>(who)});
        }
        if (table.ownership != schema::Ownership::user || !way.of_table) return;
        for (const auto who :
             {Who::team_member, Who::owner, Who::share_holder, Who::impersonator}) {
            cell(way, Aiming{world_, table, who, true});
        }
    }

    void cell(const Way& way, const Aiming& aim) {
        ++cells_;
        world_.vault().clock().advance(std::chrono::seconds{1}
        );  // what is taken once a second is taken
        const auto expected = forecast_(way, aim);
        const auto came = way.make == nullptr ? over_the_wire(way, aim) : inside(way, aim);
        const auto told = [&](const std::string& what) {
            auto& found = wrong_
                [std::string(way.name) + (way.words.empty() ? "" : " " + std::string(way.words)) +
                 ": " + what];
            auto& who = found.where[std::string(way.of_table ? aim.table.name : "the vault")];
            who += (who.empty() ? "" : ", ") + std::string(row_of(aim.who).words) +
                   (aim.anothers ? " at another's" : "");
            if (found.example.empty()) found.example = came.answer.body.substr(0, 400);
        };
        compare(way, expected, came, told);
        look_for_tokens(way, aim, came.answer, told);
        if (world_.changed()) {
            ++changed_;
            judge_changes(aim, expected, came, told);
            world_.back();
        }
    }

    Came over_the_wire(const Way& way, const Aiming& aim) {
        Came out;
        out.answer = world_.ask(aim.who, request_of(way, aim));
        if (!out.answer.entries.empty()) out.error = error_of(out.answer.entries.back());
        return out;
    }

    Came inside(const Way& way, const Aiming& aim) {
        Came out;
        out.error = world_.send(aim.who, way.make(aim), out.answer.entries);
        out.answer.status = out.error ? info(*out.error).http_status : 200;
        if (out.error) out.answer.code = info(*out.error).dataverse_code;
        return out;
    }

    template <class Told>
    void compare(const Way&, const Forecast& expected, const Came& came, Told&& told) {
        const auto& answer = came.answer;
        const bool allowed = answer.status < 300;
        const auto got = allowed      ? std::string("allowed")
                         : came.error ? name_of(*came.error)
                                      : std::to_string(answer.status) + " " + answer.code;
        const auto right =
            expected.verdict == Verdict::allowed ? allowed
            : expected.code == Errc::count_
                ? !allowed && answer.status == 403 && came.error != Errc::missing_privilege
                : !allowed && came.error == expected.logged.value_or(expected.code);
        if (!right) return told("expected " + words_of(expected) + ", got " + got);
        if (answer.entries.empty()) return told("left no entry");
        if (allowed) {
            if (came.error) told("allowed, and the log says " + name_of(*came.error));
            return;
        }
        const auto& row = info(expected.logged ? expected.code : *came.error);
        if (answer.status != row.http_status || answer.code != row.dataverse_code) {
            told("answered " + std::to_string(answer.status) + " " + answer.code);
        }
        const auto& entry = answer.entries.back();
        const bool denied = expected.verdict == Verdict::denied;
        if (denied ? entry.outcome != audit::Outcome::denied
                   : entry.outcome == audit::Outcome::success) {
            told("the entry of it says " + std::string(audit::name(entry.outcome)));
        }
    }

    /// Tokens of the world, each told apart by the record it is of.
    template <class Told>
    void look_for_tokens(const Way& way, const Aiming& aim, const Answer& answer, Told&& told) {
        const auto in = [&](const std::string& token) {
            return answer.body.find(token) != std::string::npos ||
                   answer.head.find(token) != std::string::npos;
        };
        for (const auto* table : schema::tables()) {
            if (!table->has_sealed()) continue;
            for (const auto& record : world_.records_of(*table)) {
                const auto& [name, id] = record;
                const bool shown = in(token_of(name));
                const bool may = !row_of(aim.who).name.empty() && way.clear != Clear::never &&
                                 forecast_.in_clear(aim, id, way.clear);
                if (shown && !may) told("shows a token to who may not see it");
                const bool asked =
                    way.clear == Clear::of_list ? table == &aim.table : id == aim.row().id;
                if (asked && may && !shown) told("does not show a token to who may see it");
            }
        }
    }

    template <class Told>
    void judge_changes(const Aiming& aim, const Forecast& expected, const Came& came, Told&& told) {
        if (expected.verdict != Verdict::allowed) told("changed something");
        auto image = world_.image();
        const auto changes = image.read(world_.vault().vault());
        const auto after = state_of(image.world());
        Deed deed;
        deed.now = world_.vault().clock().now();
        deed.grant_event = std::ranges::any_of(came.answer.entries, [](const auto& entry) {
            return entry.action == audit::Action::grant;
        });
        const auto judge_as = [&](const Uuid& user) {
            deed.caller = Means{user, {}};
            for (const auto& found : judge(forecast_.state(), after, changes, deed, Names())) {
                told("breaks the rule: " + found.rule);
            }
        };
        if (row_of(aim.who).name.empty()) return told("changed something for nobody");
        judge_as(world_.user(aim.who));
        if (const auto other = world_.acts_for(aim.who)) judge_as(*other);
    }

    MatrixWorld world_;
    Forecaster forecast_{world_};
    std::map<std::string, Wrong> wrong_;
    std::size_t cells_ = 0;
    std::size_t changed_ = 0;
};

void play(const std::vector<Way>& ways) {
    Matrix matrix;
    matrix.play(ways);
    matrix.check();
}

}  // namespace

TEST_CASE("rows of every table: each caller is answered as the oracle says", "[rights][matrix]") {
    play(ways_of_rows());
}

TEST_CASE("rights and shares: each caller is answered as the oracle says", "[rights][matrix]") {
    play(ways_of_rights());
}

TEST_CASE("tokens and histories: each caller is answered as the oracle says", "[rights][matrix]") {
    play(ways_of_tokens());
}

TEST_CASE("what is retained: each caller is answered as the oracle says", "[rights][matrix]") {
    play(ways_of_retention());
}

TEST_CASE("the vault itself: each caller is answered as the oracle says", "[rights][matrix]") {
    play(ways_of_the_vault());
}

TEST_CASE(
    "what never comes over HTTP is refused to each caller as the oracle says", "[rights][matrix]"
) {
    play(ways_inside());
}

TEST_CASE("every operation that a URL can name has a row of the matrix", "[rights][matrix]") {
    std::set<std::string_view> rows, without;
    for (const auto& way : ways()) rows.insert(way.name);
    for (const auto* operation : odata::all_operations()) {
        if (!rows.contains(operation->name)) without.insert(operation->name);
    }
    CHECK(without == std::set<std::string_view>{});
}

TEST_CASE("every message that there is has a row of the matrix", "[rights][matrix]") {
    const MatrixWorld world;
    // Nobody asks for anything by what could not be understood.
    std::set<std::size_t> rows = {messages::Message(messages::Rejected{}).index()};
    std::set<std::size_t> on_the_wire, inside;
    for (const auto& way : ways()) {
        for (const auto* table : schema::tables()) {
            const Aiming aim{world, *table, Who::administrator};
            if (way.make != nullptr) inside.insert(way.make(aim).index());
            if (way.make == nullptr) on_the_wire.insert(message_of(request_of(way, aim)).index());
        }
    }
    for (const auto index : inside) {
        INFO(index);
        CHECK_FALSE(on_the_wire.contains(index));
    }
    rows.insert(on_the_wire.begin(), on_the_wire.end());
    rows.insert(inside.begin(), inside.end());
    CHECK(rows.size() == std::variant_size_v<messages::MessageVariant>);
}

TEST_CASE(
    "every table has a row that the matrix aims at, and a form if clients write it",
    "[rights][matrix]"
) {
    const MatrixWorld world;
    for (const auto* table : schema::tables()) {
        INFO(table->name);
        CHECK(MatrixWorld::is_there(world.aim(*table, Who::administrator)));
        const bool vaults_own = table == &schema::known::asyncoperation;
        if (table->writable && !vaults_own) CHECK(form_of(*table).table == table->name);
    }
}

}  // namespace rookery::rights::matrix_test
